"""When everything happens: the voice leads, and each scene lasts as long as its words need and a breath more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.domain.formats import FRAMES_PER_SECOND
from studio.domain.pacing import breaths, scene_frames


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
    first_frame, count = 0, len(speech_seconds)
    for place, (spoken, wish) in enumerate(zip(speech_seconds, wished_seconds, strict=True)):
        offset, _ = breaths(place, count)
        frames = scene_frames(place, count, spoken, wish)
        slots.append(Slot(first_frame, frames, offset))
        first_frame += frames
    return slots


def total_seconds(slots: Sequence[Slot]) -> float:
    return sum(slot.frames for slot in slots) / FRAMES_PER_SECOND
