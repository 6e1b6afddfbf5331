"""How long a scene and a film last around their words: the breaths before and after them, in whole frames."""

from __future__ import annotations

import math
from collections.abc import Sequence

from studio.domain.formats import FRAMES_PER_SECOND

OPENING_SECONDS = 0.35
"""Before the first word of the film, so that the picture is there before the voice."""

LEAD_SECONDS = 0.12
TAIL_SECONDS = 0.5
"""After the last word of a scene; the cross-fade into the next scene lies within it."""

ENDING_SECONDS = 1.1


def breaths(place: int, count: int) -> tuple[float, float]:
    """Seconds before the first and after the last word of scene `place` (from 0) of `count`."""
    lead = OPENING_SECONDS if place == 0 else LEAD_SECONDS
    return lead, ENDING_SECONDS if place == count - 1 else TAIL_SECONDS


def pauses_seconds(count: int) -> float:
    """What a film of so many scenes lasts beyond its words, half a frame a scene for rounding up included."""
    return sum(sum(breaths(place, count)) for place in range(count)) + count / (2 * FRAMES_PER_SECOND)


def scene_frames(place: int, count: int, spoken_seconds: float, wished_seconds: float | None) -> int:
    """Frames of one scene. A wish makes a scene longer, never shorter than its words."""
    lead, tail = breaths(place, count)
    return math.ceil(max(lead + spoken_seconds + tail, wished_seconds or 0.0) * FRAMES_PER_SECOND)


def film_seconds(spoken_seconds: Sequence[float], wished_seconds: Sequence[float | None]) -> float:
    """How long a film lasts whose scenes take so long to speak."""
    scenes = enumerate(zip(spoken_seconds, wished_seconds, strict=True))
    count = len(spoken_seconds)
    return sum(scene_frames(place, count, spoken, wish) for place, (spoken, wish) in scenes) / FRAMES_PER_SECOND
