"""How pictures move: always, gently, and by their own clock."""

from __future__ import annotations

from itertools import pairwise

import pytest

from studio.domain.script import Shot
from studio.render.motion import MAXIMUM_ZOOM, Pose, motion_for

SEEDS = range(12)


@pytest.mark.parametrize("shot", list(Shot))
def test_never_leaves_the_picture(shot: Shot) -> None:
    poses = [motion_for(shot, seed)(tenth / 10) for seed in SEEDS for tenth in range(0, 1300, 7)]

    assert all(1 <= pose.zoom <= MAXIMUM_ZOOM + 1e-9 for pose in poses)
    assert all(abs(pose.x) <= 1 and abs(pose.y) <= 1 for pose in poses)


@pytest.mark.parametrize("shot", list(Shot))
def test_moves_within_every_second_of_a_long_scene(shot: Shot) -> None:
    motion = motion_for(shot, 3)

    ways = [_way(motion(second), motion(second + 1)) for second in range(30)]

    assert min(ways) > 0.0004


@pytest.mark.parametrize("shot", list(Shot))
def test_has_no_jump_anywhere(shot: Shot) -> None:
    poses = [motion_for(shot, 5)(frame / 30) for frame in range(1800)]

    assert max(_way(one, other) for one, other in pairwise(poses)) < 0.012


def test_differs_from_seed_to_seed() -> None:
    poses = {motion_for(Shot.MEDIUM, seed)(3.0) for seed in SEEDS}

    assert len(poses) == len(SEEDS)


def test_is_the_same_for_the_same_shot_and_seed() -> None:
    assert motion_for(Shot.DETAIL, 7)(4.2) == motion_for(Shot.DETAIL, 7)(4.2)


def _way(one: Pose, other: Pose) -> float:
    """How far it is between two poses, as a share of the frame (a pan has at most a fifth of it to go)."""
    return abs(one.zoom - other.zoom) + 0.1 * (abs(one.x - other.x) + abs(one.y - other.y))
