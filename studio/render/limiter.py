"""A true-peak limiter that looks ahead: a gain for each millisecond, as low as the loudest moment near it needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.render.sound import RATE

GROUP_SAMPLES = RATE // 1000
_AHEAD_GROUPS = 4
_RELEASE_GROUPS = 90.0
"""Gain recovers by two thirds within 90 ms: slower than the waves of a low voice, quicker than a syllable."""


def limiter_gains(peaks: NDArray[np.float32], ceiling: float) -> NDArray[np.float32]:
    """Gains at the middle of each millisecond for true peaks given per millisecond (both linear)."""
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    if not len(peaks) or float(needed.min()) >= 1.0:
        return np.ones(len(peaks), np.float32)
    lowest = _lowest_nearby(needed, _AHEAD_GROUPS + 1)
    window = np.hanning(2 * _AHEAD_GROUPS + 3)[1:-1]
    smooth = np.convolve(np.pad(_released(lowest), _AHEAD_GROUPS, mode="edge"), window / window.sum(), "valid")
    return smooth.astype(np.float32)


def _lowest_nearby(needed: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
    padded = np.pad(needed, groups, constant_values=1.0)
    lowest = needed.copy()
    for shift in range(2 * groups + 1):
        np.minimum(lowest, padded[shift : shift + len(needed)], out=lowest)
    return lowest


def _released(lowest: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fall at once, rise slowly.

    What is missing from 1.0 shrinks by the same factor in every group, so its logarithm falls along a straight line:
    with the line taken out, rising at once and never falling is a running maximum."""
    line = np.arange(len(lowest)) / _RELEASE_GROUPS
    with np.errstate(divide="ignore"):
        missing = np.log(1.0 - lowest.astype(np.float64))
    followed = 1.0 - np.exp(np.maximum.accumulate(missing + line) - line)
    return np.minimum(followed.astype(np.float32), lowest)


def at_samples(curve: NDArray[np.float32], spacing: int, start: int, count: int) -> NDArray[np.float32]:
    """A curve with a value in the middle of each `spacing` samples, drawn out over `count` samples from `start`."""
    if not len(curve):
        return np.ones(count, np.float32)
    first = max(0, start // spacing - 1)
    last = min(len(curve), (start + count) // spacing + 2)
    places = (np.arange(first, last) + 0.5) * spacing
    return np.interp(np.arange(start, start + count), places, curve[first:last]).astype(np.float32)
