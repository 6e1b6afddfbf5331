"""Colour: mixing in OKLab, and the ramp of tones that a style's four colours span."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.domain.style import MusicMood, Palette, Style

Colour = NDArray[np.float32]
"""Red, green and blue, each 0 to 255."""

# The OKLab matrices are Björn Ottosson's, 2020 (public domain).
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LMS_BACK = np.linalg.inv(_LMS)
_LAB_BACK = np.linalg.inv(_LAB)

_RAMP_STOPS = (0.0, 0.20, 0.62, 1.0)
_MOOD_EXPOSURES = {MusicMood.TENSE: 0.82, MusicMood.EPIC: 0.94, MusicMood.PLAYFUL: 1.08, MusicMood.CALM: 1.02}


class _Hour(NamedTuple):
    """How a scene differs from the style's own light: lightness that is added, and the accent's share in its glow."""

    exposure: float
    warmth: float


_HOURS = (_Hour(0.0, 0.0), _Hour(0.015, 0.35), _Hour(-0.05, 0.0))
_DARKEST = 0.26
"""Of a palette's dark end, in OKLab: below this the layers of a foreground run together."""
_LARGEST_HUE_SHIFT_RADIANS = 0.16


def from_hex(code: str) -> Colour:
    """`#rrggbb` as a colour. Raises ValueError for anything else."""
    digits = code.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"{code!r} is not a colour of the form #rrggbb")
    return np.array([int(digits[start : start + 2], 16) for start in (0, 2, 4)], np.float32)


def to_hex(colour: Colour) -> str:
    red, green, blue = (round(float(channel)) for channel in np.clip(colour, 0, 255))
    return f"#{red:02x}{green:02x}{blue:02x}"


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The colour `share` of the way from the first to the second, even to the eye."""
    return _from_lab(_to_lab(first) * (1 - share) + _to_lab(second) * share)


def shift(colour: Colour, *, lightness: float = 0.0, chroma: float = 1.0, hue_radians: float = 0.0) -> Colour:
    """A relative of the colour: lightness is added (OKLab, 0 to 1), chroma multiplied, hue turned."""
    light, a, b = _to_lab(colour)
    turn_a = a * np.cos(hue_radians) - b * np.sin(hue_radians)
    turn_b = a * np.sin(hue_radians) + b * np.cos(hue_radians)
    return _from_lab(np.array([np.clip(light + lightness, 0, 1), turn_a * chroma, turn_b * chroma]))


def lightness(colour: Colour) -> float:
    """0 for black to 1 for white, even to the eye."""
    return float(_to_lab(colour)[0])


def chroma(colour: Colour) -> float:
    """How far from grey, in OKLab: about 0 to 0.35."""
    return float(np.hypot(*_to_lab(colour)[1:]))


@dataclass(frozen=True)
class Tones:
    """The colours of one picture. `at(0)` is its deepest shade and `at(1)` its light."""

    stops: tuple[Colour, Colour, Colour, Colour]
    accent: Colour

    @property
    def glow(self) -> Colour:
        return self.stops[3]

    def at(self, share: float) -> Colour:
        share = min(max(share, 0.0), 1.0)
        upper = next(index for index, stop in enumerate(_RAMP_STOPS) if share <= stop)
        lower = max(upper - 1, 0)
        span = _RAMP_STOPS[upper] - _RAMP_STOPS[lower]
        return mix(self.stops[lower], self.stops[upper], (share - _RAMP_STOPS[lower]) / span if span else 0.0)

    def warm(self, share: float, accent: float) -> Colour:
        """`at(share)` with some of the accent in it, kept from turning grey where the two hues oppose each other."""
        base = self.at(share)
        mixed = mix(base, self.accent, accent)
        wanted = (1 - accent) * chroma(base) + accent * chroma(self.accent)
        return (
            shift(mixed, chroma=min(2.2, 0.75 * wanted / max(chroma(mixed), 1e-3)))
            if chroma(mixed) < 0.75 * wanted
            else mixed
        )

    def bright(self, share: float) -> Colour:
        """The glow on its way to white."""
        return mix(self.glow, np.array([255, 253, 248], np.float32), share)


def tones_for(style: Style, rng: Random, turn: int = 0) -> Tones:
    """The style's palette, turned a little so that the scenes of a film are relatives and no twins.

    By `turn` it is day, evening (warmer) or dusk (deeper)."""
    hour = _HOURS[turn % len(_HOURS)]
    hue = rng.uniform(-_LARGEST_HUE_SHIFT_RADIANS, _LARGEST_HUE_SHIFT_RADIANS)
    exposure = (_MOOD_EXPOSURES.get(style.music_mood, 1.0) - 1) * 0.25 + rng.uniform(-0.025, 0.025) + hour.exposure
    dark, light, glow = (_turned(code, hue, exposure) for code in _background(style.palette))
    dark = shift(dark, lightness=max(0.0, _DARKEST - lightness(dark)))
    # The sky's light alone: a whole blue picture mixed with a yellow accent turns grey.
    glow = mix(glow, from_hex(style.palette.accent), hour.warmth)
    deep = shift(dark, lightness=-0.22 * lightness(dark))
    return Tones(
        (deep, dark, shift(light, lightness=0.03, chroma=1.14), shift(glow, chroma=1.12)),
        from_hex(style.palette.accent),
    )


def _background(palette: Palette) -> tuple[str, str, str]:
    return palette.dark, palette.light, palette.glow


def _turned(code: str, turn: float, exposure: float) -> Colour:
    return shift(from_hex(code), lightness=exposure, hue_radians=turn)


def _to_lab(colour: Colour) -> NDArray[np.float64]:
    share = np.clip(colour.astype(np.float64) / 255, 0, 1)
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(_LAB @ np.cbrt(_LMS @ linear))


def _from_lab(lab: NDArray[np.float64]) -> Colour:
    linear = np.clip(_LMS_BACK @ (_LAB_BACK @ lab) ** 3, 0, 1)
    share = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (share * 255).astype(np.float32)
