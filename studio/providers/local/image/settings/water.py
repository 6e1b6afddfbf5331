"""Places at and under the water: the deep, the open sea, a bay with steep rocks."""

from __future__ import annotations

from studio.providers.local.image.canvas import Paper
from studio.providers.local.image.settings.world import World
from studio.providers.local.image.shapes import cloud, domes, ellipse, frond, leaf, ridge, ring, snake, swell


class Underwater:
    floats = True

    def behind(self, world: World) -> None:
        tones = world.tones
        world.canvas.gradient([(0, tones.at(0.92)), (0.22, tones.at(0.66)), (0.6, tones.at(0.36)), (1, tones.at(0.12))])
        world.canvas.mottle(5.0)
        world.canvas.glow(world.x(world.light_x), -world.y(0.04), world.unit * 0.62, tones.glow, 0.7, 0.7)
        world.canvas.beams(world.x(world.light_x), tones.glow, 0.34, 0.18, 0.62)
        for level, tone, swing in ((0.56, 0.44, 0.05), (0.64, 0.34, 0.045)):
            outline = ridge(world.rng, world.width, world.y(level), world.y(swing), world.height + 60, 3.0)
            world.sheet(outline, tone, depth=0.2, rim=0.25, shadow=0.12)
            world.canvas.haze(world.y(level + 0.06), world.y(0.06), tones.at(0.45), 0.3)
        self._bubbles(world, 18, 0.4)

    def before(self, world: World) -> None:
        world.sheet(ridge(world.rng, world.width, world.y(0.78), world.y(0.03), world.height + 60, 2.0), 0.20, rim=0.4)
        for side in (0.0, 1.0):
            self._kelp(world, side, 6)
        world.sheet(ridge(world.rng, world.width, world.y(0.90), world.y(0.02), world.height + 60, 2.4), 0.08, rim=0.3)
        self._bubbles(world, 12, 0.7)
        world.motes(14, 0.012, 0.28)

    def _kelp(self, world: World, side: float, count: int) -> None:
        for _ in range(count):
            x = world.x(side + (0.5 - side) * 2 * world.rng.uniform(-0.04, 0.24))
            length = world.y(world.rng.uniform(0.14, 0.42))
            lean = world.unit * world.rng.uniform(-0.12, 0.12)
            blade = frond(x, world.y(0.96), length, lean, world.unit * world.rng.uniform(0.012, 0.026))
            world.sheet(
                blade, world.rng.uniform(0.10, 0.30), warmth=world.rng.choice([0, 0, 0.25]), shadow=0.12, rim=0.2
            )

    def _bubbles(self, world: World, count: int, strength: float) -> None:
        for _ in range(count):
            radius = world.unit * world.rng.uniform(0.004, 0.022)
            x, y = world.x(world.rng.random()), world.y(world.rng.uniform(0.05, 0.92))
            _bubble(world, x, y, radius, strength)


class Seascape:
    floats = False

    def behind(self, world: World) -> None:
        world.sky(0.34, 0.94, 0.40, 0.50)
        world.sun(0.13, 1.0)
        for _ in range(3):
            shape = cloud(
                world.rng,
                world.x(world.rng.uniform(0, 1)),
                world.y(world.rng.uniform(0.10, 0.34)),
                world.unit * world.rng.uniform(0.3, 0.6),
            )
            world.canvas.paper(
                shape, Paper(world.tones.warm(0.98, 0.1), world.tones.warm(0.8, 0.2), shadow=0.06, opacity=0.6)
            )
        for index, (level, tone) in enumerate(((0.475, 0.72), (0.505, 0.58), (0.545, 0.46))):
            self._waves(world, world.far(level), tone, 0.012 + 0.006 * index, 9 - 2 * index)
        self._glitter(world)

    def before(self, world: World) -> None:
        for index, (level, tone) in enumerate(((0.595, 0.38), (0.67, 0.28), (0.76, 0.20), (0.87, 0.11))):
            self._waves(world, level, tone, 0.03 + 0.01 * index, 5 - index)
        world.motes(12, 0.007, 0.6)

    def _waves(self, world: World, level: float, tone: float, height: float, count: float) -> None:
        outline = swell(world.rng, world.width, world.y(level), world.y(height), world.y(level + 0.3), count)
        world.sheet(outline, tone, depth=0.14, rim=0.75, shadow=0.22)

    def _glitter(self, world: World) -> None:
        colour = world.tones.warm(1.0, 0.25)
        for _ in range(46):
            share = world.rng.random()
            y = world.y(world.far(0.475) * (1 - share) + 0.565 * share)
            x = world.x(world.light_x) + world.rng.gauss(0, 0.05 + 0.12 * share) * world.unit
            half = world.unit * world.rng.uniform(0.008, 0.035) * (0.4 + share)
            world.canvas.paper(ellipse(x, y, half, half * 0.09, 24), Paper(colour, colour, shadow=0, opacity=0.75))


class Shore(Seascape):
    """The sea seen from its beach: where people stand when the words speak of water."""

    def behind(self, world: World) -> None:
        super().behind(world)
        self._sand(world, 0.60, 0.62, 0.34)
        world.tufts(9, 0.62, 0.72, 0.5)

    def before(self, world: World) -> None:
        self._sand(world, 0.735, 0.46, 0.26)
        world.tufts(14, 0.76, 0.86, 0.34)
        self._sand(world, 0.86, 0.24, 0.12)
        world.tufts(26, 0.92, 1.02, 0.2, 2.2)
        world.motes(12, 0.007, 0.6)

    def _sand(self, world: World, level: float, tone: float, warmth: float) -> None:
        outline = ridge(world.rng, world.width, world.y(level), world.y(0.018), world.height + 60, 1.3)
        world.sheet(outline, tone, warmth=warmth, depth=0.16, rim=0.6)


class Bay:
    """A bay as Rio's: round steep rocks, one with a figure of open arms, palms in front."""

    floats = False

    def behind(self, world: World) -> None:
        world.sky(0.44, 0.92, 0.46, 0.50)
        world.sun(0.14, 1.0)
        high = world.y(0.19)
        far = [
            (world.x(-0.02), high * 0.8, world.x(0.20)),
            (world.x(0.36), high * 0.45, world.x(0.16)),
            (world.x(1.0), high * 0.7, world.x(0.24)),
        ]
        world.sheet(domes(far, world.width, world.y(0.47), world.y(0.62)), 0.74, warmth=0.16, rim=0.5, shadow=0.15)
        if world.rng.random() < 0.7:
            self._open_arms(world, world.x(-0.02 + 0.12), world.y(0.47) - high * 0.66)
        world.canvas.haze(world.y(0.46), world.y(0.05), world.tones.warm(0.95, 0.3), 0.4)
        near = [
            (world.x(0.88), high * 1.05, world.x(0.105)),
            (world.x(0.72), high * 0.42, world.x(0.13)),
            (world.x(0.10), high * 0.3, world.x(0.18)),
        ]
        world.sheet(domes(near, world.width, world.y(0.50), world.y(0.62)), 0.50, warmth=0.10, rim=0.6)
        for index, (level, tone) in enumerate(((0.495, 0.66), (0.53, 0.54))):
            outline = swell(
                world.rng, world.width, world.y(level), world.y(0.008 + 0.004 * index), world.y(0.85), 8 - 2 * index
            )
            world.sheet(outline, tone, rim=0.7, shadow=0.16)
        sand = ridge(world.rng, world.width, world.ground_y + world.y(0.004), world.y(0.010), world.y(0.95), 1.1)
        world.sheet(sand, 0.72, warmth=0.38, depth=0.42, rim=0.7)

    def before(self, world: World) -> None:
        self._promenade(world)
        for side, lean in ((0.02, 0.10), (0.98, -0.10)):
            _palm(
                world,
                world.x(side),
                world.height * 1.04,
                world.y(0.52) * world.rng.uniform(0.85, 1.05),
                world.unit * lean,
            )
        world.motes(12, 0.008, 0.6)

    def _open_arms(self, world: World, x: float, y: float) -> None:
        size = world.unit * 0.034
        body = [
            (-0.16, 1),
            (-0.13, -0.5),
            (-0.95, -0.5),
            (-0.95, -0.72),
            (-0.14, -0.76),
            (-0.1, -1.1),
            (0.1, -1.1),
            (0.14, -0.76),
            (0.95, -0.72),
            (0.95, -0.5),
            (0.13, -0.5),
            (0.16, 1),
        ]
        world.sheet(ring([(x + px * size, y - size + py * size) for px, py in body]), 0.80, warmth=0.1, shadow=0.0)

    def _promenade(self, world: World) -> None:
        """The black and white waves of Copacabana's pavement, in the scene's own tones."""
        for index, (level, tone) in enumerate(((0.74, 0.16), (0.79, 0.88), (0.835, 0.12), (0.885, 0.84), (0.94, 0.10))):
            outline = snake(
                world.width, world.y(level), world.y(0.016), world.height + 60.0, world.unit / 7.5, index * 1.1
            )
            world.sheet(outline, tone * 0.8, shadow=0.12, rim=0.0, depth=0.04)


def _bubble(world: World, x: float, y: float, radius: float, strength: float) -> None:
    light = world.tones.at(1.0)
    world.canvas.paper(
        ellipse(x, y, radius, radius, 36), Paper(light, world.tones.at(0.6), shadow=0, opacity=0.22 * strength)
    )
    shine = ellipse(x - radius * 0.35, y - radius * 0.4, radius * 0.28, radius * 0.2, 20)
    world.canvas.paper(shine, Paper(light, light, shadow=0, opacity=0.8 * strength))


def _palm(world: World, x: float, foot: float, height: float, lean: float) -> None:
    world.sheet(frond(x, foot, height, lean, world.unit * 0.016), 0.08, rim=0.3, blur=1.5)
    top_x, top_y = x + lean, foot - height * (1 - 0.12 * abs(lean) / height)
    for turn in (-1.0, -0.72, -0.4, 0.4, 0.72, 1.0):
        reach = world.unit * world.rng.uniform(0.20, 0.28)
        tip_y = top_y + reach * (abs(turn) * 0.62 - 0.42)
        middle = (top_x + turn * reach * 0.5, top_y - reach * 0.30 * (1.2 - abs(turn) * 0.4))
        blade = leaf((top_x, top_y), middle, (top_x + turn * reach, tip_y), world.unit * 0.024)
        world.sheet(blade, 0.07 + 0.1 * world.rng.random(), rim=0.35, shadow=0.10, blur=1.2)
