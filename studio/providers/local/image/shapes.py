"""Outlines: ridges, domes, skylines, trees, columns, clouds. All are closed rings of points in pixels."""

from __future__ import annotations

from math import pi
from random import Random

import numpy as np

from studio.providers.local.image.canvas import Points

_STEP_PIXELS = 6


def ring(points: list[tuple[float, float]]) -> Points:
    return np.array(points, np.float64)


def ellipse(x: float, y: float, across: float, down: float, corners: int = 96) -> Points:
    """`across` and `down` are half axes."""
    angles = np.linspace(0, 2 * pi, corners, endpoint=False)
    return np.stack([x + across * np.cos(angles), y + down * np.sin(angles)], axis=1)


def under(xs: Points, ys: Points, bottom: float) -> Points:
    """The area between a line and a level below it."""
    top = np.stack([xs, ys], axis=1)
    return np.concatenate([top, [[xs[-1], bottom], [xs[0], bottom]]])


def across(width: int) -> Points:
    """Positions from a little before the left edge to a little behind the right one."""
    return np.arange(-60, width + 61, _STEP_PIXELS, dtype=np.float64)


def ridge(rng: Random, width: int, level: float, swing: float, bottom: float, waves: float = 1.6) -> Points:
    """Rolling hills: three sines whose crest stays within `swing` of `level`."""
    xs = across(width)
    turns = [rng.uniform(0, 2 * pi) for _ in range(3)]
    share = xs / width * 2 * pi
    line = (
        0.6 * np.sin(share * waves * 0.5 + turns[0])
        + 0.28 * np.sin(share * waves * 1.1 + turns[1])
        + 0.12 * np.sin(share * waves * 2.3 + turns[2])
    )
    return under(xs, level - swing * line, bottom)


def crags(rng: Random, width: int, level: float, swing: float, bottom: float, roughness: float = 0.52) -> Points:
    """Mountain ridge by midpoint displacement, kept within about `swing` of the level."""
    line = np.array([rng.uniform(-0.2, 0.5), rng.uniform(0.2, 1.0), rng.uniform(-0.2, 0.6)])
    scale = 0.6
    for _ in range(6):
        middle = (line[:-1] + line[1:]) / 2 + np.array([rng.uniform(-scale, scale) for _ in range(len(line) - 1)])
        line = np.insert(line, np.arange(1, len(line)), middle)
        scale *= roughness
    xs = np.linspace(-60, width + 60, len(line))
    return under(xs, level - swing * line, bottom)


def swell(rng: Random, width: int, level: float, height: float, bottom: float, count: float) -> Points:
    """The crest of a stylised wave: peaks sharp above, troughs round."""
    xs = across(width)
    phase = xs / width * 2 * pi * count + rng.uniform(0, 2 * pi)
    line = 1 - np.abs(np.sin(phase / 2)) ** 0.8 + 0.25 * np.sin(phase * 0.37 + rng.uniform(0, 6))
    return under(xs, level - height * line, bottom)


def domes(peaks: list[tuple[float, float, float]], width: int, level: float, bottom: float) -> Points:
    """Steep round rocks such as those around Guanabara Bay: `(x, height, half width)` in pixels."""
    xs = across(width)
    line = np.zeros_like(xs)
    for x, height, half in peaks:
        line = np.maximum(line, height * np.exp(-(np.abs((xs - x) / half) ** 2.6)))
    return under(xs, level - line, bottom)


def skyline(rng: Random, width: int, level: float, tallest: float, bottom: float, block: float) -> Points:
    """Roofs of a city, some stepped, some with a mast."""
    points: list[tuple[float, float]] = []
    x = -rng.uniform(0, block)
    while x < width + block:
        wide = block * rng.uniform(0.55, 1.25)
        roof = level - tallest * rng.uniform(0.25, 1.0) ** 1.4
        points += _house(rng, x, wide, roof, block)
        x += wide
    return ring([(-60, bottom), (-60, level), *points, (width + 60, level), (width + 60, bottom)])


def _house(rng: Random, x: float, wide: float, roof: float, block: float) -> list[tuple[float, float]]:
    kind = rng.random()
    if kind < 0.2:
        step = block * 0.25
        return [
            (x, roof + step),
            (x + wide * 0.22, roof + step),
            (x + wide * 0.22, roof),
            (x + wide * 0.78, roof),
            (x + wide * 0.78, roof + step),
            (x + wide, roof + step),
        ]
    if kind < 0.34:
        mast = block * 0.03
        middle = x + wide / 2
        return [
            (x, roof),
            (middle - mast, roof),
            (middle - mast, roof - block * 0.7),
            (middle + mast, roof - block * 0.7),
            (middle + mast, roof),
            (x + wide, roof),
        ]
    if kind < 0.46:
        return [(x, roof), (x + wide, roof - block * 0.3)]
    return [(x, roof), (x + wide, roof)]


def fir(x: float, foot: float, height: float, tiers: int = 5) -> Points:
    """A conifer with `tiers` skirts of branches."""
    left: list[tuple[float, float]] = []
    half = height * 0.24
    for tier in range(tiers):
        upper = foot - height * (1 - tier / tiers * 0.92)
        lower = foot - height * (1 - (tier + 1.25) / tiers * 0.92)
        reach = half * (tier + 1.1) / tiers
        left += [(x - reach * 0.42 * (tier > 0), upper + height * 0.03), (x - reach, lower)]
    left += [(x - height * 0.03, left[-1][1]), (x - height * 0.03, foot)]
    return ring([(x, foot - height), *left, *((2 * x - px, py) for px, py in reversed(left))])


def frond(x: float, y: float, length: float, lean: float, wide: float) -> Points:
    """A blade of grass, kelp or palm: from its root at the point, `lean` sideways at the tip."""
    share = np.linspace(0, 1, 24)
    middle_x = x + lean * share**1.7 + np.sin(share * 5) * wide * 0.5
    middle_y = y - length * share * (1 - 0.12 * share * abs(lean) / max(length, 1))
    half = wide * np.sin(np.clip(share * 0.92 + 0.08, 0, 1) * pi) ** 0.7
    return np.concatenate([np.stack([middle_x - half, middle_y], 1), np.stack([middle_x + half, middle_y], 1)[::-1]])


def cloud(rng: Random, x: float, y: float, wide: float) -> Points:
    """A heap cloud that rests on `y`: the outer line of a few discs, high above the level and shallow below it.

    It ends where its outermost discs end, so that both ends are round whatever the dice say."""
    shares = (-0.34, -0.17, 0.02, 0.2, 0.36)
    radii = [wide * rng.uniform(0.13, 0.22) * (1.25 - 1.3 * abs(share)) for share in shares]
    discs = [(x + share * wide, radius) for share, radius in zip(shares, radii, strict=True)]
    left, right = min(middle - radius for middle, radius in discs), max(middle + radius for middle, radius in discs)
    # Points crowd at both ends, where the line is steepest.
    xs = (left + right) / 2 - (right - left) / 2 * np.cos(np.linspace(0, pi, 160))
    line = np.max([np.sqrt(np.clip(radius**2 - (xs - middle) ** 2, 0, None)) for middle, radius in discs], axis=0)
    upper, lower = np.stack([xs, y - 1.15 * line], axis=1), np.stack([xs, y + 0.26 * line], axis=1)
    return np.concatenate([upper, lower[::-1]])


def blob(rng: Random, x: float, y: float, radius: float, wobble: float, lobes: int = 5) -> Points:
    """A closed, soft, irregular ring: a hole cut into paper."""
    angles = np.linspace(0, 2 * pi, 180, endpoint=False)
    line = np.ones_like(angles)
    for lobe in range(2, lobes + 2):
        line += wobble / lobe * np.sin(lobe * angles + rng.uniform(0, 2 * pi)) * rng.uniform(0.5, 1.3)
    return np.stack([x + radius * line * np.cos(angles), y + radius * line * np.sin(angles)], axis=1)


def around(hole: Points, width: int, height: int) -> Points:
    """The sheet of paper that is left when the hole is cut out: one ring that goes round the frame and the hole."""
    start = int(np.argmin(hole[:, 1]))
    turned = np.roll(hole, -start, axis=0)
    x, margin = float(turned[0, 0]), 80.0
    frame = [
        (x, -margin),
        (width + margin, -margin),
        (width + margin, height + margin),
        (-margin, height + margin),
        (-margin, -margin),
        (x, -margin),
    ]
    return np.concatenate([np.array(frame), turned, turned[:1]])


def snake(width: int, level: float, height: float, bottom: float, length: float, phase: float) -> Points:
    """A line in even curves, one each `length * 2 pi` pixels, and all below it."""
    xs = across(width)
    turns = xs / length + phase
    return under(xs, level + height * (np.sin(turns) + 0.25 * np.sin(2 * turns + 0.6)), bottom)


def leaf(root: tuple[float, float], middle: tuple[float, float], tip: tuple[float, float], wide: float) -> Points:
    """A blade along a curve from root to tip that is drawn towards `middle`, broader on its lower side."""
    share = np.linspace(0, 1, 20)[:, None]
    spine = (1 - share) ** 2 * np.array(root) + 2 * share * (1 - share) * np.array(middle) + share**2 * np.array(tip)
    half = wide * np.sin(np.clip(share[:, 0], 0.02, 1) * pi) ** 0.6
    lower = spine + np.stack([np.zeros(20), half], axis=1)
    upper = spine - np.stack([np.zeros(20), half * 0.3], axis=1)
    return np.concatenate([upper, lower[::-1]])
