"""Runs of one script and one font."""

from __future__ import annotations

import pytest

from studio.render.fonts import Typeface
from studio.render.script_runs import clean, clusters, is_emoji, script_runs


def families(text: str, font: str = "Montserrat", language: str = "en") -> list[tuple[str, str]]:
    return [(text[run.start : run.end], run.family) for run in script_runs(text, Typeface(font, 800, language))]


def test_each_script_gets_its_own_family() -> None:
    assert families("Go Привет 日本 नमस्ते عربي") == [
        ("Go ", "Montserrat"),
        ("Привет ", "Montserrat"),
        ("日本 ", "Noto Sans CJK SC"),
        ("नमस्ते ", "Noto Sans Devanagari"),
        ("عربي", "Noto Sans Arabic"),
    ]


def test_digits_and_punctuation_stay_with_the_script_before_them() -> None:
    assert families("日本2024年!", language="ja") == [("日本2024年!", "Noto Sans CJK JP")]


def test_a_leading_mark_goes_with_the_letters_after_it() -> None:
    assert families("«Да»") == [("«Да»", "Montserrat")]


def test_no_word_changes_its_face_halfway() -> None:
    assert families("Привет", font="Anton") == [("Привет", "Inter")]


def test_a_sign_the_face_lacks_does_not_change_the_letters() -> None:
    assert families("a ⌘ b", font="Anton")[0] == ("a ", "Anton")


@pytest.mark.parametrize("cluster", ["👨‍👩‍👧", "🇧🇷", "👍🏽", "❤️", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "é", "स्", "ที่", "👩🏽‍🚀"])
def test_what_a_reader_takes_for_one_character_stays_whole(cluster: str) -> None:
    assert clusters(f"a{cluster}b") == ["a", cluster, "b"]


def test_two_flags_in_a_row_are_two() -> None:
    assert clusters("🇧🇷🇺🇸") == ["🇧🇷", "🇺🇸"]


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        ("🔥", True),
        ("⭐", True),
        ("❤️", True),
        ("1️⃣", True),
        ("1", False),
        ("a", False),
        ("❤\ufe0e", False),
        ("©", False),
    ],
)
def test_knows_pictures_from_letters(cluster: str, expected: bool) -> None:
    assert is_emoji(cluster) is expected


def test_emoji_are_drawn_by_the_emoji_font_even_between_words() -> None:
    assert families("so 🔥 hot") == [("so ", "Montserrat"), ("🔥", "Noto Emoji"), (" hot", "Montserrat")]


def test_cleaning_drops_controls_and_composes_accents() -> None:
    assert clean("cafe\u0301\x00\u202e\ufeff\nnow\x1b[31m") == "café now[31m"


def test_nothing_gives_no_runs() -> None:
    assert script_runs("", Typeface("Montserrat", 800)) == []
