"""Places that are nowhere: for sentences that show nothing, and for things that stand for themselves."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from studio.providers.local.image.canvas import Paper
from studio.providers.local.image.palette import mix
from studio.providers.local.image.settings.world import World
from studio.providers.local.image.shapes import around, blob, ellipse, frond, ridge, swell


class Cutouts:
    """Sheets of paper with holes in them, one behind the other, and light at the end."""

    floats = True

    def behind(self, world: World) -> None:
        tones = world.tones
        world.canvas.gradient([(0, tones.at(0.96)), (0.5, tones.warm(0.98, 0.25)), (1, tones.at(0.9))])
        world.canvas.glow(world.x(0.5), world.y(0.34), world.unit * 0.34, np.array([255, 255, 255], np.float32), 0.55)
        self._sheets(world, ((0.44, 0.86), (0.58, 0.72), (0.73, 0.57)))

    def before(self, world: World) -> None:
        self._sheets(world, ((0.90, 0.42), (1.03, 0.30), (1.17, 0.18)))
        world.motes(8, 0.006, 0.5)

    def _sheets(self, world: World, sheets: tuple[tuple[float, float], ...]) -> None:
        for size, tone in sheets:
            hole = blob(world.rng, world.x(0.5), world.y(0.35) + world.y(0.05) * size, world.unit * size * 0.72, 0.10)
            hole[:, 1] = world.y(0.36) + (hole[:, 1] - world.y(0.36)) * (1.15 if world.height > world.width else 0.95)
            look = Paper(world.tones.warm(tone + 0.06, 0.04), world.tones.at(tone - 0.10), 0.42, 0.026)
            world.canvas.paper(around(hole, world.width, world.height), look)


class Sunburst:
    floats = True

    def behind(self, world: World) -> None:
        tones, x, y = world.tones, world.x(0.5), world.y(0.36)
        world.canvas.gradient([(0, tones.at(0.46)), (0.5, tones.at(0.58)), (1, tones.at(0.30))])
        self._beams(world, x, y, 14)
        world.canvas.glow(x, y, world.unit * 0.55, tones.warm(1.0, 0.2), 0.75)
        for radius, tone in ((0.43, 0.78), (0.36, 0.9)):
            disc = ellipse(x, y, world.unit * radius, world.unit * radius, 160)
            world.sheet(disc, tone, warmth=0.16, depth=0.16, shadow=0.3, rim=0.6)

    def before(self, world: World) -> None:
        for level, tone in ((0.70, 0.36), (0.79, 0.24), (0.89, 0.13)):
            world.sheet(
                swell(world.rng, world.width, world.y(level), world.y(0.035), world.height + 60, 2.5), tone, rim=0.5
            )
        world.motes(14, 0.008, 0.6)

    def _beams(self, world: World, x: float, y: float, count: int) -> None:
        reach, turn = float(np.hypot(world.width, world.height)), world.rng.random()
        for index in range(count):
            start, stop = (2 * pi * (index + half) / count + turn for half in (0.0, 0.5))
            wedge = np.array(
                [
                    (x, y),
                    (x + reach * cos(start), y + reach * sin(start)),
                    (x + reach * cos(stop), y + reach * sin(stop)),
                ]
            )
            world.canvas.paper(wedge, Paper(world.tones.at(0.74), world.tones.at(0.5), shadow=0, opacity=0.34))


class Ribbons:
    """Bands of light that sweep across the dark."""

    floats = True

    def behind(self, world: World) -> None:
        tones = world.tones
        world.canvas.gradient([(0, tones.at(0.20)), (0.45, tones.at(0.42)), (1, tones.at(0.08))])
        world.canvas.mottle(6.0, 4)
        world.canvas.glow(world.x(world.light_x), world.y(0.26), world.unit * 0.55, tones.glow, 0.5)
        for index in range(5):
            level = 0.20 + 0.09 * index
            outline = ridge(world.rng, world.width, world.y(level), world.y(0.10), world.y(level + 0.42), 1.3)
            look = Paper(
                tones.warm(0.80 - 0.11 * index, 0.30 * (index % 2)),
                tones.at(0.26 - 0.03 * index),
                0.28,
                0.04,
                tones.glow,
                0.5,
                opacity=0.72,
            )
            world.canvas.paper(outline, look)

    def before(self, world: World) -> None:
        for level, tone in ((0.72, 0.20), (0.84, 0.11)):
            world.sheet(
                ridge(world.rng, world.width, world.y(level), world.y(0.06), world.height + 60, 1.2), tone, rim=0.6
            )
        world.motes(20, 0.014, 0.40)


class Orbits:
    """Thin rings around the middle with small bodies on them."""

    floats = True

    def behind(self, world: World) -> None:
        tones, x, y = world.tones, world.x(0.5), world.y(0.35)
        world.canvas.gradient([(0, tones.at(0.22)), (0.35, tones.at(0.40)), (1, tones.at(0.06))])
        world.canvas.mottle(4.0)
        world.canvas.glow(x, y, world.unit * 0.5, tones.warm(0.9, 0.15), 0.6)
        for index in range(6, 0, -1):
            radius = world.unit * (0.20 + 0.12 * index)
            look = Paper(
                tones.at(0.30 + 0.07 * (6 - index)),
                tones.at(0.14 + 0.05 * (6 - index)),
                0.22,
                0.03,
                tones.at(0.9),
                0.35,
                opacity=0.55,
            )
            world.canvas.paper(ellipse(x, y, radius, radius, 200), look)
            self._body(world, x, y, radius)

    def before(self, world: World) -> None:
        world.canvas.glow(world.x(0.5), world.y(1.0), world.unit * 0.7, world.tones.accent, 0.22, 0.4)
        world.motes(18, 0.012, 0.40)

    def _body(self, world: World, x: float, y: float, radius: float) -> None:
        angle = world.rng.uniform(0, 2 * pi)
        size = world.unit * world.rng.uniform(0.006, 0.020)
        place = x + radius * cos(angle), y + radius * sin(angle)
        world.canvas.spark(*place, size * 2.2, world.tones.glow, 0.4)
        world.canvas.paper(
            ellipse(*place, size, size, 40), Paper(world.tones.warm(1.0, 0.5), world.tones.warm(0.7, 0.5), 0.3)
        )


class Meadow:
    """Large leaves that frame a clearing of light."""

    floats = True

    def behind(self, world: World) -> None:
        tones = world.tones
        world.canvas.gradient([(0, tones.at(0.62)), (0.4, tones.warm(0.92, 0.16)), (1, tones.at(0.30))])
        world.canvas.mottle(5.0)
        world.canvas.glow(
            world.x(0.5),
            world.y(0.32),
            world.unit * 0.42,
            mix(tones.glow, np.array([255, 255, 255], np.float32), 0.5),
            0.6,
        )
        self._leaves(world, 22, 0.66, 0.30, 0.9)

    def before(self, world: World) -> None:
        self._leaves(world, 26, 0.34, 0.34, 1.0)
        self._leaves(world, 16, 0.12, 0.40, 1.06)
        world.motes(18, 0.010, 0.6, 0.8)

    def _leaves(self, world: World, count: int, tone: float, length: float, distance: float) -> None:
        """Blades that grow from the frame inwards and upwards."""
        for index in range(count):
            side = 1 if index % 2 else -1
            x = world.x(0.5) + side * world.x(0.5 * distance) * world.rng.uniform(0.35, 1.15)
            size = world.y(length) * world.rng.uniform(0.6, 1.2) * (0.55 + abs(x / world.width - 0.5))
            blade = frond(
                x,
                world.height * (1.02 if tone < 0.5 else 0.92),
                size * 1.25,
                -side * size * world.rng.uniform(-0.5, 0.35),
                world.unit * 0.05,
            )
            world.sheet(
                blade,
                tone + world.rng.uniform(-0.08, 0.08),
                warmth=world.rng.choice([0, 0.1, 0.3]),
                depth=0.2,
                rim=0.2,
                shadow=0.22,
            )
