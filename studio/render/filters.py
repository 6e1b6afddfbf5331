"""Filters for long sounds: finite impulse responses applied block by block through the FFT."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.render.sound import RATE, Block

_FFT_SAMPLES = 16_384


class Convolver:
    """Filters consecutive blocks as if they were one sound; the output has the filter's own delay."""

    def __init__(self, taps: NDArray[np.float32], channels: int) -> None:
        self._overlap = len(taps) - 1
        padded = np.pad(taps, (0, _FFT_SAMPLES - len(taps)))
        self._spectrum = cv2.dft(np.tile(padded, (channels, 1)), flags=cv2.DFT_ROWS)
        self._tail = np.zeros((channels, self._overlap), np.float32)

    def __call__(self, block: Block) -> Block:
        sound = np.concatenate((self._tail, block), axis=1)
        self._tail = sound[:, sound.shape[1] - self._overlap :]
        filtered = np.empty_like(block)
        step = _FFT_SAMPLES - self._overlap
        for start in range(0, block.shape[1], step):
            result = self._convolved(sound[:, start : start + _FFT_SAMPLES])[:, self._overlap :]
            filtered[:, start : start + step] = result[:, : block.shape[1] - start]
        return filtered

    def _convolved(self, piece: Block) -> Block:
        """Circular convolution of up to one transform's samples. OpenCV's takes half the time of numpy's."""
        padded = np.pad(piece, ((0, 0), (0, _FFT_SAMPLES - piece.shape[1])))
        spectrum = cv2.mulSpectrums(cv2.dft(padded, flags=cv2.DFT_ROWS), self._spectrum, cv2.DFT_ROWS)
        return np.asarray(cv2.dft(spectrum, flags=cv2.DFT_ROWS | cv2.DFT_INVERSE | cv2.DFT_SCALE), np.float32)


@functools.cache
def k_weighting() -> NDArray[np.float32]:
    """The impulse response of ITU-R BS.1770-4's two filters at 48 kHz (annex 1, tables 1 and 2); after 4096 samples
    it has died away to a billionth."""
    shelf = _response(
        (1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)
    )
    high_pass = _response((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
    return np.fft.irfft(shelf * high_pass)[:4096].astype(np.float32)


def _response(numerator: tuple[float, ...], denominator: tuple[float, ...]) -> NDArray[np.complex128]:
    grid = 65_536
    return np.asarray(np.fft.rfft(numerator, grid) / np.fft.rfft(denominator, grid))


RUMBLE_DELAY_SAMPLES = 2_400


@functools.cache
def rumble_filter(cut_hertz: float = 80.0) -> NDArray[np.float32]:
    """A gentle second-order high-pass against rumble and plosives, without phase change but for a delay of 50 ms."""
    grid = 65_536
    ratio = np.fft.rfftfreq(grid, 1.0 / RATE) / cut_hertz
    centred = np.roll(np.fft.irfft(ratio**2 / np.sqrt(1.0 + ratio**4)), RUMBLE_DELAY_SAMPLES)
    return np.asarray(centred[: 2 * RUMBLE_DELAY_SAMPLES + 1] * np.hanning(2 * RUMBLE_DELAY_SAMPLES + 1), np.float32)
