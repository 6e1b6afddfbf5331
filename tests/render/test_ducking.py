"""The music's gain follows the voice as a careful hand would."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.ducking import CURVE_RATE, energy, gains


def spoken(*stretches: tuple[float, float], seconds: float = 10.0) -> np.ndarray:
    level = np.zeros(round(seconds * CURVE_RATE), np.float32)
    for start, end in stretches:
        level[round(start * CURVE_RATE) : round(end * CURVE_RATE)] = 0.1
    return level


def test_it_is_down_before_the_first_syllable() -> None:
    curve = gains(spoken((2.0, 5.0)))

    assert curve[100] == pytest.approx(1.0, abs=0.01)
    assert curve[200] < 0.5
    assert curve[300] == pytest.approx(10 ** (-10 / 20), abs=0.01)


def test_it_stays_down_in_the_rests_between_words() -> None:
    curve = gains(spoken((1.0, 2.0), (2.3, 4.0)))

    assert curve[150:350].max() < 0.36


def test_it_comes_back_gently_and_fully() -> None:
    curve = gains(spoken((1.0, 2.0)))

    assert curve[240] < 0.6
    assert curve[500] > 0.97
    assert float(np.abs(np.diff(curve)).max()) < 0.15


def test_silence_leaves_the_music_alone() -> None:
    assert (gains(spoken()) == 1.0).all()


def test_energy_is_the_root_mean_square_of_each_hundredth() -> None:
    assert energy(np.full(1000, 0.5, np.float32)) == pytest.approx([0.5, 0.5, 0.5 * np.sqrt(40 / 480)])
