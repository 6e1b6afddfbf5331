"""What letters and their outlines cover."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from studio.render.coverage import PlacedLine, coverage, spread, without_holes
from studio.render.fonts import Typeface
from studio.render.lines import Part, set_line
from studio.render.planes import Plane
from studio.render.text_image import drawn_svg, line_drawing

WIDTH, HEIGHT, FINER = 260, 90, 8


def placed(text: str, finer: int = 1) -> PlacedLine:
    line = set_line([Part(text, 0)], Typeface("Montserrat", 800), right_to_left=False)
    return PlacedLine(line, 10.3 * finer, 61.7 * finer, 55 * finer)


def drawn_finely(text: str, outline_pixels: float = 0.0) -> Plane:
    """The same line by the SVG renderer, eight times as large and made smaller: nearly the truth."""
    line = placed(text, FINER)
    stroke = f'<g stroke="#000" stroke-width="{2 * outline_pixels * FINER / line.scale}">'
    body = f"{stroke}{line_drawing(line, '#000')}</g>" if outline_pixels else line_drawing(line, "#000")
    alpha = drawn_svg(body, WIDTH * FINER, HEIGHT * FINER)[..., 3]
    return np.asarray(cv2.resize(alpha, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def test_letters_cover_what_they_cover_in_a_much_finer_drawing() -> None:
    letters = coverage(placed("Sag R&ß"), WIDTH, HEIGHT)

    assert cv2.PSNR(letters, drawn_finely("Sag R&ß")) > 43


@pytest.mark.parametrize("pixels", [0.6, 2.2, 5.5])
def test_an_outline_reaches_as_far_as_in_a_much_finer_drawing(pixels: float) -> None:
    outlined = spread(coverage(placed("Sag R&ß"), WIDTH, HEIGHT), pixels)

    assert cv2.PSNR(outlined, drawn_finely("Sag R&ß", pixels)) > 34


def test_a_single_pixel_grows_to_a_disc() -> None:
    dot = np.zeros((21, 21), np.uint8)
    dot[10, 10] = 255

    disc = spread(dot, 6)

    assert disc.sum() / 255 == pytest.approx(np.pi * 6.5**2, rel=0.03)
    assert np.array_equal(disc, disc.T)


def test_what_is_shut_in_is_covered_and_what_is_open_is_not() -> None:
    closed = without_holes(coverage(placed("O C"), WIDTH, HEIGHT))

    o, c = (placed("O C").line.pieces[0].run.ink, 61.7 - 0.35 * 55)
    assert o is not None
    middle = round(c)
    assert closed[middle, round(10.3 + (o.left + 390) * 0.055)] == 255
    assert not closed[0].any()


def test_nothing_covers_nothing() -> None:
    assert not coverage(placed(" "), WIDTH, HEIGHT).any()
