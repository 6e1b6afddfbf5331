"""Small text on pictures that are not films, such as the labels of a contact sheet."""

from __future__ import annotations

import numpy as np

from studio.render.coverage import PlacedLine
from studio.render.fonts import UNITS_PER_EM, Typeface
from studio.render.lines import Line, set_text
from studio.render.script_runs import clean, clusters
from studio.render.text_image import Image, drawn_svg, line_drawing

_ELLIPSIS = "…"
_LINE_HEIGHT = 1.5
_BASELINE = 1.08


def label_image(
    text: str,
    width: int,
    *,
    em_pixels: float = 22.0,
    colour: str = "#ffffff",
    language: str = "en",
    font: str = "Inter",
    weight: int = 600,
) -> Image:
    """One line of text on a transparent canvas exactly `width` pixels wide, cut with an ellipsis where it is longer.

    It begins at the left, or at the right where its script does. Any script, any characters."""
    typeface = Typeface(font, weight, language)
    line = _fitting(clean(text).strip(), typeface, width / em_pixels * UNITS_PER_EM)
    height = round(_LINE_HEIGHT * em_pixels)
    if not line.pieces:
        return np.zeros((height, width, 4), np.uint8)
    scale = em_pixels / UNITS_PER_EM
    x = width - line.width * scale if line.is_right_to_left else 0.0
    return drawn_svg(line_drawing(PlacedLine(line, x, _BASELINE * em_pixels, em_pixels), colour), width, height)


def _fitting(text: str, typeface: Typeface, room: float) -> Line:
    """The longest beginning of the text that fits into `room` thousandths of an em, found by halving."""
    whole = set_text(text, typeface)
    if whole.width <= room:
        return whole
    characters = clusters(text)
    fits, too_long = 0, len(characters)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if set_text(_cut(characters, middle), typeface).width <= room:
            fits = middle
        else:
            too_long = middle
    return set_text(_cut(characters, fits), typeface)


def _cut(characters: list[str], count: int) -> str:
    return "".join(characters[:count]).rstrip() + _ELLIPSIS
