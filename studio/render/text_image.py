"""Set lines as pixels: fill, outline and soft shadow, every word's place known so that it can be recoloured alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray

from studio.render.fonts import UNITS_PER_EM
from studio.render.lines import Line, Piece
from studio.render.shaping import Box

Image = NDArray[np.uint8]
"""Height x width x 4: red, green, blue and straight alpha."""

_LINE_COLOURS = ("#ff0000", "#00ff00")
"""Neighbouring lines are painted in different channels: where they overlap, each pixel still knows its line."""


@dataclass(frozen=True)
class PlacedLine:
    """A line on a canvas: its left end and its baseline in pixels, and the size of an em."""

    line: Line
    x: float
    baseline: float
    em_pixels: float

    @property
    def scale(self) -> float:
        return self.em_pixels / UNITS_PER_EM

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of what is painted, without the outline."""
        ink = self.line.ink
        return (
            self.x + ink.left * self.scale,
            self.baseline - ink.top * self.scale,
            self.x + ink.right * self.scale,
            self.baseline - ink.bottom * self.scale,
        )


@dataclass(frozen=True)
class Paint:
    """Colours as `#rrggbb`, lengths in pixels. Emoji are drawn in their own colour on a backing of the outline's."""

    colour: str
    highlight: str
    outline: str
    outline_pixels: float
    shadow_pixels: float
    shadow_strength: float = 0.55

    @property
    def margin(self) -> int:
        """How far the outline and the shadow reach beyond the letters."""
        return int(np.ceil(self.outline_pixels + 3 * self.shadow_pixels)) + 1


@dataclass(frozen=True, eq=False)
class TextImage:
    """Lines drawn twice, in the base colour and in the highlight; `x` and `y` are the top left corner in the frame."""

    x: int
    y: int
    base: Image
    lit: Image
    _coverage: Image
    _words: dict[int, list[_Area]]

    def highlighting(self, word: int | None) -> Image:
        """A picture of its own with this word in the highlight colour."""
        image = self.base.copy()
        for area in self._words.get(word, []) if word is not None else []:
            cv2.copyTo(self.lit[area.box], area.painted(self._coverage), image[area.box])
        return image


@dataclass(frozen=True)
class _Area:
    """Where one piece of text may be painted, and in which channel its line is."""

    box: tuple[slice, slice]
    channel: int

    def painted(self, coverage: Image) -> NDArray[np.uint8]:
        """A mask for OpenCV: not zero where this piece has a share of the pixel."""
        return coverage[self.box][..., self.channel]


def draw_lines(lines: Sequence[PlacedLine], paint: Paint) -> TextImage:
    """Draw the lines on the smallest canvas that holds them, outline and shadow included."""
    left, top, width, height = _canvas(lines, paint.margin)
    moved = [PlacedLine(line.line, line.x - left, line.baseline - top, line.em_pixels) for line in lines]
    drawn = _rasterised(moved, paint.outline_pixels, width, height)
    share, alpha = _mixed_with_shadow(drawn, paint)
    base = _coloured(share, alpha, paint, paint.colour)
    lit = _coloured(share, alpha, paint, paint.highlight)
    words: dict[int, list[_Area]] = {}
    for piece, area in _areas(moved):
        if piece.is_emoji:
            cv2.copyTo(lit[area.box], area.painted(drawn), base[area.box])
        if piece.word is not None:
            words.setdefault(piece.word, []).append(area)
    return TextImage(left, top, base, lit, drawn, words)


def rgb(colour: str) -> NDArray[np.float32]:
    """Red, green and blue of `#rrggbb`, 0 to 255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32)


def line_drawing(placed: PlacedLine, colour: str, outline_pixels: float = 0.0) -> str:
    """SVG of the line in one colour. With an outline, it reaches that far beyond the letters and has no holes."""
    stroke = f'stroke="{colour}" stroke-width="{2 * outline_pixels / placed.scale:.1f}"' if outline_pixels else ""
    place = f"translate({placed.x:.2f} {placed.baseline:.2f}) scale({placed.scale:.5f} {-placed.scale:.5f})"
    paths = "".join(_paths(piece, with_backing=bool(outline_pixels)) for piece in placed.line.pieces)
    return f'<g transform="{place}" fill="{colour}" {stroke}>{paths}</g>'


def drawn_svg(body: str, width: int, height: int) -> Image:
    """Pixels of SVG elements on a transparent canvas of this size."""
    size = f'width="{width}" height="{height}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} stroke-linejoin="round">{body}</svg>'
    png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None, "resvg always gives a readable PNG"
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA), np.uint8)


def _canvas(lines: Sequence[PlacedLine], margin: int) -> tuple[int, int, int, int]:
    edges = np.array([line.edges for line in lines])
    left, top = np.floor(edges[:, :2].min(axis=0)).astype(int) - margin
    right, bottom = np.ceil(edges[:, 2:].max(axis=0)).astype(int) + margin
    return int(left), int(top), int(right - left), int(bottom - top)


def _rasterised(lines: Sequence[PlacedLine], outline_pixels: float, width: int, height: int) -> Image:
    """Black outlines under fills whose channel tells the line, so one drawing holds coverage, outline and line."""
    outlines = "".join(line_drawing(line, "#000", outline_pixels) for line in lines)
    fills = "".join(line_drawing(line, _LINE_COLOURS[i % 2]) for i, line in enumerate(lines))
    return drawn_svg(outlines + fills, width, height)


def _paths(piece: Piece, *, with_backing: bool) -> str:
    """A line-drawn emoji gets a backing without holes, or the picture would shine through its face."""
    outlines = piece.run.path.split("M")[1:] if piece.is_emoji and with_backing else [piece.run.path[1:]]
    shapes = "".join(f'<path d="M{outline}"/>' for outline in outlines if outline)
    return f'<g transform="translate({piece.x:.1f} 0)">{shapes}</g>' if shapes else ""


def _mixed_with_shadow(drawn: Image, paint: Paint) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The share of the fill in every pixel's colour, and the pixel's opacity with the shadow under it; 0 to 1."""
    solid, fill = _share(drawn[..., 3]), _share(np.maximum(drawn[..., 0], drawn[..., 1]))
    if not paint.shadow_pixels:
        return fill, solid
    fallen = np.roll(solid, round(paint.shadow_pixels), axis=0)
    blurred = np.asarray(cv2.GaussianBlur(fallen, (0, 0), paint.shadow_pixels * 0.7), np.float32)
    alpha: NDArray[np.float32] = solid + (1 - solid) * blurred * np.float32(paint.shadow_strength)
    share = np.divide(fill * solid, np.maximum(alpha, np.float32(1e-3)), dtype=np.float32)
    return share, alpha


def _share(values: NDArray[np.uint8]) -> NDArray[np.float32]:
    return values.astype(np.float32) / np.float32(255)


def _coloured(share: NDArray[np.float32], alpha: NDArray[np.float32], paint: Paint, colour: str) -> Image:
    ends = zip(rgb(paint.outline).tolist(), rgb(colour).tolist(), strict=True)
    channels = [cv2.convertScaleAbs(share, alpha=over - under, beta=under) for under, over in ends]
    return np.asarray(cv2.merge([*channels, cv2.convertScaleAbs(alpha, alpha=255)]), np.uint8)


def _areas(lines: Sequence[PlacedLine]) -> Iterator[tuple[Piece, _Area]]:
    for i, line in enumerate(lines):
        for piece in line.line.pieces:
            if piece.run.ink:
                yield piece, _Area((_rows(line, piece.run.ink), _columns(line, piece, piece.run.ink)), i % 2)


def _rows(placed: PlacedLine, ink: Box) -> slice:
    top, bottom = placed.baseline - ink.top * placed.scale, placed.baseline - ink.bottom * placed.scale
    return slice(max(0, int(top) - 1), int(bottom) + 2)


def _columns(placed: PlacedLine, piece: Piece, ink: Box) -> slice:
    """A piece may paint its advance, and its ink where that hangs over."""
    left = placed.x + (piece.x + min(0.0, ink.left)) * placed.scale
    right = placed.x + (piece.x + max(piece.run.advance, ink.right)) * placed.scale
    return slice(max(0, round(left)), round(right))
