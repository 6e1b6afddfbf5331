"""How much of every pixel the letters of a line cover, and an outline round them; HarfBuzz fills the shapes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import cv2
import numpy as np
import uharfbuzz
from numpy.typing import NDArray

from studio.render.fonts import UNITS_PER_EM
from studio.render.lines import Line
from studio.render.planes import Plane

_ROUNDING = 0.03
"""Pixels by which the largest of few distances falls short of the true edge; measured against eight-fold resvg."""


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


def coverage(placed: PlacedLine, width: int, height: int) -> Plane:
    """0 to 255 for every pixel of a canvas of this size: the share of it that lies inside the letters."""
    canvas = uharfbuzz.RasterDraw()
    canvas.extents = uharfbuzz.RasterExtents(x_origin=0, y_origin=0, width=width, height=height, stride=0)
    scale = placed.scale
    for piece in placed.line.pieces:
        for glyph in piece.run.glyphs:
            x, y = placed.x + (piece.x + glyph.x) * scale, placed.baseline - glyph.y * scale
            canvas.transform = (scale, 0, 0, -scale, x, y)
            canvas.draw_glyph(piece.run.font, glyph.number)
    return _pixels(canvas.render(), width, height)


def spread(letters: Plane, pixels: float) -> Plane:
    """The letters made larger by so many pixels in every direction, corners rounded.

    A pixel reaches as far as it is covered: seen from another, `distance` away, it covers `pixels + own - distance`."""
    margin = math.ceil(pixels + 1)
    wide = np.pad(letters, margin)
    reached = _surely_reached(letters, pixels)
    rows, columns = letters.shape
    for share, offsets in _ring(pixels):
        given = np.asarray(cv2.LUT(wide, _added(share)), np.uint8)
        for down, right in offsets:
            seen = given[margin + down : margin + down + rows, margin + right : margin + right + columns]
            np.maximum(reached, seen, out=reached)
    return reached


def without_holes(letters: Plane) -> Plane:
    """The letters with everything covered that is shut in by them."""
    closed = np.pad(letters, 1)
    cv2.floodFill(closed, None, (0, 0), 255, loDiff=0, upDiff=0)
    shut_in = closed[1:-1, 1:-1] == 0
    return np.where(shut_in, np.uint8(255), letters)


def _surely_reached(letters: Plane, pixels: float) -> Plane:
    """Full where a covered pixel is near enough whatever its share."""
    distance = cv2.distanceTransform(np.asarray(letters == 0, np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.where(distance <= pixels - 1, np.uint8(255), np.uint8(0))


def _added(share: float) -> NDArray[np.uint8]:
    """A table that adds a share of a pixel to what is covered at all."""
    table: NDArray[np.uint8] = np.clip(np.rint(np.arange(256) + 255 * share), 0, 255).astype(np.uint8)
    table[0] = 0
    return table


@lru_cache(maxsize=8)
def _ring(pixels: float) -> list[tuple[float, list[tuple[int, int]]]]:
    """The offsets, down and right, of all pixels whose share decides, with what is to be added to it, -1 to 1."""
    margin = math.ceil(pixels + 1)
    found: dict[float, list[tuple[int, int]]] = {}
    for down, right in product(range(-margin, margin + 1), repeat=2):
        share = pixels + _ROUNDING - math.hypot(down, right)
        if -1 < share < 1:
            found.setdefault(share, []).append((down, right))
    return list(found.items())


def _pixels(image: uharfbuzz.RasterImage, width: int, height: int) -> Plane:
    extents = image.extents
    if not extents.width:
        return np.zeros((height, width), np.uint8)
    rows: NDArray[np.uint8] = np.frombuffer(image.buffer, np.uint8).reshape(extents.height, extents.stride)
    return rows[:, :width]
