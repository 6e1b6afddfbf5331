"""The limiter holds the ceiling and lets go without pumping."""

from __future__ import annotations

import numpy as np

from studio.render.limiter import at_samples, limiter_gains


def test_no_moment_exceeds_the_ceiling() -> None:
    peaks = np.abs(np.random.default_rng(4).standard_normal(3000)).astype(np.float32) * 0.5
    peaks[[100, 1500, 2999]] = 4.0

    gains = limiter_gains(peaks, 0.9)

    assert float((peaks * gains).max()) <= 0.9 + 1e-6


def test_what_is_below_the_ceiling_is_left_alone() -> None:
    assert (limiter_gains(np.full(500, 0.5, np.float32), 0.9) == 1.0).all()


def test_it_turns_down_before_the_peak_and_recovers_slowly_after() -> None:
    peaks = np.full(1000, 0.5, np.float32)
    peaks[300] = 1.8

    gains = limiter_gains(peaks, 0.9)

    assert gains[300] <= 0.5
    assert gains[295] < 0.9
    assert gains[280] == 1.0
    assert gains[340] < 0.8
    assert gains[800] > 0.99
    assert float(np.abs(np.diff(gains)).max()) < 0.2


def test_a_curve_is_drawn_out_seamlessly_over_blocks() -> None:
    curve = np.linspace(0, 1, 100, dtype=np.float32)

    whole = at_samples(curve, 48, 0, 4800)
    parts = np.concatenate([at_samples(curve, 48, start, 1111) for start in range(0, 4800, 1111)])[:4800]

    assert np.allclose(whole, parts, atol=1e-6)
