"""When everything happens: the voice leads, and each scene lasts as long as its words need and a breath more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from studio.domain.formats import FRAMES_PER_SECOND

OPENING_SECONDS = 0.35
"""Before the first word of the film, so that the picture is there before the voice."""

LEAD_SECONDS = 0.12
TAIL_SECONDS = 0.5
"""After the last word of a scene; the cross-fade into the next scene lies within it."""

ENDING_SECONDS = 1.1


@dataclass(frozen=True)
class Slot:
    """One scene on the time line; `voice_offset_seconds` counts from the scene's own start."""

    first_frame: int
    frames: int
    voice_offset_seconds: float

    @property
    def start_seconds(self) -> float:
        return self.first_frame / FRAMES_PER_SECOND

    @property
    def voice_start_seconds(self) -> float:
        return self.start_seconds + self.voice_offset_seconds


def lay_out(speech_seconds: Sequence[float], wished_seconds: Sequence[float | None]) -> list[Slot]:
    """Place the scenes one after another. A wish makes a scene longer, never shorter than its words."""
    slots: list[Slot] = []
    first_frame = 0
    for index, (spoken, wish) in enumerate(zip(speech_seconds, wished_seconds, strict=True)):
        offset = OPENING_SECONDS if index == 0 else LEAD_SECONDS
        tail = ENDING_SECONDS if index == len(speech_seconds) - 1 else TAIL_SECONDS
        frames = math.ceil(max(offset + spoken + tail, wish or 0.0) * FRAMES_PER_SECOND)
        slots.append(Slot(first_frame, frames, offset))
        first_frame += frames
    return slots


def total_seconds(slots: Sequence[Slot]) -> float:
    return sum(slot.frames for slot in slots) / FRAMES_PER_SECOND
