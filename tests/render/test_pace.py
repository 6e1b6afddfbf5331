"""How long a clip lasts in a scene of another length."""

from __future__ import annotations

import pytest

from studio.render.pace import SLOWEST_RATE, pace_of


@pytest.mark.parametrize(
    ("clip_seconds", "frames", "rate", "held_from"),
    [
        (5.0, 90, 1.0, None),
        (5.0, 150, 1.0, None),
        (4.0, 150, 0.8, None),
        (4.0, 192, SLOWEST_RATE, None),
        (4.0, 240, SLOWEST_RATE, 192),
    ],
    ids=["cut", "as it is", "slowed", "slowed as far as it goes", "held at the end"],
)
def test_fills_the_scene(clip_seconds: float, frames: int, rate: float, held_from: int | None) -> None:
    pace = pace_of(clip_seconds, frames, 30)

    assert (pace.rate, pace.held_from) == (pytest.approx(rate), held_from)


def test_never_asks_for_more_than_the_clip_has() -> None:
    pace = pace_of(3.7, 140, 30)

    assert pace.seconds(139, 30) < 3.7
