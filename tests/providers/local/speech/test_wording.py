"""Words and sentences are found in every script."""

from __future__ import annotations

import pytest

from studio.providers.local.speech.wording import pause_after, sentences, words


def pieces(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_words_are_what_stands_between_white_space() -> None:
    text = "  Hearts: three —\nand “blue” blood…  "

    found = words(text)

    assert pieces(text, found) == text.split()


def test_japanese_is_divided_after_its_clauses() -> None:
    text = "タコには、心臓が三つあります。すごい！"

    found = words(text)

    assert pieces(text, found) == ["タコには、", "心臓が三つあります。", "すごい！"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ('He said "Go!" Then he left.', ['He said "Go!"', "Then he left."]),
        ("Dr. Smith saw J. Doe, e.g. at 3.5 km.", ["Dr. Smith saw J. Doe, e.g. at 3.5 km."]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("二つはえらに。一つは体に。", ["二つはえらに。", "一つは体に。"]),
        ("هل تعلم؟ نعم.", ["هل تعلم؟", "نعم."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert pieces(text, sentences(text)) == expected


def test_a_long_sentence_is_divided_after_a_clause_and_never_inside_a_word() -> None:
    text = "a" * 90 + " first half of it, " + "b" * 300

    found = pieces(text, sentences(text, longest_chars=100))

    assert found == ["a" * 90 + " first half of it,", "b" * 300] or found == ["a" * 90, "first half of it,", "b" * 300]


def test_a_new_paragraph_rests_longer_than_a_sentence_and_that_longer_than_a_comma() -> None:
    text = "One, two. Three.\n\nFour"

    comma, stop, paragraph = (pause_after(text, end) for end in (4, 9, 16))

    assert comma < stop < paragraph
