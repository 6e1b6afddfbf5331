"""From characters to glyphs: HarfBuzz chooses and places those of one run; their shapes can become one SVG path.

Text is shaped here and not by the SVG renderer, which guesses one script for a whole line and breaks the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import uharfbuzz

from studio.render.fonts import open_font


@dataclass(frozen=True)
class Box:
    """Edges in thousandths of an em, y pointing up from the baseline."""

    left: float
    bottom: float
    right: float
    top: float

    def moved(self, x: float) -> Box:
        return Box(self.left + x, self.bottom, self.right + x, self.top)

    def joined(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )


@dataclass(frozen=True)
class Glyph:
    """A glyph's number in its font, and where its origin stands."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class ShapedRun:
    """Glyphs placed in thousandths of an em, y up, the run's left end at 0. `ink` is None where nothing is drawn."""

    advance: float
    font: uharfbuzz.Font
    glyphs: tuple[Glyph, ...]
    ink: Box | None

    @cached_property
    def path(self) -> str:
        """The outlines as one SVG path."""
        pen = _Pen()
        for glyph in self.glyphs:
            pen.move_to(glyph.x, glyph.y)
            self.font.draw_glyph(glyph.number, _DRAWING, pen)
        return "".join(pen.commands)


@lru_cache(maxsize=4096)
def shape(text: str, family: str, weight: int, *, right_to_left: bool) -> ShapedRun:
    """Shape a run of one script in one family; its glyphs go from left to right whatever the direction."""
    font = open_font(family, weight)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    uharfbuzz.shape(font, buffer)
    return _placed(font, buffer)


def _placed(font: uharfbuzz.Font, buffer: uharfbuzz.Buffer) -> ShapedRun:
    glyphs, across, ink = [], 0, None
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        x, y = across + position.x_offset, position.y_offset
        glyphs.append(Glyph(info.codepoint, x, y))
        box = _glyph_box(font, info.codepoint, x, y)
        ink = box if ink is None else ink.joined(box) if box else ink
        across += position.x_advance
    return ShapedRun(across, font, tuple(glyphs), ink)


def _glyph_box(font: uharfbuzz.Font, glyph: int, x: float, y: float) -> Box | None:
    extents = font.get_glyph_extents(glyph)
    if extents is None or not extents.width:
        return None
    left, top = x + extents.x_bearing, y + extents.y_bearing
    return Box(left, top + extents.height, left + extents.width, top)


class _Pen:
    """Collects SVG path commands with every point moved to where the glyph stands."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self._x, self._y = 0.0, 0.0

    def move_to(self, x: float, y: float) -> None:
        self._x, self._y = x, y

    def draw(self, letter: str, *numbers: float) -> None:
        placed = (number + (self._y if i % 2 else self._x) for i, number in enumerate(numbers))
        self.commands.append(letter + " ".join(f"{number:.1f}" for number in placed))


def _drawing() -> uharfbuzz.DrawFuncs:
    functions = uharfbuzz.DrawFuncs()
    functions.set_move_to_func(lambda x, y, pen: pen.draw("M", x, y))
    functions.set_line_to_func(lambda x, y, pen: pen.draw("L", x, y))
    functions.set_quadratic_to_func(lambda x1, y1, x, y, pen: pen.draw("Q", x1, y1, x, y))
    functions.set_cubic_to_func(lambda x1, y1, x2, y2, x, y, pen: pen.draw("C", x1, y1, x2, y2, x, y))
    functions.set_close_path_func(lambda pen: pen.draw("Z"))
    return functions


_DRAWING = _drawing()
