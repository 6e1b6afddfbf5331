"""Words and pages of captions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.ports import WordTime
from studio.render.words import Span, columns, pages, token_spans, tokens


def shown(text: str, language: str = "en") -> list[str]:
    return [token.text for token in tokens(text, language)]


def paged(text: str, language: str = "en", words_per_page: int = 3) -> list[str]:
    cut = pages(tokens(text, language), words_per_page=words_per_page, line_columns=15)
    return [
        "".join((" " if i and token.is_spaced else "") + token.text for i, token in enumerate(page)) for page in cut
    ]


def timed(*words: tuple[int, int, float, float]) -> list[WordTime]:
    return [WordTime(*word) for word in words]


def test_spaced_scripts_break_at_spaces() -> None:
    assert shown("O polvo  tem\ntrês corações.") == ["O", "polvo", "tem", "três", "corações."]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("タコには三つの心臓があります。", "ja", ["タコには", "三つの", "心臓が", "あります。"]),
        ("ปลาหมึกมีหัวใจ", "th", ["ปลาหมึก", "มี", "หัวใจ"]),
        ("章鱼有心脏，很大。", "zh", ["章鱼", "有", "心脏，", "很", "大。"]),
    ],
)
def test_scripts_without_spaces_break_into_phrases(text: str, language: str, expected: list[str]) -> None:
    assert shown(text, language) == expected


def test_a_lone_dash_belongs_to_the_word_before_it() -> None:
    assert shown("three — wow") == ["three —", "wow"]


def test_a_mark_before_all_words_belongs_to_the_first() -> None:
    assert shown("- three hearts") == ["- three", "hearts"]


def test_a_phrase_too_long_for_two_lines_is_cut() -> None:
    pieces = shown("スーパーカリフラジリスティックエクスピアリドーシャス", "ja")

    assert "".join(pieces) == "スーパーカリフラジリスティックエクスピアリドーシャス"
    assert max(map(columns, pieces)) <= 14


def test_invisible_words_are_no_words() -> None:
    assert shown("a \u200b \u202e b") == ["a", "b"]


@given(st.text(alphabet="ab. タコ三ไท่🔥\u200d\n\u202e", max_size=40), st.sampled_from(["en", "ja", "th", "zh"]))
@settings(max_examples=60, deadline=None)
def test_tokens_keep_the_order_of_the_text_and_never_overlap(text: str, language: str) -> None:
    found = tokens(text, language)

    edges = [edge for token in found for edge in (token.start, token.end)]
    assert edges == sorted(edges)
    assert all(token.start < token.end <= len(text) for token in found)


def test_pages_break_after_punctuation() -> None:
    assert paged("An octopus has three hearts, and two of them pump blood.") == [
        "An octopus",
        "has three hearts,",
        "and two of",
        "them pump blood.",
    ]


def test_no_page_crosses_the_end_of_a_sentence() -> None:
    assert paged("Stop. Go now! Why?") == ["Stop.", "Go now!", "Why?"]


def test_points_in_numbers_and_titles_end_no_sentence() -> None:
    assert paged("Dr. Smith won 3.5 points") == ["Dr. Smith", "won 3.5 points"]


def test_no_short_word_is_left_alone() -> None:
    assert paged("Octopuses never sleep at night so", words_per_page=3)[-1] != "so"


def test_pages_have_no_more_words_than_asked() -> None:
    text = "one two three four five six seven eight nine ten"

    assert all(len(page.split()) <= 2 for page in paged(text, words_per_page=2))


def test_pages_fit_two_lines() -> None:
    assert all(columns(page) <= 30 for page in paged("extraordinarily considerable misunderstandings happen"))


def test_an_emoji_stays_with_the_word_before_it() -> None:
    assert paged("one two three 🔥 four") == ["one two", "three 🔥 four"]


def test_a_word_is_heard_when_the_voice_says_so() -> None:
    spans = token_spans(tokens("Hello there", "en"), timed((0, 5, 0.1, 0.5), (6, 11, 0.7, 1.1)))

    assert spans == [Span(0.1, 0.5), Span(0.7, 1.1)]


def test_phrases_inside_a_timed_word_share_its_time_by_characters() -> None:
    spans = token_spans(tokens("タコには三つの", "ja"), timed((0, 7, 1.0, 2.4)))

    assert spans == [pytest.approx((1.0, 1.8)), pytest.approx((1.8, 2.4))]


def test_a_word_the_voice_left_out_is_shown_with_the_next() -> None:
    spans = token_spans(tokens("a 🔥 b", "en"), timed((0, 1, 0.0, 0.4), (4, 5, 0.5, 0.9)))

    assert [span.start_seconds for span in spans] == [0.0, 0.5, 0.5]


def test_without_times_nothing_is_heard() -> None:
    assert token_spans(tokens("Hello", "en"), []) == []
