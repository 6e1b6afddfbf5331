"""Loudness by ITU-R BS.1770-4 (gated, in LUFS) and true peak (four times oversampled, in dBTP), in blocks."""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.render.filters import Convolver, k_weighting
from studio.render.sound import RATE, Block

SEGMENT_SAMPLES = RATE // 10
"""100 ms: the gating blocks of 400 ms overlap by three quarters."""
_OFFSET = -0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0


class LoudnessMeter:
    """Takes a sound at 48 kHz block by block and knows its integrated loudness."""

    def __init__(self, channels: int = 2) -> None:
        self._weigh = Convolver(k_weighting(), channels)
        self._rest = np.zeros((channels, 0), np.float32)
        self._powers: list[NDArray[np.float64]] = []

    def add(self, block: Block) -> None:
        weighted = np.concatenate((self._rest, self._weigh(block)), axis=1)
        count = weighted.shape[1] // SEGMENT_SAMPLES
        segments = weighted[:, : count * SEGMENT_SAMPLES].reshape(len(weighted), count, SEGMENT_SAMPLES)
        self._powers.append(np.einsum("cst,cst->s", segments, segments, dtype=np.float64) / SEGMENT_SAMPLES)
        self._rest = weighted[:, count * SEGMENT_SAMPLES :]

    def segment_powers(self) -> NDArray[np.float64]:
        """K-weighted mean square of each 100 ms, summed over the channels."""
        powers = np.concatenate(self._powers) if self._powers else np.zeros(0)
        if not len(powers) and self._rest.shape[1]:
            return np.array([float(np.sum(np.mean(self._rest**2, axis=1)))])
        return powers

    def integrated(self) -> float | None:
        """LUFS, or None when nothing is loud enough to count (all below -70 LUFS)."""
        return integrated(self.segment_powers())


def integrated(segment_powers: NDArray[np.float64]) -> float | None:
    """Gated loudness in LUFS from the K-weighted powers of consecutive 100 ms; None for silence."""
    if not len(segment_powers):
        return None
    window = min(4, len(segment_powers))
    blocks = np.convolve(segment_powers, np.full(window, 1.0 / window), "valid")
    loud = blocks[_loudness(blocks) > _ABSOLUTE_GATE]
    if not len(loud):
        return None
    gate = float(_loudness(np.array([loud.mean()]))[0]) + _RELATIVE_GATE
    return float(_loudness(np.array([loud[_loudness(loud) > gate].mean()]))[0])


def _loudness(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(_OFFSET + 10.0 * np.log10(np.maximum(power, 1e-12)))


def measured(sound: Block) -> float | None:
    """Integrated loudness of a whole sound (channels x time, 48 kHz) in LUFS; None for silence."""
    meter = LoudnessMeter(len(sound))
    meter.add(sound)
    return meter.integrated()


_PHASES = 4
_TAPS = 12
_CONTEXT = _TAPS - 1


class PeakMeter:
    """Takes a sound block by block and gives the true peak of each short group of samples."""

    def __init__(self, channels: int = 2) -> None:
        self._tail = np.zeros((channels, _CONTEXT), np.float32)

    def add(self, block: Block, group_samples: int) -> NDArray[np.float32]:
        """The largest magnitude, between the samples too, of each group; the last group may be shorter. Values
        between samples are found half a filter (six samples) late, which counts for a neighbouring group at most."""
        sound = np.concatenate((self._tail, block), axis=1)
        self._tail = sound[:, sound.shape[1] - _CONTEXT :]
        peaks = _grouped(np.abs(block).max(axis=0, initial=0.0), group_samples)
        for phase in interpolation()[1:]:
            np.maximum(peaks, _grouped(_between(sound, phase), group_samples), out=peaks)
        return peaks


def _between(sound: Block, taps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Magnitudes at one place between the samples, the largest of the channels."""
    length = sound.shape[1] - _CONTEXT
    if not length:
        return np.zeros(0, np.float32)
    value = cv2.filter2D(sound, -1, taps[None], anchor=(0, 0))[:, :length]
    return np.asarray(np.abs(value).max(axis=0))


def _grouped(magnitudes: NDArray[np.float32], group_samples: int) -> NDArray[np.float32]:
    return np.maximum.reduceat(magnitudes, np.arange(0, len(magnitudes), group_samples))


@functools.cache
def interpolation() -> NDArray[np.float32]:
    """Twelve taps for each of the four phases: a sinc under a Kaiser window, each phase with unit gain."""
    place = np.arange(_TAPS)[None, :] - (_TAPS / 2 - 1) - np.arange(_PHASES)[:, None] / _PHASES
    taps = np.sinc(place) * np.i0(5.0 * np.sqrt(np.maximum(0.0, 1.0 - (place / (_TAPS / 2)) ** 2)))
    return np.asarray(taps / taps.sum(axis=1, keepdims=True), np.float32)


def true_peak(sound: Block) -> float | None:
    """True peak of a whole sound in dBTP; None for digital silence."""
    padded = np.pad(sound, ((0, 0), (0, _TAPS)))
    return decibels(float(PeakMeter(len(sound)).add(padded, RATE).max(initial=0.0)))


def decibels(peak: float) -> float | None:
    return 20.0 * math.log10(peak) if peak > 0.0 else None
