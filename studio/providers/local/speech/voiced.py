"""Where a clean narration is heard and where it rests, by the energy of 10 ms frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.providers.local.speech.wav import Samples

FRAME_SECONDS = 0.01
_QUIET = 10 ** (-38 / 20)
"""38 dB below the loud frames: synthetic voices have no room noise, so consonants stay above it."""


def loudness_curve(samples: Samples, rate: int) -> NDArray[np.float32]:
    """Root mean square of each full 10 ms frame."""
    frame = max(1, round(rate * FRAME_SECONDS))
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    return np.sqrt(np.mean(frames * frames, axis=1, dtype=np.float32))


def heard(samples: Samples, rate: int) -> NDArray[np.bool_]:
    """For each 10 ms frame whether something is heard in it."""
    curve = loudness_curve(samples, rate)
    if not len(curve) or float(curve.max()) < 1e-4:
        return np.zeros(len(curve), bool)
    return np.asarray(curve > np.percentile(curve, 95) * _QUIET)


def runs(samples: Samples, rate: int, shortest_rest_seconds: float = 0.12) -> list[tuple[float, float]]:
    """Start and end, in seconds, of each stretch of speech between rests of at least the given length."""
    loud = np.flatnonzero(heard(samples, rate))
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) > shortest_rest_seconds / FRAME_SECONDS)
    starts = loud[np.concatenate(([0], breaks + 1))]
    ends = loud[np.concatenate((breaks, [len(loud) - 1]))] + 1
    return [(float(s) * FRAME_SECONDS, float(e) * FRAME_SECONDS) for s, e in zip(starts, ends, strict=True)]


def trim(samples: Samples, rate: int, lead_seconds: float = 0.04, tail_seconds: float = 0.09) -> tuple[Samples, float]:
    """The sound without its silent ends but for a short lead and tail, and how many seconds were cut in front."""
    loud = np.flatnonzero(heard(samples, rate))
    if not len(loud):
        return samples[:0], 0.0
    frame = max(1, round(rate * FRAME_SECONDS))
    start = max(0, int(loud[0]) * frame - round(lead_seconds * rate))
    end = min(len(samples), (int(loud[-1]) + 1) * frame + round(tail_seconds * rate))
    return _soft_ends(samples[start:end], rate), start / rate


def without_silent_ends(times: Sequence[tuple[float, float]], samples: Samples, rate: int) -> list[tuple[float, float]]:
    """The same stretches, each ending with the last sound in it: models count the rest after a word as its last
    phoneme, about 0.2 s too long before a pause."""
    loud = np.flatnonzero(heard(samples, rate)) * FRAME_SECONDS
    settled: list[tuple[float, float]] = []
    for start, end in times:
        last = int(np.searchsorted(loud, end)) - 1
        sounds = last >= 0 and loud[last] >= start
        settled.append((start, min(end, float(loud[last]) + FRAME_SECONDS) if sounds else end))
    return settled


def _soft_ends(samples: Samples, rate: int) -> Samples:
    """Fade the first and last 5 ms so that a cut never clicks."""
    softened = samples.copy()
    length = min(len(samples) // 2, round(0.005 * rate))
    if length:
        ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
        softened[:length] *= ramp
        softened[-length:] *= ramp[::-1]
    return softened
