"""Places on land: hills, mountains, forest, dunes."""

from __future__ import annotations

from math import cos, pi

from studio.providers.local.image.settings.world import World
from studio.providers.local.image.shapes import crags, fir, frond, ridge


class Hills:
    floats = False

    def behind(self, world: World) -> None:
        world.sky(0.42, 0.86, 0.30, 0.52)
        world.sun(0.10, 0.9)
        for share, tone, swing in ((0.40, 0.74, 0.06), (0.46, 0.60, 0.05), (0.52, 0.46, 0.035)):
            level = world.far(share)
            outline = ridge(world.rng, world.width, world.y(level), world.y(swing), world.y(level + 0.24), 2.2)
            world.sheet(outline, tone, warmth=0.10)
            world.canvas.haze(world.y(level + 0.11), world.y(0.04), world.tones.warm(0.85, 0.2), 0.28)
        _knoll(world, 0.36)
        world.tufts(12, 0.58, 0.67, 0.46)

    def before(self, world: World) -> None:
        for level, tone in ((0.70, 0.28), (0.82, 0.16)):
            world.sheet(ridge(world.rng, world.width, world.y(level), world.y(0.03), world.height + 60, 1.8), tone)
            world.tufts(16, level + 0.05, level + 0.14, tone + 0.10, 1.3)
        _grass(world, 34, 0.06)
        world.motes(16, 0.010, 0.5, 0.9)


class Mountains:
    floats = False

    def behind(self, world: World) -> None:
        world.sky(0.30, 0.90, 0.24, 0.50)
        world.sun(0.085, 0.9)
        for share, tone, swing in ((0.40, 0.78, 0.16), (0.48, 0.60, 0.15), (0.55, 0.42, 0.08)):
            level = world.far(share)
            outline = crags(world.rng, world.width, world.y(level), world.y(swing), world.y(level + 0.26))
            world.sheet(outline, tone, depth=0.05, rim=0.55, shadow=0.2)
            world.canvas.haze(world.y(level + 0.07), world.y(0.05), world.tones.warm(0.92, 0.15), 0.42)
        _knoll(world, 0.30)

    def before(self, world: World) -> None:
        world.sheet(ridge(world.rng, world.width, world.y(0.72), world.y(0.03), world.height + 60), 0.20)
        _trees(world, 0.80, 0.13, 0.11, 9)
        world.sheet(ridge(world.rng, world.width, world.y(0.84), world.y(0.02), world.height + 60), 0.10)
        world.motes(18, 0.007, 0.6, 1.0)


class Forest:
    floats = False

    def behind(self, world: World) -> None:
        world.sky(0.52, 0.88, 0.18, 0.46)
        world.sun(0.12, 0.85, disc=False)
        for foot, tone, height, count in ((0.50, 0.72, 0.30, 12), (0.55, 0.56, 0.36, 9), (0.60, 0.40, 0.44, 7)):
            _trees(world, foot, tone, height, count, clear=0.16 if height > 0.4 else 0.0)
            world.canvas.haze(world.y(foot - 0.03), world.y(0.06), world.tones.warm(0.9, 0.1), 0.36)
        world.canvas.beams(world.x(world.light_x), world.tones.glow, 0.30, 0.3 * cos(world.light_x * pi), 0.7)
        _knoll(world, 0.28)

    def before(self, world: World) -> None:
        world.sheet(ridge(world.rng, world.width, world.y(0.74), world.y(0.03), world.height + 60), 0.16)
        _grass(world, 30, 0.06)
        for x in (-0.03, 1.03):
            world.sheet(fir(world.x(x), world.y(1.06), world.y(0.62)), 0.05, blur=world.unit * 0.006, rim=0.0)
        world.motes(20, 0.008, 0.7, 0.8)


class Dunes:
    floats = False

    def behind(self, world: World) -> None:
        world.sky(0.48, 0.94, 0.42, 0.50)
        world.sun(0.12, 1.0)
        for share, tone, swing in ((0.44, 0.80, 0.035), (0.49, 0.66, 0.045), (0.55, 0.52, 0.03)):
            level = world.far(share)
            outline = ridge(world.rng, world.width, world.y(level), world.y(swing), world.y(level + 0.24), 1.5)
            world.sheet(outline, tone, depth=0.2, warmth=0.32, rim=0.7)
        _knoll(world, 0.44, warmth=0.25)

    def before(self, world: World) -> None:
        for level, tone in ((0.69, 0.36), (0.82, 0.22)):
            outline = ridge(world.rng, world.width, world.y(level), world.y(0.035), world.height + 60, 1.4)
            world.sheet(outline, tone, warmth=0.14, rim=0.6)
            world.tufts(7, level + 0.05, level + 0.12, tone - 0.14, 1.1)
        world.motes(14, 0.006, 0.5)


def _knoll(world: World, tone: float, warmth: float = 0.06) -> None:
    """The ground the subject stands on, level in the middle."""
    outline = ridge(world.rng, world.width, world.ground_y + world.y(0.006), world.y(0.008), world.y(0.92), 0.9)
    world.sheet(outline, tone, warmth=warmth, depth=0.16, rim=0.6)


def _trees(world: World, foot: float, tone: float, height: float, count: int, clear: float = 0.0) -> None:
    """A row of firs; nearer than `clear` (share of the width) to the middle there is none."""
    for index in range(count):
        share = (index + world.rng.uniform(0.1, 0.9)) / count * 1.2 - 0.1
        if abs(share - 0.5) < clear:
            continue
        size = world.y(height) * world.rng.uniform(0.62, 1.0)
        world.sheet(fir(world.x(share), world.y(foot) + size * 0.06, size), tone, shadow=0.10, rim=0.25)


def _grass(world: World, count: int, height: float) -> None:
    for _ in range(count):
        x, length = world.x(world.rng.uniform(-0.05, 1.05)), world.y(height) * world.rng.uniform(0.5, 1.6)
        blade = frond(x, world.height + 8.0, length, length * world.rng.uniform(-0.5, 0.5), world.unit * 0.006)
        world.sheet(blade, 0.06 + 0.16 * world.rng.random(), shadow=0.0, rim=0.2, blur=1.2)
