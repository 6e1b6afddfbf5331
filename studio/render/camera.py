"""Drawing a still at a pose, placed between pixels, at the price of a plain resize."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2

from studio.render.motion import Pose
from studio.render.planes import LEAD_PIXELS, Canvas, Plane
from studio.render.still import BORDER, Still

# A resize by the factor f samples exactly every 1/f source pixels, but it can only begin at a whole pixel. Its n-th
# output pixel however lies n/f further on: beginning a little earlier and drawing the first n pixels outside the frame
# puts the picture where it belongs within a few hundredths of a pixel. cv2.warpAffine takes five times as long.


def draw(still: Still, pose: Pose, target: Canvas) -> None:
    """Fill the target with the part of the still that the pose shows."""
    step = still.width / (target.width * pose.zoom)
    left = (still.width - target.width * step) * (1 + pose.x) / 2 + BORDER
    top = (still.height - target.height * step) * (1 + pose.y) / 2 + BORDER
    _draw_chroma(still.planes.uv, target, step, placed(left / 2, step), placed(top / 2, step))
    _draw_luma(still.planes.y, target, step, placed(left, step), placed(top, step))


def _draw_chroma(source: Plane, target: Canvas, step: float, columns: Placing, rows: Placing) -> None:
    seen = source[rows.source_pixels(target.height // 2, step), columns.source_pixels(target.width // 2, step)]
    height, width = (round(length / step) for length in seen.shape[:2])
    _resize(seen, target.chroma_from(rows.dropped, columns.dropped, height, width), step)


def _draw_luma(source: Plane, target: Canvas, step: float, columns: Placing, rows: Placing) -> None:
    seen = source[rows.source_pixels(target.height, step), columns.source_pixels(target.width, step)]
    height, width = (round(length / step) for length in seen.shape)
    hangs_over = target.uv[: height - rows.dropped - target.height]
    chroma = hangs_over.copy()
    _resize(seen, target.luma_from(rows.dropped, columns.dropped, height, width), step)
    hangs_over[:] = chroma


def _resize(source: Plane, target: Plane, step: float) -> None:
    cv2.resize(source, None, target, 1 / step, 1 / step, cv2.INTER_LINEAR)


class Placing(NamedTuple):
    """Along one axis: the whole source pixel to begin at, and how many output pixels to drop."""

    begin: int
    dropped: int

    def source_pixels(self, length: int, step: float) -> slice:
        return slice(self.begin, self.begin + math.ceil((length + self.dropped) * step) + 1)


def placed(start: float, step: float) -> Placing:
    """The placing that samples the first pixel nearest to `start`; both in source pixels."""
    begins = [start - dropped * step for dropped in range(LEAD_PIXELS)]
    errors = [abs(begin - round(begin)) for begin in begins]
    best = errors.index(min(errors))
    return Placing(round(begins[best]), best)
