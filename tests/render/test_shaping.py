"""Glyphs chosen and placed by HarfBuzz."""

from __future__ import annotations

import pytest

from studio.render.shaping import shape


def advance(text: str, family: str, *, right_to_left: bool = False) -> float:
    return shape(text, family, 700, right_to_left=right_to_left).advance


def test_arabic_letters_join() -> None:
    joined = advance("سلام", "Noto Sans Arabic", right_to_left=True)

    assert joined < 0.8 * sum(advance(letter, "Noto Sans Arabic", right_to_left=True) for letter in "سلام")


def test_devanagari_consonants_form_a_conjunct() -> None:
    assert advance("क्ष", "Noto Sans Devanagari") < advance("क", "Noto Sans Devanagari") + advance(
        "ष", "Noto Sans Devanagari"
    )


@pytest.mark.parametrize("sequence", ["👨‍👩‍👧", "🇧🇷", "👍🏽", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩🏽‍🚀"])
def test_an_emoji_sequence_is_one_picture(sequence: str) -> None:
    assert advance(sequence, "Noto Emoji") == advance("😀", "Noto Emoji")


def test_thai_marks_stand_above_their_letter() -> None:
    assert advance("ที่", "Noto Sans Thai") == advance("ท", "Noto Sans Thai")


def test_ink_tells_where_something_is_drawn() -> None:
    run = shape("Ág", "Montserrat", 800, right_to_left=False)

    assert run.ink is not None
    assert run.ink.top > 800 > 0 > run.ink.bottom
    assert -50 < run.ink.left < run.ink.right < run.advance + 50


def test_a_space_has_width_and_no_ink() -> None:
    run = shape(" ", "Montserrat", 800, right_to_left=False)

    assert run.advance > 100
    assert (run.ink, run.path) == (None, "")
