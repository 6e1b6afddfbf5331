"""How a picture moves while it is seen: a slow push, pull or pan, chosen by the shot and a seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from studio.domain.script import Shot

MAXIMUM_ZOOM = 1.2
"""No pose zooms further than this; `still.OVERSIZE` is chosen with it."""

_OUTWARD_SECONDS = 12.0
_RETURN_SECONDS = 30.0
_SETS_IN_SECONDS = 0.3


@dataclass(frozen=True)
class Pose:
    """Where the frame lies on the picture.

    `zoom` 1 shows the whole picture, 1.2 five sixths of its width. `x` and `y` from -1 to 1 place the frame between
    the left and right, and the top and bottom edge, so no pose can show what is outside the picture."""

    zoom: float
    x: float
    y: float


Motion = Callable[[float], Pose]
"""The pose by the seconds since the picture first appeared, and by nothing else: a scene that becomes longer
does not move differently, so the frames before stay as they are."""


def motion_for(shot: Shot, seed: int) -> Motion:
    """The motion of one picture. The same shot and seed always move alike."""
    chance = Random(seed)
    move = chance.choice(_MOVES[shot])
    return move(chance)


def holding() -> Motion:
    """The motion of a clip's last frame once the clip is over: a slow push that sets in softly, so that what moved
    a moment ago does not freeze."""
    return lambda seconds: Pose(1 + (MAXIMUM_ZOOM - 1) * _travel(_set_in(seconds)), 0, 0)


def _set_in(seconds: float) -> float:
    """Time that begins at rest and runs at full speed after about a second."""
    return seconds - _SETS_IN_SECONDS * (1 - math.exp(-seconds / _SETS_IN_SECONDS))


def _push_in(chance: Random) -> Motion:
    x, y = chance.uniform(-0.5, 0.5), chance.uniform(-0.6, 0.3)
    return lambda seconds: Pose(1 + (MAXIMUM_ZOOM - 1) * _travel(seconds), x, y)


def _pull_out(chance: Random) -> Motion:
    x, y = chance.uniform(-0.5, 0.5), chance.uniform(-0.6, 0.3)
    return lambda seconds: Pose(MAXIMUM_ZOOM - (MAXIMUM_ZOOM - 1) * _travel(seconds), x, y)


def _pan(chance: Random) -> Motion:
    direction, y = chance.choice((-1, 1)), chance.uniform(-0.5, 0.2)
    return lambda seconds: Pose(_pan_zoom(seconds), direction * (2 * _travel(seconds) - 1), y)


def _tilt(chance: Random) -> Motion:
    direction, x = chance.choice((-1, 1)), chance.uniform(-0.4, 0.4)
    return lambda seconds: Pose(_pan_zoom(seconds), x, direction * (2 * _travel(seconds) - 1))


def _pan_zoom(seconds: float) -> float:
    """A pan comes a little nearer too, as a hand-held camera would; a constant scale looks like a scrolled page."""
    return MAXIMUM_ZOOM - 0.06 + 0.06 * _travel(seconds)


def _travel(seconds: float) -> float:
    """How much of the way is done, 0 to 1: fast at first, slower later, at rest for an instant only.

    After twelve seconds, longer than most scenes, the picture drifts back."""
    if seconds < _OUTWARD_SECONDS:
        return math.sin(math.pi / 2 * seconds / _OUTWARD_SECONDS)
    return (1 + math.cos(math.pi * (seconds - _OUTWARD_SECONDS) / _RETURN_SECONDS)) / 2


_MOVES: dict[Shot, tuple[Callable[[Random], Motion], ...]] = {
    Shot.WIDE: (_push_in, _push_in, _pan),
    Shot.MEDIUM: (_push_in, _pull_out, _tilt),
    Shot.CLOSE: (_push_in, _pull_out),
    Shot.DETAIL: (_pull_out, _pan, _tilt),
}
