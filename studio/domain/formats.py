"""The four formats, the three aspects, and how long and how many scenes a short has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FRAMES_PER_SECOND = 30

SPEAKING_WORDS_PER_MINUTE = 165
"""A natural narrating pace; scripts are cut to it and silent films are timed by it."""


class Aspect(StrEnum):
    VERTICAL = "9:16"
    SQUARE = "1:1"
    WIDE = "16:9"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the film in pixels."""
        return _SIZES[self]


_SIZES = {Aspect.VERTICAL: (1080, 1920), Aspect.SQUARE: (1080, 1080), Aspect.WIDE: (1920, 1080)}


class Pressure(StrEnum):
    """How densely a climate cuts: it multiplies the number of scenes."""

    SLOW = "SLOW"
    FLUID = "FLUID"
    FAST = "FAST"

    @property
    def multiplier(self) -> float:
        return _MULTIPLIERS[self]


_MULTIPLIERS = {Pressure.SLOW: 0.7, Pressure.FLUID: 1.0, Pressure.FAST: 1.4}


class ShortFormat(StrEnum):
    SHORT = "short"
    REEL = "reel"
    LONG = "long"
    YOUTUBE = "youtube"

    @property
    def rules(self) -> FormatRules:
        return _RULES[self]


@dataclass(frozen=True)
class FormatRules:
    """Bounds of one format; all lengths in seconds."""

    minimum_seconds: int
    maximum_seconds: int
    default_seconds: int
    base_scenes: int
    scene_minimum_seconds: int
    scene_maximum_seconds: int
    aspect: Aspect

    def scene_count(self, pressure: Pressure = Pressure.FLUID) -> int:
        """Number of scenes a film of the default length gets under this pressure."""
        return max(1, round(self.base_scenes * pressure.multiplier))


_RULES = {
    ShortFormat.SHORT: FormatRules(15, 60, 30, 4, 3, 10, Aspect.VERTICAL),
    ShortFormat.REEL: FormatRules(30, 90, 60, 6, 5, 12, Aspect.VERTICAL),
    ShortFormat.LONG: FormatRules(60, 180, 120, 10, 8, 15, Aspect.VERTICAL),
    ShortFormat.YOUTUBE: FormatRules(180, 600, 300, 20, 10, 20, Aspect.WIDE),
}


def scenes_for(format: ShortFormat, seconds: float, pressure: Pressure = Pressure.FLUID) -> int:
    """Number of scenes for a film of `seconds`: the format's own count, scaled by length and pressure.

    The result always allows each scene to stay within the format's bounds."""
    rules = format.rules
    wanted = round(rules.base_scenes * pressure.multiplier * seconds / rules.default_seconds)
    fewest = -(-int(seconds) // rules.scene_maximum_seconds)
    most = max(1, int(seconds) // rules.scene_minimum_seconds)
    return min(max(wanted, fewest, 1), most)
