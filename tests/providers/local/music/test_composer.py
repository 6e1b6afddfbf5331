"""Music of every mood is exactly as long as asked, clean, and the same again."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.domain.ports import MusicRequest
from studio.domain.style import MusicMood
from studio.providers.local.music import LocalMusic

MOODS = [mood for mood in MusicMood if mood is not MusicMood.NONE]


def samples_of(data: bytes) -> NDArray[np.float32]:
    with wave.open(io.BytesIO(data)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (48_000, 2, 2)
        frames = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
    return frames.reshape(-1, 2).T.astype(np.float32) / 32768


@pytest.mark.parametrize("mood", MOODS)
def test_it_is_a_clean_bed_of_exactly_the_length(mood: MusicMood) -> None:
    music = LocalMusic().compose(MusicRequest(mood, 20.02, 7))

    samples = samples_of(music.wav)
    assert samples.shape[1] == round(20.02 * 48_000)
    assert 0.2 < float(np.abs(samples).max()) < 0.9
    assert float(np.abs(np.diff(samples)).max()) < 0.2, "a click"
    assert abs(float(samples.mean())) < 0.001
    assert float(np.abs(samples[:, :48]).max()) < 0.01
    assert float(np.abs(samples[:, -48:]).max()) < 0.001


@pytest.mark.parametrize("mood", MOODS)
def test_it_sounds_all_the_way_and_leaves_room_for_words(mood: MusicMood) -> None:
    samples = samples_of(LocalMusic().compose(MusicRequest(mood, 20.0, 3)).wav)

    seconds = samples[:, : 48_000 * 18].reshape(2, 18, -1).std(axis=(0, 2))
    power = np.abs(np.fft.rfft(samples[0])) ** 2
    hertz = np.fft.rfftfreq(samples.shape[1], 1 / 48_000)
    assert float(seconds[1:].min()) > 0.01
    assert power[(hertz > 1000) & (hertz < 4000)].sum() < 0.05 * power.sum()
    assert power[hertz < 30].sum() < 0.02 * power.sum()


def test_the_same_request_gives_the_same_bytes_and_another_seed_another_piece() -> None:
    first, again, other = (LocalMusic().compose(MusicRequest(MusicMood.CURIOUS, 12.0, seed)) for seed in (5, 5, 6))

    assert first == again
    assert first.wav != other.wav


@pytest.mark.parametrize("seconds", [0.1, 1.0, 2.5, 65.5])
def test_very_short_and_longer_pieces_fit_too(seconds: float) -> None:
    music = LocalMusic().compose(MusicRequest(MusicMood.PLAYFUL, seconds, 1))

    assert samples_of(music.wav).shape[1] == round(seconds * 48_000)
    assert music.seconds == pytest.approx(seconds)
