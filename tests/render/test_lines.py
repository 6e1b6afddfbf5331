"""Set lines."""

from __future__ import annotations

from studio.render.fonts import Typeface
from studio.render.lines import Part, set_line, set_text, upper

FACE = Typeface("Montserrat", 800)


def test_words_stand_from_left_to_right() -> None:
    line = set_line([Part("one", 0), Part(" ", None), Part("two", 1)], FACE, right_to_left=False)

    assert [piece.word for piece in line.pieces] == [0, None, 1]


def test_right_to_left_words_stand_from_right_to_left() -> None:
    line = set_line([Part("שלום", 0), Part(" ", None), Part("עולם", 1)], FACE, right_to_left=True)

    assert [piece.word for piece in line.pieces] == [1, None, 0]


def test_latin_words_keep_their_order_inside_a_right_to_left_line() -> None:
    parts = [Part("זה", 0), Part(" ", None), Part("New", 1), Part(" ", None), Part("York", 2), Part("!", 3)]

    line = set_line(parts, FACE, right_to_left=True)

    assert [piece.word for piece in line.pieces if piece.word is not None] == [3, 1, 2, 0]


def test_the_width_is_the_sum_of_the_pieces() -> None:
    line = set_text("日本 is Япония", FACE)

    assert line.width == sum(piece.run.advance for piece in line.pieces)


def test_scripts_with_high_marks_ask_for_more_room() -> None:
    assert (set_text("नमस्ते", FACE).is_tall, set_text("Hello", FACE).is_tall) == (True, False)


def test_capitals_follow_the_language() -> None:
    assert upper("istanbul", "tr") == "İSTANBUL"
    assert upper("καρδιές", "el") == "ΚΑΡΔΙΕΣ"
    assert upper("straße", "de") == "STRASSE"
