"""How a clip fills its scene: cut when it is too long, slowed a little when it is too short, then held as a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

SLOWEST_RATE = 1 / 1.6
"""A clip is slowed down to five eighths of its speed at most; slower than that, single frames are seen."""


@dataclass(frozen=True)
class Pace:
    """`rate` is clip seconds for each second of film; from frame `held_from` on, the clip's last frame is held."""

    rate: float
    held_from: int | None

    def seconds(self, frame: int, fps: int) -> float:
        """The moment of the clip that is seen in this frame of the scene."""
        return frame / fps * self.rate


def pace_of(clip_seconds: float, frames: int, fps: int) -> Pace:
    """The pace at which a clip is shown for so many frames."""
    rate = min(1.0, max(SLOWEST_RATE, clip_seconds * fps / frames))
    shown = math.ceil(round(clip_seconds / rate * fps, 3))
    return Pace(round(rate, 6), shown if shown < frames else None)
