"""The world of one picture: its canvas, tones, light and dice, and what every place has in common."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

import numpy as np

from studio.providers.local.image.canvas import Canvas, Paper, Points
from studio.providers.local.image.palette import Colour, Tones, mix
from studio.providers.local.image.shapes import ellipse, frond
from studio.providers.local.image.sprites import Light

GROUND_SHARE = 0.545
"""Where a subject stands, as a share of the height: above the captions."""

_SUBJECT_BOTTOMS = (GROUND_SHARE, 0.72)
"""Where captions may begin in an upright and in another picture: what a scene is about ends above."""

BELOW_TITLE = 0.035
"""Under a title: what the camera's movement needs, of the height."""


def subject_bottom(width: int, height: int) -> float:
    """The share of the height at which captions may begin."""
    return _SUBJECT_BOTTOMS[width > height * 0.8]


@dataclass
class World:
    """`light_x` and `light_y` are shares of the picture; `energy` 0 to 1 is how strongly it is lit.

    `stretch` and `light_size` are factors: how far the distance rises above the ground, and how large the sun is.
    `shows_light` is false where a pictogram of the sun or the moon takes the place of the sky's own. `headroom` is the
    share of the height, from the top, that a title will cover."""

    canvas: Canvas
    tones: Tones
    rng: Random
    light_x: float
    light_y: float
    energy: float
    stretch: float = 1.0
    light_size: float = 1.0
    shows_light: bool = True
    headroom: float = 0.0

    @property
    def width(self) -> int:
        return self.canvas.width

    @property
    def height(self) -> int:
        return self.canvas.height

    @property
    def unit(self) -> int:
        return self.canvas.unit

    @property
    def ground_y(self) -> float:
        return self.height * GROUND_SHARE

    @property
    def subject_bottom(self) -> float:
        return self.height * subject_bottom(self.width, self.height)

    @property
    def light(self) -> Light:
        """The light as seen from the subject in the middle of the upper half."""
        x, y = self.light_x - 0.5, self.light_y - 0.40
        length = max(float(np.hypot(x, y)), 0.05)
        return Light(x / length, y / length, 0.6 + 0.4 * self.energy)

    def x(self, share: float) -> float:
        return self.width * share

    def y(self, share: float) -> float:
        return self.height * share

    def far(self, level: float) -> float:
        """The level (share of the height) of a layer behind the subject, as high as this picture's horizon lies."""
        return GROUND_SHARE - (GROUND_SHARE - level) * self.stretch if level < GROUND_SHARE else level

    def sky(self, top: float, bottom: float, warmth: float, horizon: float = 0.6) -> None:
        """A sky from its zenith to the horizon, with the accent in its lowest part."""
        tones = self.tones
        stops: list[tuple[float, Colour]] = [
            (0, tones.at(top)),
            (horizon * 0.55, mix(tones.at(top), tones.at(bottom), 0.5)),
        ]
        stops += [(horizon, tones.warm(bottom, warmth * 0.5)), (1, tones.at(bottom * 0.6))]
        self.canvas.gradient(stops)
        self.canvas.mottle(3.0)
        self.canvas.glow(self.x(self.light_x), self.y(horizon), self.unit * 0.75, tones.accent, warmth * 1.1, 0.42)

    def sun(self, radius_share: float, strength: float, *, disc: bool = True) -> None:
        """The light itself, as a disc with a wide glow; only its wide glow where the picture has another light."""
        canvas, colour = self.canvas, mix(self.tones.glow, self.tones.accent, 0.25)
        radius = self.unit * radius_share * self.light_size
        x, y = self.x(self.light_x), max(self.y(self.light_y), radius * 1.15)
        canvas.glow(x, y, radius * 4.5, colour, strength * 0.55)
        if not self.shows_light:
            return
        canvas.glow(x, y, radius * 2.0, self.tones.glow, strength * 0.5)
        if disc:
            bright = mix(self.tones.glow, np.array([255, 255, 255], np.float32), 0.55)
            canvas.paper(
                ellipse(x, y, radius, radius), Paper(bright, self.tones.warm(1.0, 0.15), shadow=0, opacity=0.92)
            )

    def sheet(
        self,
        outline: Points,
        tone: float,
        *,
        depth: float = 0.12,
        warmth: float = 0.0,
        rim: float = 0.35,
        shadow: float = 0.28,
        blur: float = 0.0,
    ) -> None:
        """One layer of land: lit above, `depth` darker (in tone) at its foot."""
        top, bottom = self.tones.warm(tone, warmth), self.tones.at(tone - depth)
        edge = self.tones.warm(min(1.0, tone + 0.4), 0.2)
        self.canvas.paper(outline, Paper(top, bottom, shadow, 0.022, edge, rim * self.energy, blur))

    def tufts(self, count: int, highest: float, lowest: float, tone: float, size: float = 1.0) -> None:
        """Small plants scattered over a piece of ground, the lower the larger."""
        for _ in range(count):
            share = self.rng.random()
            x, y = self.x(self.rng.uniform(-0.02, 1.02)), self.y(highest + (lowest - highest) * share)
            length = self.unit * 0.030 * size * (0.6 + 0.8 * share) * self.rng.uniform(0.7, 1.3)
            for lean in (-0.7, 0.0, 0.65):
                blade = frond(x, y, length * (1 - 0.25 * abs(lean)), length * lean, length * 0.085)
                self.sheet(blade, tone + 0.10 * self.rng.random(), warmth=0.1, shadow=0.0, rim=0.0)

    def motes(self, count: int, largest_share: float, strength: float, lowest: float = 1.0) -> None:
        """Out-of-focus specks of light in front of everything."""
        for _ in range(count):
            radius = self.unit * largest_share * self.rng.uniform(0.15, 1.0) ** 2
            x, y = self.x(self.rng.random()), self.y(self.rng.random() * lowest)
            colour = self.tones.warm(1.0, self.rng.choice([0.0, 0.2, 0.6]))
            look = Paper(colour, colour, shadow=0, blur=radius * 0.22, opacity=strength * self.rng.uniform(0.35, 1.0))
            self.canvas.paper(ellipse(x, y, radius, radius, 40), look)

    def stars(self, count: int, lowest: float) -> None:
        """Points of light, few of them large, fading towards `lowest` (share of the height)."""
        for _ in range(count):
            y = self.rng.random() ** 1.3 * lowest
            radius = self.unit * (0.0009 + 0.0022 * self.rng.random() ** 5)
            colour = self.tones.warm(1.0, self.rng.choice([0, 0, 0.3]))
            look = Paper(colour, colour, shadow=0, opacity=self.rng.uniform(0.25, 1.0) * (1 - y / lowest * 0.7))
            self.canvas.paper(ellipse(self.x(self.rng.random()), self.y(y), radius, radius, 10), look)


class Setting(Protocol):
    """A place. `floats` says that subjects hover in it and stand on nothing."""

    floats: bool

    def behind(self, world: World) -> None:
        """Paint what lies behind the subject."""

    def before(self, world: World) -> None:
        """Paint what lies in front of it, below the captions' zone or out of focus."""
