"""Plays a score: a few bars at a time, through a small hall, into a stereo WAV of exactly the length asked for."""

from __future__ import annotations

import functools
import io
import wave
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from studio.domain.ports import Music, MusicRequest
from studio.providers.local.music.instruments import RATE, tone
from studio.providers.local.music.moods import MOODS
from studio.providers.local.music.score import Score

_OUTPUT_RATE = 2 * RATE
_HALL_SECONDS = 1.6
_RING_SECONDS = 2.0
"""The last chord rings this long into its fade."""
_LONGEST_NOTE_SECONDS = 6.0
_LEVEL = 0.42
_FADE_IN_SECONDS = 0.3

Stereo = NDArray[np.float32]


class LocalMusic:
    """The MusicModel of this machine. Every mood but NONE."""

    name = "local"

    def compose(self, request: MusicRequest) -> Music:
        """A bed of exactly `seconds`, tempo bent a little so that it ends with its last bar."""
        samples = round(request.seconds * _OUTPUT_RATE)
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as sound:
            sound.setnchannels(2)
            sound.setsampwidth(2)
            sound.setframerate(_OUTPUT_RATE)
            for start, block in _blocks(request, samples):
                faded = np.tanh(block * _LEVEL) * _fades(start, block.shape[1], samples)
                sound.writeframesraw(np.rint(faded.T * 32767.0).astype("<i2").tobytes())
        return Music(buffer.getvalue(), samples / _OUTPUT_RATE)


def _blocks(request: MusicRequest, samples: int) -> Iterator[tuple[int, Stereo]]:
    """The piece in stretches of four bars, each begun by what still rings from those before."""
    mood = MOODS[request.mood]
    bar_seconds = 240.0 / mood.beats_per_minute
    bars = max(1, round((request.seconds - _RING_SECONDS) / bar_seconds) + 1)
    if bars > 1:
        stretched = (request.seconds - _RING_SECONDS) / (bars - 1)
        bar_seconds = min(max(stretched, 0.85 * bar_seconds), 1.15 * bar_seconds)
    score = Score(mood, bars, bar_seconds, request.seed)
    ringing = np.zeros((2, 0), np.float32)
    start = 0
    for first in range(0, bars, 4):
        last = min(first + 4, bars)
        end = samples if last == bars else min(samples, round(last * bar_seconds * _OUTPUT_RATE))
        played = _played(score, range(first, last), bar_seconds, start)
        played = _sum(played, ringing)
        yield start, _padded(played, end - start)
        ringing = played[:, end - start :]
        start = end


def _played(score: Score, bars: range, bar_seconds: float, start: int) -> Stereo:
    """The given bars at 48 kHz from sample `start` on, with everything that rings after them."""
    length = round((len(bars) * bar_seconds + _LONGEST_NOTE_SECONDS) * RATE)
    dry = np.zeros((2, length), np.float32)
    origin = start / _OUTPUT_RATE
    for bar in bars:
        for note in score.bar(bar):
            sound = tone(note.instrument, note.pitch, round(1000 * note.seconds)) * np.float32(note.level)
            at = round((bar * bar_seconds + note.start - origin) * RATE)
            sound = sound[: length - at]
            dry[0, at : at + len(sound)] += sound * np.float32(np.cos((note.pan + 1) * np.pi / 4))
            dry[1, at : at + len(sound)] += sound * np.float32(np.sin((note.pan + 1) * np.pi / 4))
    return _in_the_hall(dry)


def _in_the_hall(dry: Stereo) -> Stereo:
    """Reverberation, room for the voice, and the doubled sample rate, all in one transform."""
    length = dry.shape[1] + round(_HALL_SECONDS * RATE)
    size = _fft_length(length)
    spectrum = np.fft.rfft(dry, size, axis=1) * _hall(size)
    wide = np.zeros((2, size + 1), np.complex64)
    wide[:, : size // 2 + 1] = spectrum * 2
    return np.asarray(np.fft.irfft(wide, 2 * size, axis=1)[:, : 2 * length], np.float32)


@functools.lru_cache(maxsize=2)
def _hall(size: int) -> NDArray[np.complex64]:
    """Dry sound plus a decaying noise for each side, with four decibels taken out around 2 kHz, where words live."""
    time = np.arange(round(_HALL_SECONDS * RATE)) / RATE
    noise = np.random.default_rng(3).standard_normal((2, len(time)))
    tail = noise * np.exp(-time / 0.38) * np.clip(time / 0.02, 0, 1)
    tail *= 0.28 / np.sqrt(np.sum(tail**2, axis=1, keepdims=True))
    hertz = np.fft.rfftfreq(size, 1.0 / RATE)
    room = 10 ** (-4.0 / 20 * np.exp(-((np.log2(np.maximum(hertz, 1.0) / 2000.0)) ** 2)))
    muffled = 1.0 / np.sqrt(1.0 + (hertz / 3500.0) ** 2)
    rumble = hertz**2 / (hertz**2 + 30.0**2)
    return np.asarray((1.0 + np.fft.rfft(tail, size, axis=1) * muffled) * room * rumble, np.complex64)


def _fft_length(length: int) -> int:
    """The next length that is quick to transform: two, three or five times a power of two."""
    power = 1 << (length - 1).bit_length()
    return next(size for size in (power * 5 // 8, power * 3 // 4, power) if size >= length)


def _sum(one: Stereo, other: Stereo) -> Stereo:
    longer, shorter = (one, other) if one.shape[1] >= other.shape[1] else (other, one)
    longer = longer.copy()
    longer[:, : shorter.shape[1]] += shorter
    return longer


def _padded(sound: Stereo, length: int) -> Stereo:
    return np.pad(sound[:, :length], ((0, 0), (0, max(0, length - sound.shape[1]))))


def _fades(start: int, count: int, samples: int) -> NDArray[np.float32]:
    place = np.arange(start, start + count)
    fade_in = max(1.0, min(_FADE_IN_SECONDS * _OUTPUT_RATE, samples / 4))
    fade_out = max(1.0, min(_RING_SECONDS * _OUTPUT_RATE, samples / 2))
    risen, fallen = np.clip(place / fade_in, 0, 1), np.clip((samples - place) / fade_out, 0, 1)
    return np.asarray(np.sin(np.pi / 2 * risen) * np.sin(np.pi / 2 * fallen) ** 2, np.float32)
