"""A picture made ready to be moved: in the film's shape and colours, and a little larger than the frame."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.render.colour import channels, rgb_to_yuv
from studio.render.picture import load_picture
from studio.render.planes import Planes

OVERSIZE = 1.24
"""How much larger than the frame a still is kept. Zooming in by up to 1.2 then still makes it smaller, never larger:
it stays sharp, and the scale keeps clear of 1.0, where placing between pixels is impossible (see `camera`)."""

BORDER = 64
"""Luma pixels added around a still by repeating its edge. They are read while placing the picture and never shown."""

_STRIP_ROWS = 256
_KEPT_STILLS = 4
_PRIOR_WEIGHT = 0.3
_DITHER = np.random.default_rng(709).random((_STRIP_ROWS, 4096), np.float32)


@dataclass(frozen=True)
class Still:
    """`width` and `height` are those of the picture itself, without the border that `planes` has around it."""

    planes: Planes
    width: int
    height: int


def make_still(path: Path, width: int, height: int) -> Still:
    """Load a picture for a film of `width` x `height` pixels."""
    still_width, still_height = still_size(width, height)
    rgb = covered(load_picture(path, at_least=(still_width, still_height)), still_width, still_height)
    return still_of(_planes(rgb))


def still_size(width: int, height: int) -> tuple[int, int]:
    """Width and height in pixels of a still for a film of `width` x `height`."""
    return 2 * round(width * OVERSIZE / 2), 2 * round(height * OVERSIZE / 2)


def still_of(planes: Planes) -> Still:
    """A still from planes of a still's size."""
    with_border = Planes(_bordered(planes.y, BORDER), _bordered(planes.uv, BORDER // 2))
    return Still(with_border, planes.width, planes.height)


def covered(rgb: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Crop to the shape of `width` x `height` around what the picture is about, then scale; nothing is stretched."""
    rows, columns = rgb.shape[:2]
    cut_columns = min(columns, max(1, round(rows * width / height)))
    cut_rows = min(rows, max(1, round(columns * height / width)))
    left, top = (0, 0) if (cut_rows, cut_columns) == (rows, columns) else _focus(rgb, cut_columns, cut_rows)
    cut = rgb[top : top + cut_rows, left : left + cut_columns]
    shrinks = cut_columns > width
    scaled = cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.asarray(scaled, np.uint8)


def _focus(rgb: NDArray[np.uint8], cut_columns: int, cut_rows: int) -> tuple[int, int]:
    rows, columns = rgb.shape[:2]
    detail = _detail(rgb)
    # A person's face is more often above the middle of a picture than below it.
    left = _best_start(detail.sum(axis=0), cut_columns / columns, 0.5)
    top = _best_start(detail.sum(axis=1), cut_rows / rows, 0.4)
    return round(left * (columns - cut_columns)), round(top * (rows - cut_rows))


def _detail(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    small = cv2.cvtColor(cv2.resize(rgb, (96, 96), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _best_start(detail: NDArray[np.float32], share: float, likely: float) -> float:
    """Where a window over `share` of the profile holds most detail: 0 is the first position, 1 the last one."""
    window = max(1, round(share * detail.size))
    sums = np.convolve(detail, np.ones(window), "valid") / (detail.sum() + 1e-6)
    position = np.linspace(0, 1, sums.size) if sums.size > 1 else np.array([likely])
    return float(position[np.argmax(sums - _PRIOR_WEIGHT * np.abs(position - likely))])


def _planes(rgb: NDArray[np.uint8]) -> Planes:
    height, width = rgb.shape[:2]
    planes = Planes.empty(width, height)
    # By strips, because three planes of 32-bit numbers of a whole still would be the largest thing in memory.
    for top in range(0, height, _STRIP_ROWS):
        luma, chroma = rgb_to_yuv(rgb[top : top + _STRIP_ROWS])
        half = slice(top // 2, (top + _STRIP_ROWS) // 2)
        planes.y[top : top + _STRIP_ROWS] = _dithered(luma)
        cv2.merge([_dithered(values) for values in channels(chroma)], planes.uv[half])
    return planes


def _dithered(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Round up or down by chance in proportion, so that a slow gradient does not turn into bands."""
    rows, columns = values.shape
    return (values + _DITHER[:rows, :columns]).astype(np.uint8)


def _bordered(plane: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.copyMakeBorder(plane, size, size, size, size, cv2.BORDER_REPLICATE), np.uint8)


class StillShelf:
    """The stills in use. Neighbouring segments show the same picture, so each is loaded once and a few are kept."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._stills: OrderedDict[Path, Still] = OrderedDict()
        # Held while loading as well: two large pictures being read at once would double the peak of memory.
        self._lock = Lock()

    def still(self, path: Path) -> Still:
        with self._lock:
            if path not in self._stills:
                self._stills[path] = make_still(path, *self._size)
            self._stills.move_to_end(path)
            while len(self._stills) > _KEPT_STILLS:
                self._stills.popitem(last=False)
            return self._stills[path]
