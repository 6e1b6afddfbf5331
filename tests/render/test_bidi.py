"""Direction and order of characters; expectations follow the examples and rules of UAX 9."""

from __future__ import annotations

import pytest

from studio.render.bidi import levels, reads_right_to_left, visual_order


def shown(text: str, *, right_to_left: bool) -> str:
    found = levels(text, right_to_left=right_to_left)
    return "".join(text[i] for i in visual_order(range(len(text)), lambda i: found[i]))


@pytest.mark.parametrize(
    ("text", "right_to_left", "expected"),
    [
        ("abc", False, "abc"),
        ("אבג", True, "גבא"),
        ("אב 12 גד", True, "דג 12 בא"),
        ("אב iPhone 5 גד", True, "דג iPhone 5 בא"),
        ("car אבג!", False, "car גבא!"),
        ("אבג!", True, "!גבא"),
        ("אב 3.14 גד", True, "דג 3.14 בא"),
        ("מחיר 50% היום", True, "םויה 50% ריחמ"),
        ("ab אב, גד cd", False, "ab דג ,בא cd"),
        ("ש 1-2", True, "1-2 ש"),
    ],
)
def test_characters_stand_where_a_reader_expects_them(text: str, right_to_left: bool, expected: str) -> None:
    assert shown(text, right_to_left=right_to_left) == expected


def test_a_number_after_arabic_letters_keeps_its_digits_in_order() -> None:
    assert shown("ثمن 1,000 ريال", right_to_left=True) == "لاير 1,000 نمث"


def test_vowel_points_stay_with_their_letters() -> None:
    assert levels("שָׁלוֹם a", right_to_left=True) == [1] * 8 + [2]


def test_spaces_at_the_end_take_the_direction_of_the_line() -> None:
    assert levels("אב ", right_to_left=False) == [1, 1, 0]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Hello", "en", False),
        ("שלום", "he", True),
        ("iPhone חדש", "he", True),
        ("Only Latin.", "ar", False),
        ("שלום means peace", "en", True),
        ("It says שלום", "en", False),
        ("2024!", "ar", False),
    ],
)
def test_a_line_starts_at_the_right_when_its_letters_and_language_do(text: str, language: str, expected: bool) -> None:
    assert reads_right_to_left(text, language) is expected
