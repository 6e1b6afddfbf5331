"""Mono 16-bit WAV to and from float32 samples."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono sound, -1.0 to 1.0."""


def encode(samples: Samples, rate: int) -> bytes:
    """A mono 16-bit WAV file; what lies beyond full scale is clipped."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(from_float(samples).tobytes())
    return buffer.getvalue()


def decode(data: bytes) -> tuple[Samples, int]:
    """Samples and rate of a 16-bit WAV; several channels are averaged. Raises ValueError for any other width."""
    with wave.open(io.BytesIO(data), "rb") as sound:
        if sound.getsampwidth() != 2:
            raise ValueError(f"a 16-bit WAV is needed, this one has {8 * sound.getsampwidth()} bits")
        frames = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, sound.getnchannels())
        return frames.mean(axis=1).astype(np.float32) / 32768.0, sound.getframerate()


def from_float(samples: Samples) -> NDArray[np.int16]:
    return np.round(np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2")
