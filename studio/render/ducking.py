"""How music makes room for a voice: a gain curve from the voice's own energy, 100 values a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.render.sound import RATE

CURVE_RATE = 100
FRAME_SAMPLES = RATE // CURVE_RATE

_SPEECH_THRESHOLD = 10 ** (-42 / 20)
"""Voice is levelled to -16 LUFS before; what lies 26 dB below is breath and reverberation."""
_DUCK_DECIBELS = 10.0
_AHEAD_SECONDS = 0.10
"""The music steps back just before the first syllable."""
_HOLD_SECONDS = 0.35
"""Rests between words and sentences do not bring the music back."""
_ATTACK_SECONDS = 0.16
_RELEASE_SECONDS = 0.55

Curve = NDArray[np.float32]


def energy(voice: NDArray[np.float32]) -> Curve:
    """Root mean square of each 10 ms of a mono sound; the last stretch may be shorter."""
    padded = np.pad(voice, (0, -len(voice) % FRAME_SAMPLES))
    frames = padded.reshape(-1, FRAME_SAMPLES)
    return np.sqrt(np.mean(frames * frames, axis=1, dtype=np.float32))


def gains(voice_energy: Curve) -> Curve:
    """The music's gain for each 10 ms: 1.0 where nobody speaks, -10 dB under speech, moving smoothly between."""
    spoken = voice_energy > _SPEECH_THRESHOLD
    held = _spread(spoken, before=_AHEAD_SECONDS + _ATTACK_SECONDS, after=_HOLD_SECONDS)
    depth = _smoothed(held.astype(np.float32) * _DUCK_DECIBELS)
    return np.asarray(10.0 ** (-depth / 20.0), np.float32)


def _spread(spoken: NDArray[np.bool_], *, before: float, after: float) -> NDArray[np.bool_]:
    """Each spoken frame also marks the frames within the given seconds before and after it."""
    early, late = round(before * CURVE_RATE), round(after * CURVE_RATE)
    counts = np.concatenate(([0], np.cumsum(np.pad(spoken, (late, early)))))
    return np.asarray(counts[early + late + 1 :] > counts[: -(early + late + 1)])


def _smoothed(depth: Curve) -> Curve:
    """One pole each way: quick down, slow up, as an engineer's hand at the fader."""
    attack = 1.0 - np.exp(-2.0 / (_ATTACK_SECONDS * CURVE_RATE))
    release = 1.0 - np.exp(-2.0 / (_RELEASE_SECONDS * CURVE_RATE))
    level = float(depth[0]) if len(depth) else 0.0
    followed = []
    for wanted in depth.tolist():
        level += (wanted - level) * (attack if wanted > level else release)
        followed.append(level)
    return np.array(followed, np.float32)
