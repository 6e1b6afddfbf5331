"""Tracks on disk behave like long arrays."""

from __future__ import annotations

import numpy as np

from studio.render.filters import RUMBLE_DELAY_SAMPLES, Convolver, rumble_filter
from studio.render.sound import Track


def test_what_overlaps_is_summed_and_what_overhangs_is_left_out() -> None:
    with Track(1, 10) as track:
        track.add(-2, np.ones((1, 5), np.float32))
        track.add(2, np.ones((1, 3), np.float32))
        track.add(8, np.ones((1, 5), np.float32))

        assert track.read(0, 99)[0].tolist() == [1, 1, 2, 1, 1, 0, 0, 0, 1, 1]


def test_a_track_of_no_length_holds_nothing() -> None:
    with Track(2, 0) as track:
        track.add(0, np.ones((2, 5), np.float32))

        assert track.read(0, 5).shape == (2, 0)
        assert list(track.blocks()) == []


def test_a_filter_over_blocks_equals_the_filter_over_the_whole() -> None:
    sound = np.random.default_rng(5).standard_normal((1, 100_000)).astype(np.float32)
    taps = np.random.default_rng(6).standard_normal(300).astype(np.float32) / 300
    in_blocks = Convolver(taps, 1)

    filtered = np.concatenate([in_blocks(sound[:, start : start + 12_345]) for start in range(0, 100_000, 12_345)], 1)

    assert np.allclose(filtered[0], np.convolve(sound[0], taps)[:100_000], atol=1e-4)


def test_the_rumble_filter_passes_a_voice_and_stops_what_lies_below() -> None:
    taps = rumble_filter()
    response = np.abs(np.fft.rfft(taps, 48_000))

    assert len(taps) == 2 * RUMBLE_DELAY_SAMPLES + 1
    assert response[200] > 0.95
    assert 0.6 < response[80] < 0.8
    assert response[20] < 0.15
