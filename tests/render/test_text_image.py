"""Text as pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.render.coverage import PlacedLine
from studio.render.fonts import Typeface
from studio.render.lines import Part, set_line
from studio.render.text_image import Paint, TextImage, draw_lines

PAINT = Paint(colour="#ffffff", highlight="#00ff00", outline="#000000", outline_pixels=3, shadow_pixels=2)
FACE = Typeface("Montserrat", 800)


def drawn(*texts: str, paint: Paint = PAINT) -> TextImage:
    """Every text on a line of its own; word `i` is line `i`."""
    lines = [set_line([Part(text, i)], FACE, right_to_left=False) for i, text in enumerate(texts)]
    return draw_lines([PlacedLine(line, 0, 40.0 * i, 40) for i, line in enumerate(lines)], paint)


def solid(image: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    found: np.ndarray = (image[..., :3] == colour).all(axis=2) & (image[..., 3] == 255)
    return found


def test_letters_have_their_colour_and_an_outline_around_them() -> None:
    image = drawn("I").base

    assert solid(image, (255, 255, 255)).sum() > 100
    assert solid(image, (0, 0, 0)).sum() > 100


def test_the_canvas_holds_all_that_is_painted() -> None:
    alpha = drawn("Ágj").base[..., 3]

    assert max(alpha[0].max(), alpha[-1].max(), alpha[:, 0].max(), alpha[:, -1].max()) <= 2


def test_only_the_chosen_word_changes_even_where_lines_touch() -> None:
    image = drawn("gjpq", "ÁÊÏÕ")

    lit = image.highlighting(1)

    rows = np.flatnonzero(solid(lit, (0, 255, 0)).any(axis=1))
    assert rows.min() > image.base.shape[0] // 3
    assert solid(lit, (255, 255, 255)).sum() > 100


def test_highlighting_leaves_the_base_as_it_was() -> None:
    image = drawn("One")
    before = image.base.copy()

    image.highlighting(0)

    assert np.array_equal(image.base, before)


def test_no_word_lit_is_the_base() -> None:
    image = drawn("One")

    assert np.array_equal(image.highlighting(None), image.base)


def test_text_without_outline_and_shadow_is_only_letters() -> None:
    image = drawn("I", paint=replace(PAINT, outline_pixels=0, shadow_pixels=0)).base

    assert not solid(image, (0, 0, 0)).any()
    assert image[..., 3].max() == 255


def test_emoji_have_the_highlight_colour_on_a_backing_without_holes() -> None:
    image = drawn("😀").base

    height, width = image.shape[:2]
    assert solid(image, (0, 255, 0)).sum() > 100
    assert image[height // 4 : -height // 4, width // 4 : -width // 4, 3].min() == 255
