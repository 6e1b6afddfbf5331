"""Places above the ground: space, the edge of a black hole, clouds, the night."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from studio.providers.local.image.canvas import Paper, Plane
from studio.providers.local.image.palette import mix
from studio.providers.local.image.settings.world import BELOW_TITLE, World
from studio.providers.local.image.shapes import cloud, ellipse, fir, ridge


class Space:
    floats = True

    def behind(self, world: World) -> None:
        tones = world.tones
        world.canvas.gradient([(0, tones.at(0.10)), (0.5, tones.at(0.24)), (1, tones.at(0.04))])
        for _ in range(4):
            x, y = world.x(world.rng.random()), world.y(world.rng.uniform(0.05, 0.6))
            colour = tones.warm(world.rng.uniform(0.5, 0.9), world.rng.choice([0.0, 0.3, 0.6]))
            world.canvas.glow(
                x, y, world.unit * world.rng.uniform(0.25, 0.55), colour, 0.26, world.rng.uniform(0.5, 1.0)
            )
        world.canvas.mottle(4.0, 7)
        world.stars(230, 1.0)
        _planet(
            world,
            world.x(world.rng.choice([0.10, 0.9])),
            world.y(world.rng.uniform(0.12, 0.24)),
            world.unit * world.rng.uniform(0.08, 0.15),
            0.55,
        )

    def before(self, world: World) -> None:
        """The curve of a near planet with its thin air."""
        x, radius = world.x(world.rng.uniform(0.3, 0.7)), world.unit * 1.5
        y = world.y(0.74) + radius
        world.canvas.glow(x, y - radius * 1.0, world.unit * 0.7, world.tones.glow, 0.35 * world.energy, 0.25)
        look = Paper(
            world.tones.warm(0.50, 0.15), world.tones.at(0.04), shadow=0.0, rim=world.tones.glow, rim_strength=0.9
        )
        world.canvas.paper(ellipse(x, y, radius, radius, 220), look)
        world.canvas.haze(world.y(0.76), world.y(0.03), world.tones.at(0.8), 0.10)
        world.motes(10, 0.006, 0.7)


_RING = 1.25
"""How far the ring of light around a black hole reaches, in radii of the hole."""


class Vortex:
    """A black hole: its disc of light, the ring of bent light above it, the dark within."""

    floats = True

    def behind(self, world: World) -> None:
        tones, canvas = world.tones, world.canvas
        canvas.gradient([(0, tones.at(0.06)), (0.4, tones.at(0.20)), (1, tones.at(0.02))])
        canvas.mottle(4.0, 6)
        world.stars(240, 1.0)
        radius = self._radius(world)
        lowest_top = world.y(world.headroom + BELOW_TITLE) if world.headroom else 0.0
        self._disc(world, world.x(0.5), max(world.y(0.34), lowest_top + _RING * radius), radius)

    def before(self, world: World) -> None:
        world.motes(22, 0.006, 0.8, 0.8)
        world.canvas.glow(world.x(0.5), world.y(1.02), world.unit * 0.5, world.tones.at(0.6), 0.25, 0.35)

    def _radius(self, world: World) -> float:
        """As large as it likes, or as fits between a title and the captions."""
        room = world.subject_bottom - world.y(world.headroom + BELOW_TITLE)
        return min(world.unit * 0.25, room / (2 * _RING)) if world.headroom else world.unit * 0.25

    def _disc(self, world: World, x: float, y: float, radius: float) -> None:
        """Brightness as a function of place, worked out once on a quarter of the size."""
        canvas, tones = world.canvas, world.tones
        tilt, squeeze = world.rng.uniform(-0.3, 0.3), world.rng.uniform(0.16, 0.24)
        ys, xs = np.mgrid[0 : canvas.height : 4, 0 : canvas.width : 4].astype(np.float32)
        dx, dy = (xs - x) / radius, (ys - y) / radius
        along, up = dx * cos(tilt) + dy * sin(tilt), -dx * sin(tilt) + dy * cos(tilt)
        far = np.hypot(along, up / squeeze)
        stripes = 0.8 + 0.2 * np.sin(far * 15 + 2 * np.sin(np.arctan2(up / squeeze, along)))
        beaming = 1 + 0.55 * np.tanh(-along)
        disc = (
            np.clip((far - 1.25) * 3, 0, 1) * np.exp(-((np.clip(far - 1.3, 0, None) / 0.95) ** 1.4)) * stripes * beaming
        )
        ring = np.exp(-(((np.hypot(dx, dy) - 1.13) / 0.085) ** 2)) * beaming + 0.35 * np.exp(
            -(((np.hypot(dx, dy) - 1.25) / 0.35) ** 2)
        )
        hole = np.clip((1.03 - np.hypot(dx, dy)) * 14, 0, 1)
        front = disc * np.clip(up * 20 + 0.5, 0, 1)
        self._light(world, np.clip(disc * (1 - hole) + ring * 0.9, 0, 1.4), hole, front)
        canvas.glow(x, y, radius * 2.2, tones.accent, 0.16)

    def _light(self, world: World, light: Plane, hole: Plane, front: Plane) -> None:
        canvas, tones = world.canvas, world.tones
        white = np.array([255, 250, 240], np.float32)
        canvas.pixels *= (1 - canvas.enlarge(hole.astype(np.float32)))[..., None]
        outer = light * (1 - hole) + front
        canvas.screen((outer * 0.95).astype(np.float32), mix(tones.accent, tones.glow, 0.25))
        canvas.screen((np.clip(outer - 0.45, 0, 1) * 0.9).astype(np.float32), white)


class Clouds:
    floats = True

    def behind(self, world: World) -> None:
        world.sky(0.34, 0.84, 0.34, 0.7)
        world.sun(0.12, 1.0)
        world.canvas.rays(
            world.x(world.light_x),
            world.y(world.light_y),
            world.tones.glow,
            0.20,
            9,
            world.unit * 1.3,
            world.rng.random(),
        )
        for y, tone in ((0.22, 0.92), (0.34, 0.88), (0.46, 0.82), (0.54, 0.78)):
            self._bank(world, y, tone, 2, world.unit * 0.62)

    def before(self, world: World) -> None:
        for y, tone in ((0.66, 0.72), (0.76, 0.58), (0.88, 0.44), (1.0, 0.30)):
            self._bank(world, y, tone, 4, world.unit * 0.95)
        world.motes(10, 0.008, 0.6)

    def _bank(self, world: World, y: float, tone: float, count: int, wide: float) -> None:
        for index in range(count):
            x = world.x((index + world.rng.uniform(0.0, 1.0)) / count)
            shape = cloud(
                world.rng, x, world.y(y + world.rng.uniform(-0.012, 0.012)), wide * world.rng.uniform(0.7, 1.15)
            )
            look = Paper(
                world.tones.bright(max(0.0, tone - 0.3)),
                world.tones.warm(tone - 0.22, 0.10),
                0.20,
                0.03,
                world.tones.bright(0.9),
                0.5 * tone,
                opacity=0.95,
            )
            world.canvas.paper(shape, look)
        world.canvas.haze(world.y(y), world.y(0.03), world.tones.warm(tone, 0.12), 0.35)


class Night:
    floats = False

    def behind(self, world: World) -> None:
        tones = world.tones
        world.canvas.gradient(
            [(0, tones.at(0.10)), (0.35, tones.at(0.28)), (0.56, tones.at(0.55)), (1, tones.at(0.12))]
        )
        world.canvas.mottle(3.0)
        world.stars(170, 0.55)
        if world.shows_light:
            _moon(world, world.x(world.light_x), world.y(world.light_y), world.unit * 0.095 * world.light_size)
        for share, tone in ((0.44, 0.40), (0.49, 0.31), (0.53, 0.24)):
            level = world.far(share)
            outline = ridge(world.rng, world.width, world.y(level), world.y(0.035), world.y(level + 0.26), 2.4)
            world.sheet(outline, tone, rim=0.5)
            world.canvas.haze(world.y(level + 0.08), world.y(0.03), tones.at(0.5), 0.22)
        ground = ridge(world.rng, world.width, world.ground_y + world.y(0.005), world.y(0.008), world.y(0.95), 0.9)
        world.sheet(ground, 0.22, depth=0.14, rim=0.7)

    def before(self, world: World) -> None:
        for level, tone in ((0.71, 0.22), (0.85, 0.10)):
            world.sheet(ridge(world.rng, world.width, world.y(level), world.y(0.025), world.height + 60, 1.7), tone)
            world.tufts(15, level + 0.04, level + 0.14, tone + 0.10, 1.3)
        for x, size in ((0.02, 0.36), (0.13, 0.24), (0.90, 0.28), (1.0, 0.40)):
            world.sheet(
                fir(world.x(x), world.y(0.97), world.y(size) * world.rng.uniform(0.85, 1.1)), 0.08, rim=0.4, shadow=0.15
            )
        for _ in range(12):
            x, y = world.x(world.rng.random()), world.y(world.rng.uniform(0.5, 0.97))
            world.canvas.spark(x, y, world.unit * world.rng.uniform(0.008, 0.018), world.tones.warm(1.0, 0.7), 0.9)


def _moon(world: World, x: float, y: float, radius: float) -> None:
    pale = mix(world.tones.glow, np.array([255, 255, 250], np.float32), 0.6)
    world.canvas.glow(x, y, radius * 3.4, world.tones.glow, 0.5)
    world.canvas.paper(ellipse(x, y, radius, radius), Paper(pale, world.tones.at(0.95), shadow=0))
    for dx, dy, size in ((-0.3, -0.2, 0.22), (0.25, 0.3, 0.28), (0.3, -0.35, 0.14), (-0.25, 0.42, 0.12)):
        crater = ellipse(x + dx * radius, y + dy * radius, size * radius, size * radius, 40)
        world.canvas.paper(crater, Paper(world.tones.at(0.85), world.tones.at(0.92), shadow=0, opacity=0.5))


def _planet(world: World, x: float, y: float, radius: float, tone: float) -> None:
    look = Paper(
        world.tones.warm(tone + 0.3, 0.3), world.tones.at(0.14), shadow=0, rim=world.tones.glow, rim_strength=0.8
    )
    world.canvas.glow(x, y, radius * 1.6, world.tones.at(0.8), 0.25)
    world.canvas.paper(ellipse(x, y, radius, radius), look)
