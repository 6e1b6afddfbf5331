"""The instruments: each gives one note as mono samples that begin and end in silence."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
"""Tones are played at half the film's rate, since a bed under a voice has little above 10 kHz; the reverberation's
transform doubles it without loss."""

Samples = NDArray[np.float32]


@functools.lru_cache(maxsize=256)
def tone(instrument: str, pitch: int, milliseconds: int) -> Samples:
    """A note held for the given time, with the instrument's own decay after it."""
    seconds = milliseconds / 1000.0
    if instrument == "pad":
        return _pad(pitch, seconds)
    if instrument == "kick":
        return _kick()
    if instrument in ("shaker", "snap"):
        return _noise(instrument)
    return _struck(instrument, pitch)


def _times(seconds: float) -> Samples:
    return (np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


def _hertz(pitch: float) -> float:
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def _pad(pitch: int, seconds: float) -> Samples:
    """Two slightly detuned voices with soft overtones, swelling and letting go slowly."""
    time = _times(seconds + 1.1)
    sound = np.zeros_like(time)
    for cents in (-4.0, 5.0):
        turn = np.float32(2 * np.pi * _hertz(pitch + cents / 100)) * time
        sound += np.sin(turn) + np.float32(0.28) * np.sin(2 * turn + 0.7) + np.float32(0.1) * np.sin(3 * turn + 1.9)
    swell = np.clip(time / min(0.7, seconds / 2), 0, 1)
    leave = np.clip((time[-1] - time) / 1.1, 0, 1)
    return np.asarray(0.4 * sound * (swell * leave) ** 1.5, np.float32)


# Partials as (multiple of the note, level, decay in seconds).
_PARTIALS = {
    "bell": ((1.0, 1.0, 1.1), (2.0, 0.3, 0.7), (3.01, 0.12, 0.4), (5.4, 0.05, 0.15)),
    "mallet": ((1.0, 1.0, 0.38), (3.93, 0.22, 0.10), (9.2, 0.05, 0.03)),
    "pluck": ((1.0, 1.0, 0.45), (2.0, 0.45, 0.28), (3.0, 0.25, 0.18), (4.0, 0.12, 0.12), (5.0, 0.07, 0.08)),
    "bass": ((1.0, 1.0, 0.9), (2.0, 0.35, 0.5), (3.0, 0.10, 0.25)),
}


def _struck(instrument: str, pitch: int) -> Samples:
    partials = _PARTIALS[instrument]
    longest = max(decay for _, _, decay in partials)
    time = _times(4 * longest)
    sound = np.zeros_like(time)
    for multiple, level, decay in partials:
        frequency = _hertz(pitch) * multiple
        if frequency < 0.45 * RATE:
            length = min(len(time), round(6 * decay * RATE))
            part = time[:length]
            sound[:length] += level * np.exp(-part / decay) * np.sin(np.float32(2 * np.pi * frequency) * part)
    return _ends(sound, attack_seconds=0.005)


def _kick() -> Samples:
    """A soft drum: a low sine that falls from 110 to 48 Hz."""
    time = _times(0.4)
    turn = 2 * np.pi * (48.0 * time + 62.0 * 0.035 * (1 - np.exp(-time / 0.035)))
    return _ends(np.asarray(np.sin(turn) * np.exp(-time / 0.11), np.float32), attack_seconds=0.003)


def _noise(instrument: str) -> Samples:
    """A shaker above the voice's range, or a dry finger snap."""
    decay = 0.03 if instrument == "shaker" else 0.02
    time = _times(8 * decay)
    hiss = np.random.default_rng(7 if instrument == "shaker" else 11).standard_normal(len(time)).astype(np.float32)
    bright = np.diff(np.diff(hiss, prepend=0), prepend=0) if instrument == "shaker" else hiss
    swell = np.clip(time / (0.012 if instrument == "shaker" else 0.001), 0, 1)
    return _ends(np.asarray(bright * swell * np.exp(-time / decay), np.float32), attack_seconds=0.001)


def _ends(sound: Samples, attack_seconds: float) -> Samples:
    attack, release = round(attack_seconds * RATE), min(len(sound) // 4, round(0.05 * RATE))
    sound[:attack] *= np.linspace(0, 1, attack, dtype=np.float32)
    sound[-release:] *= np.linspace(1, 0, release, dtype=np.float32)
    return sound
