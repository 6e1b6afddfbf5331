"""Outlines that must look right whatever the dice say."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from studio.providers.local.image.shapes import cloud


@pytest.mark.parametrize("seed", range(20))
def test_a_cloud_has_no_straight_vertical_edge(seed: int) -> None:
    outline = cloud(Random(seed), 500.0, 400.0, 300.0)

    steps = np.abs(np.diff(np.concatenate([outline, outline[:1]]), axis=0))

    upright = steps[:, 0] < 0.2 * steps[:, 1]
    assert steps[upright, 1].max(initial=0) < 300.0 * 0.04


@pytest.mark.parametrize("seed", range(20))
def test_a_cloud_has_no_flat_bottom(seed: int) -> None:
    outline = cloud(Random(seed), 500.0, 400.0, 300.0)

    lower = outline[outline[:, 1] > 400.0]

    assert np.ptp(lower[:, 1]) > 300.0 * 0.02
