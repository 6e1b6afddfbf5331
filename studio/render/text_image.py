"""Set lines as pixels: fill, outline and soft shadow, every word's place known so that it can be recoloured alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray

from studio.render.coverage import PlacedLine, coverage, spread, without_holes
from studio.render.lines import Piece
from studio.render.planes import Plane
from studio.render.shaping import Box

Image = NDArray[np.uint8]
"""Height x width x 4: red, green, blue and straight alpha."""


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
    _letters: Image
    _words: dict[int, list[_Area]]

    def highlighting(self, word: int | None) -> Image:
        """A picture of its own with this word in the highlight colour."""
        image = self.base.copy()
        cv2.copyTo(self.lit, self.mask(word), image)
        return image

    def mask(self, word: int | None) -> NDArray[np.uint8]:
        """Height x width, not zero where this word is painted, its outline left out."""
        mask = np.zeros(self.base.shape[:2], np.uint8)
        for area in self._words.get(word, []) if word is not None else []:
            np.maximum(mask[area.box], area.painted(self._letters), out=mask[area.box])
        return mask


@dataclass(frozen=True)
class _Area:
    """Where one piece of text may be painted, and in which channel of the letters its line is."""

    box: tuple[slice, slice]
    channel: int

    def painted(self, letters: Image) -> NDArray[np.uint8]:
        """A mask for OpenCV: not zero where this piece has a share of the pixel."""
        return letters[self.box][..., self.channel]


def draw_lines(lines: Sequence[PlacedLine], paint: Paint) -> TextImage:
    """Draw the lines on the smallest canvas that holds them, outline and shadow included."""
    left, top, width, height = _canvas(lines, paint.margin)
    moved = [PlacedLine(line.line, line.x - left, line.baseline - top, line.em_pixels) for line in lines]
    drawn = _filled(moved, width, height)
    letters = np.asarray(cv2.max(*cv2.split(drawn)), np.uint8)
    share, alpha = _mixed_with_shadow(letters, _outlined(moved, letters, paint.outline_pixels), paint)
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


def line_drawing(placed: PlacedLine, colour: str) -> str:
    """SVG of the line in one colour."""
    place = f"translate({placed.x:.2f} {placed.baseline:.2f}) scale({placed.scale:.5f} {-placed.scale:.5f})"
    paths = "".join(
        f'<path transform="translate({piece.x:.1f} 0)" d="{piece.run.path}"/>'
        for piece in placed.line.pieces
        if piece.run.ink
    )
    return f'<g transform="{place}" fill="{colour}">{paths}</g>'


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


def _filled(lines: Sequence[PlacedLine], width: int, height: int) -> Image:
    """How much of every pixel is covered by letters: height x width x 2, neighbouring lines in different channels."""
    layers = [np.zeros((height, width), np.uint8) for _ in range(2)]
    for i, line in enumerate(lines):
        letters = coverage(line, width, height)
        np.minimum(layers[1 - i % 2], 255 - letters, out=layers[1 - i % 2])
        np.maximum(layers[i % 2], letters, out=layers[i % 2])
    return np.asarray(cv2.merge(layers), np.uint8)


def _outlined(lines: Sequence[PlacedLine], letters: Plane, outline_pixels: float) -> Plane:
    """How much of every pixel the letters cover with an outline round them."""
    if not outline_pixels:
        return letters
    return spread(_with_emoji_closed(lines, letters), outline_pixels)


def _with_emoji_closed(lines: Sequence[PlacedLine], letters: Plane) -> Plane:
    """A line-drawn emoji gets a backing without holes, or the picture would shine through its face."""
    emoji = [_only_emoji(line) for line in lines if any(piece.is_emoji for piece in line.line.pieces)]
    height, width = letters.shape
    for line in emoji:
        letters = np.maximum(letters, without_holes(coverage(line, width, height)))
    return letters


def _only_emoji(placed: PlacedLine) -> PlacedLine:
    pieces = tuple(piece for piece in placed.line.pieces if piece.is_emoji)
    return replace(placed, line=replace(placed.line, pieces=pieces))


def _mixed_with_shadow(
    letters: Plane, outlined: Plane, paint: Paint
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The share of the letters in every pixel's colour, and the pixel's opacity with the shadow under it; 0 to 1."""
    solid, fill = _share(outlined), _share(letters)
    alpha = solid
    if paint.shadow_pixels:
        fallen = np.roll(solid, round(paint.shadow_pixels), axis=0)
        blurred = np.asarray(cv2.GaussianBlur(fallen, (0, 0), paint.shadow_pixels * 0.7), np.float32)
        alpha = solid + (1 - solid) * blurred * np.float32(paint.shadow_strength)
    return np.divide(fill, np.maximum(alpha, np.float32(1e-3)), dtype=np.float32), alpha


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
