"""Places people built: a city, a colonnade, a room, a stage."""

from __future__ import annotations

import numpy as np

from studio.providers.local.image.canvas import Paper
from studio.providers.local.image.palette import mix
from studio.providers.local.image.settings.world import World
from studio.providers.local.image.shapes import ellipse, ring, skyline


class City:
    floats = False

    def behind(self, world: World) -> None:
        world.sky(0.26, 0.88, 0.40, 0.50)
        world.sun(0.13, 0.9)
        for share, tone, tallest, block in (
            (0.52, 0.70, 0.26, 0.10),
            (0.55, 0.52, 0.22, 0.13),
            (0.58, 0.36, 0.13, 0.17),
        ):
            level = world.far(share)
            outline = skyline(
                world.rng, world.width, world.y(level), world.y(tallest), world.y(level + 0.12), world.unit * block
            )
            world.sheet(outline, tone, depth=0.06, rim=0.5)
            self._windows(world, level - tallest * 0.75, level, tone, 26)
            world.canvas.haze(world.y(level - 0.02), world.y(0.05), world.tones.warm(0.85, 0.25), 0.34)
        _plaza(world)

    def before(self, world: World) -> None:
        self._parapet(world)
        world.motes(30, 0.030, 0.34)

    def _parapet(self, world: World) -> None:
        """The wall of the terrace the scene is seen from."""
        left, right, bottom = -60.0, world.width + 60.0, world.height + 60.0
        for top, tone, high in ((0.775, 0.34, 0.022), (0.797, 0.20, 0.4)):
            lower = bottom if high > 0.1 else world.y(top + high)
            world.sheet(
                ring([(left, world.y(top)), (right, world.y(top)), (right, lower), (left, lower)]),
                tone,
                warmth=0.12,
                rim=0.9,
                depth=0.12,
            )
        wide = world.unit * 0.24
        for index in range(int(world.width / wide) + 2):
            x, top, foot = (index - 0.35) * wide, world.y(0.825), world.y(0.97)
            panel = ring([(x, top), (x + wide * 0.82, top), (x + wide * 0.82, foot), (x, foot)])
            world.sheet(panel, 0.14, depth=0.04, shadow=0.1, rim=0.25)

    def _windows(self, world: World, top: float, bottom: float, tone: float, count: int) -> None:
        colour = world.tones.warm(1.0, 0.55)
        size = world.unit * 0.006
        for _ in range(count):
            x, y = world.x(world.rng.random()), world.y(world.rng.uniform(top + 0.06, bottom))
            look = Paper(colour, colour, shadow=0, opacity=world.rng.uniform(0.15, 0.75) * (1.1 - tone))
            world.canvas.paper(ring([(x, y), (x + size, y), (x + size, y + size * 1.5), (x, y + size * 1.5)]), look)


class Colonnade:
    floats = False

    def behind(self, world: World) -> None:
        world.sky(0.40, 0.94, 0.38, 0.52)
        world.sun(0.13, 1.0)
        world.canvas.rays(
            world.x(world.light_x),
            world.y(world.light_y),
            world.tones.glow,
            0.22,
            11,
            world.unit * 1.2,
            world.rng.random(),
        )
        self._arcade(world)
        world.canvas.haze(world.y(0.52), world.y(0.07), world.tones.warm(0.95, 0.25), 0.45)
        for x in (0.115, 0.885):
            _column(world, world.x(x), world.y(0.06), world.ground_y + world.y(0.02), world.unit * 0.062, 0.52)
        _steps(world)

    def before(self, world: World) -> None:
        for x in (-0.035, 1.035):
            _column(world, world.x(x), -world.y(0.05), world.y(1.03), world.unit * 0.11, 0.16)
        world.motes(22, 0.006, 0.7)

    def _arcade(self, world: World) -> None:
        """A far row of arches: a wall laid on the sky, its openings laid on the wall."""
        top, foot, count = world.y(0.27), world.y(0.545), 7 if world.width < world.height * 1.2 else 13
        wall = ring([(-60, top), (world.width + 60, top), (world.width + 60, foot), (-60, foot)])
        world.sheet(wall, 0.76, warmth=0.18, depth=0.04, rim=0.5)
        world.sheet(
            ring(
                [
                    (-60, top - world.y(0.012)),
                    (world.width + 60, top - world.y(0.012)),
                    (world.width + 60, top),
                    (-60, top),
                ]
            ),
            0.84,
            warmth=0.2,
            depth=0.02,
        )
        for tier, (upper, lower) in enumerate(((0.295, 0.385), (0.415, 0.545))):
            for index in range(count + 1):
                self._arch(
                    world,
                    (index + 0.5 * (tier % 2)) / count,
                    world.y(upper),
                    world.y(lower),
                    world.width / count * 0.31,
                )

    def _arch(self, world: World, share: float, top: float, foot: float, half: float) -> None:
        x = world.x(share)
        turns = np.linspace(np.pi, 2 * np.pi, 24)
        bow = [(x + half * float(np.cos(turn)), top + half + half * float(np.sin(turn))) for turn in turns]
        light = world.tones.warm(0.93, 0.30)
        world.canvas.paper(
            ring([(x - half, foot), *bow, (x + half, foot)]), Paper(light, world.tones.warm(0.85, 0.35), shadow=0.0)
        )


class Interior:
    """A table before a window."""

    floats = False

    def behind(self, world: World) -> None:
        tones = world.tones
        world.canvas.gradient([(0, tones.at(0.34)), (0.5, tones.warm(0.44, 0.10)), (1, tones.at(0.12))])
        world.canvas.mottle(4.0)
        left = world.light_x < 0.5
        self._window(world, world.x(0.30 if left else 0.70))
        world.canvas.beams(world.x(0.2 if left else 0.8), tones.glow, 0.22, 0.5 if left else -0.5, 0.8)
        self._shelf(world, not left)
        world.canvas.glow(world.x(0.5), world.y(0.40), world.unit * 0.42, tones.warm(1.0, 0.3), 0.22)
        self._table(world)

    def before(self, world: World) -> None:
        world.motes(22, 0.014, 0.30)
        world.canvas.glow(
            world.x(world.light_x), world.y(0.62), world.unit * 0.4, world.tones.warm(1.0, 0.3), 0.12, 0.4
        )

    def _window(self, world: World, x: float) -> None:
        tones, half, top, foot = world.tones, world.unit * 0.27, world.y(0.07), world.y(0.46)
        frame = ring([(x - half, top), (x + half, top), (x + half, foot), (x - half, foot)])
        world.sheet(frame, 0.70, warmth=0.12, depth=0.05, shadow=0.35)
        pane_wide, pane_high, bar = half - world.unit * 0.022, (foot - top) / 2, world.unit * 0.011
        for column in (-1, 1):
            for row in (0, 1):
                left, upper = (
                    x + (bar if column > 0 else -pane_wide),
                    top + world.unit * 0.022 + row * (pane_high - bar),
                )
                pane = ring(
                    [
                        (left, upper),
                        (left + pane_wide - bar, upper),
                        (left + pane_wide - bar, upper + pane_high - world.unit * 0.03),
                        (left, upper + pane_high - world.unit * 0.03),
                    ]
                )
                world.canvas.paper(pane, Paper(tones.at(0.94), tones.warm(0.98, 0.35), shadow=0.0))
        world.canvas.glow(x, (top + foot) / 2, half * 1.5, tones.warm(1.0, 0.25), 0.45)

    def _shelf(self, world: World, left: bool) -> None:
        x, y, wide = world.x(0.02 if left else 0.62), world.y(0.30), world.x(0.36)
        spot = x + world.unit * 0.02
        while spot < x + wide * 0.82:
            thick, tall = world.unit * world.rng.uniform(0.02, 0.045), world.y(world.rng.uniform(0.055, 0.085))
            book = ring([(spot, y - tall), (spot + thick, y - tall), (spot + thick, y), (spot, y)])
            world.sheet(
                book,
                world.rng.uniform(0.25, 0.7),
                warmth=world.rng.choice([0.0, 0.2, 0.6]),
                shadow=0.2,
                blur=world.unit * 0.003,
            )
            spot += thick + world.unit * 0.002
        board = ring([(x, y), (x + wide, y), (x + wide, y + world.unit * 0.018), (x, y + world.unit * 0.018)])
        world.sheet(board, 0.30, warmth=0.12, shadow=0.35, blur=world.unit * 0.003)

    def _table(self, world: World) -> None:
        edge, front = world.ground_y - world.y(0.035), world.y(0.69)
        top = ring([(-60, edge), (world.width + 60, edge), (world.width + 60, front), (-60, front)])
        look = Paper(
            world.tones.warm(0.50, 0.30), world.tones.warm(0.36, 0.22), 0.4, 0.03, world.tones.warm(0.95, 0.3), 0.5
        )
        world.canvas.paper(top, look)
        face = ring(
            [(-60, front), (world.width + 60, front), (world.width + 60, world.height + 60), (-60, world.height + 60)]
        )
        world.sheet(face, 0.24, warmth=0.14, depth=0.2, rim=0.9)
        for share in (0.2, 0.5, 0.8):
            x = world.x(share)
            world.sheet(
                ring(
                    [
                        (x, front + world.y(0.02)),
                        (x + world.unit * 0.004, front + world.y(0.02)),
                        (x + world.unit * 0.004, world.height + 60),
                        (x, world.height + 60),
                    ]
                ),
                0.10,
                shadow=0,
                rim=0,
            )


class Stage:
    """A lit arch and a round pedestal: for single things that are shown."""

    floats = False

    def behind(self, world: World) -> None:
        tones = world.tones
        world.canvas.gradient(
            [(0, tones.at(0.30)), (0.45, tones.at(0.42)), (0.62, tones.at(0.24)), (1, tones.at(0.12))]
        )
        world.canvas.mottle(4.0)
        for scale, tone in ((1.30, 0.46), (1.0, 0.60), (0.72, 0.76)):
            self._arch(world, scale, tone)
        world.canvas.glow(world.x(0.5), world.y(0.33), world.unit * 0.30, tones.warm(1.0, 0.15), 0.55 * world.energy)
        floor = ring(
            [
                (-60, world.y(0.60)),
                (world.width + 60, world.y(0.60)),
                (world.width + 60, world.height + 60),
                (-60, world.height + 60),
            ]
        )
        world.sheet(floor, 0.34, depth=0.26, rim=0.4)
        self._pedestal(world)

    def before(self, world: World) -> None:
        world.canvas.glow(world.x(0.5), world.y(0.70), world.unit * 0.5, world.tones.at(0.8), 0.16, 0.3)
        world.motes(16, 0.010, 0.55)

    def _arch(self, world: World, scale: float, tone: float) -> None:
        half, foot = world.unit * 0.36 * scale, world.y(0.60)
        top = world.y(0.33) - half * 0.55
        turns = np.linspace(np.pi, 2 * np.pi, 60)
        bow = [
            (world.x(0.5) + half * float(np.cos(turn)), top + half * 0.6 + half * float(np.sin(turn))) for turn in turns
        ]
        outline = ring([(world.x(0.5) - half, foot), *bow, (world.x(0.5) + half, foot)])
        world.sheet(outline, tone, warmth=0.10, depth=0.10, rim=0.6, shadow=0.35)

    def _pedestal(self, world: World) -> None:
        x, across, top = world.x(0.5), world.unit * 0.33, world.ground_y
        for step in (1, 0):
            half, y, tall = across * (1 + 0.28 * step), top + step * world.y(0.035), world.y(0.036)
            side = np.concatenate(
                [ellipse(x, y + tall, half, half * 0.17)[:49], ellipse(x, y, half, half * 0.17)[48:96]]
            )
            world.canvas.paper(
                ellipse(x, y + tall, half, half * 0.17), Paper(world.tones.at(0.30), world.tones.at(0.22), 0.45, 0.03)
            )
            world.canvas.paper(
                ring([(x - half, y), (x + half, y), (x + half, y + tall), (x - half, y + tall)]),
                Paper(world.tones.warm(0.42, 0.1), world.tones.at(0.26), 0.0),
            )
            world.canvas.paper(side, Paper(world.tones.warm(0.44, 0.1), world.tones.at(0.26), 0.0))
            world.canvas.paper(
                ellipse(x, y, half, half * 0.17),
                Paper(
                    world.tones.warm(0.80, 0.12),
                    world.tones.warm(0.64, 0.12),
                    0.0,
                    rim=world.tones.glow,
                    rim_strength=0.6,
                ),
            )


def _plaza(world: World) -> None:
    tones = world.tones
    floor = ring(
        [
            (-60, world.ground_y),
            (world.width + 60, world.ground_y),
            (world.width + 60, world.height + 60),
            (-60, world.height + 60),
        ]
    )
    world.canvas.paper(
        floor, Paper(tones.warm(0.40, 0.2), tones.at(0.08), 0.35, 0.02, mix(tones.glow, tones.accent, 0.4), 0.5)
    )
    world.canvas.glow(
        world.x(world.light_x), world.ground_y + world.y(0.05), world.unit * 0.5, tones.warm(1.0, 0.4), 0.25, 0.22
    )


def _steps(world: World) -> None:
    for index in range(5):
        y = world.ground_y - world.y(0.004) + world.y(0.034 + 0.018 * index) * index
        inset = world.x(0.10 - 0.05 * index)
        lower = world.height + 60 if index == 4 else y + world.y(0.2)
        block = ring([(inset, y), (world.width - inset, y), (world.width - inset, lower), (inset, lower)])
        world.sheet(block, 0.62 - 0.11 * index, warmth=0.2, depth=0.22, rim=0.8)


def _column(world: World, x: float, top: float, foot: float, half: float, tone: float) -> None:
    """A fluted shaft with capital and base; its flutes catch the light on one side."""
    left_lit = world.light_x < x / world.width
    shaft = ring([(x - half * 0.86, top), (x + half * 0.86, top), (x + half, foot), (x - half, foot)])
    world.sheet(shaft, tone, warmth=0.16, depth=0.10, shadow=0.4)
    for index in range(5):
        share = (index + 0.5) / 5 * 2 - 1
        lit = (share < 0) == left_lit
        centre, thin = x + share * half * 0.86, half * 0.07
        colour = world.tones.warm(tone + (0.22 if lit else -0.14), 0.2)
        flute = ring([(centre - thin, top), (centre + thin, top), (centre + thin, foot), (centre - thin, foot)])
        world.canvas.paper(flute, Paper(colour, colour, shadow=0, opacity=0.55))
    for y, wide, tall in ((top, 1.35, 0.5), (foot - half * 0.4, 1.3, 0.4)):
        slab = ring(
            [
                (x - half * wide, y),
                (x + half * wide, y),
                (x + half * wide, y + half * tall),
                (x - half * wide, y + half * tall),
            ]
        )
        world.sheet(slab, tone + 0.08, warmth=0.18, rim=0.7)
