"""Drawing a still at a pose, placed between pixels, at the price of a plain resize."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from studio.render.motion import Pose
from studio.render.planes import Plane, Planes
from studio.render.still import BORDER, Still

_LEAD_PIXELS = 24

# A resize by the factor f samples exactly every 1/f source pixels, but it can only begin at a whole pixel. Its n-th
# output pixel however lies n/f further on: beginning a little earlier and dropping the first n pixels puts the
# picture where it belongs within a few hundredths of a pixel. cv2.warpAffine takes three times as long.
_DROPPED = np.arange(_LEAD_PIXELS)


class Camera:
    """Draws stills into frames of one size. It keeps its own working memory, so every thread needs its own."""

    def __init__(self, width: int, height: int) -> None:
        room = 2 * _LEAD_PIXELS
        self._scratch = np.empty((height + room, width + room), np.uint8)

    def draw(self, still: Still, pose: Pose, target: Planes) -> None:
        """Fill the target with the part of the still that the pose shows."""
        step = still.width / (target.width * pose.zoom)
        left = (still.width - target.width * step) * (1 + pose.x) / 2
        top = (still.height - target.height * step) * (1 + pose.y) / 2
        self._draw(still.planes.y, target.y, step, placed(left + BORDER, step), placed(top + BORDER, step))
        columns, rows = placed((left + BORDER) / 2, step), placed((top + BORDER) / 2, step)
        self._draw(still.planes.u, target.u, step, columns, rows)
        self._draw(still.planes.v, target.v, step, columns, rows)

    def _draw(self, source: Plane, target: Plane, step: float, columns: Placing, rows: Placing) -> None:
        height, width = target.shape
        seen = source[rows.source_pixels(height, step), columns.source_pixels(width, step)]
        room = self._scratch[: round(seen.shape[0] / step), : round(seen.shape[1] / step)]
        drawn = cv2.resize(seen, None, room, 1 / step, 1 / step, cv2.INTER_LINEAR)
        target[:] = drawn[rows.output_pixels(height), columns.output_pixels(width)]


class Placing(NamedTuple):
    """Along one axis: the whole source pixel to begin at, and how many output pixels to drop."""

    begin: int
    dropped: int

    def source_pixels(self, length: int, step: float) -> slice:
        return slice(self.begin, self.begin + math.ceil((length + self.dropped) * step) + 1)

    def output_pixels(self, length: int) -> slice:
        return slice(self.dropped, self.dropped + length)


def placed(start: float, step: float) -> Placing:
    """The placing that samples the first pixel nearest to `start`; both in source pixels."""
    begins = start - _DROPPED * step
    whole = np.rint(begins)
    best = int(np.argmin(np.abs(begins - whole)))
    return Placing(int(whole[best]), best)
