"""The film's sound: levelled voices over music that makes room, at the loudness that the platforms play."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.domain.errors import Invalid
from studio.render import loudness
from studio.render.mix import VoiceClip, mix
from studio.render.sound import RATE, Block, whole


def write(path: Path, samples: NDArray[np.float64], rate: int, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(np.rint(samples * 32767).astype("<i2").tobytes())
    return path


def read(path: Path) -> Block:
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 2, 2)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").reshape(-1, 2).T.astype(np.float32) / 32768


def voice(path: Path, level: float, seconds: float = 2.0, rate: int = 24_000, hertz: float = 170.0) -> Path:
    """Something like speech: a buzz with syllables four times a second."""
    time = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.cos(2 * np.pi * hertz * n * time + n * n) / n for n in range(1, 15))
    return write(path, level * 0.2 * buzz * np.sin(2 * np.pi * 2 * time) ** 2, rate)


def music(path: Path, seconds: float, hertz: float = 440.0) -> Path:
    tone = 0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return write(path, np.repeat(tone, 2), RATE, channels=2)


def level_at(sound: Block, hertz: float, start: float, seconds: float = 0.5) -> float:
    """Amplitude of one tone, in decibels."""
    piece = sound[0, round(start * RATE) : round((start + seconds) * RATE)]
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(piece)) / RATE)
    return 20 * float(np.log10(abs(np.mean(piece * turns * np.hanning(len(piece)))) + 1e-9))


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "film.wav"


def test_a_voice_over_music_comes_out_at_minus_14_lufs_below_minus_1_dbtp(tmp_path: Path, output: Path) -> None:
    voices = [VoiceClip(voice(tmp_path / "a.wav", 0.8), 0.3), VoiceClip(voice(tmp_path / "b.wav", 0.1), 3.0)]

    report = mix(voices, music(tmp_path / "m.wav", 10), 6.4, output)

    finished = read(output)
    assert loudness.measured(finished) == pytest.approx(-14.0, abs=0.5)
    assert report.lufs == pytest.approx(loudness.measured(finished), abs=0.05)
    peak = loudness.true_peak(finished)
    assert peak is not None
    assert peak <= -1.0
    assert report.true_peak_dbtp == pytest.approx(peak, abs=0.05)


@pytest.mark.parametrize("seconds", [0.05, 1.0, 5.0, 7.3337])
def test_it_lasts_exactly_as_long_as_the_film(tmp_path: Path, output: Path, seconds: float) -> None:
    report = mix([VoiceClip(voice(tmp_path / "a.wav", 0.5), 0.2)], music(tmp_path / "m.wav", 3), seconds, output)

    assert read(output).shape[1] == round(seconds * RATE)
    assert report.seconds == pytest.approx(seconds, abs=1 / RATE)


def test_voice_alone_and_music_alone_reach_the_same_loudness(tmp_path: Path, output: Path) -> None:
    voice_only = mix([VoiceClip(voice(tmp_path / "a.wav", 0.05, 4.0), 0.0)], None, 4.5, output)
    music_only = mix([], music(tmp_path / "m.wav", 6), 6.0, output)

    assert voice_only.lufs == pytest.approx(-14.0, abs=0.5)
    assert music_only.lufs == pytest.approx(-14.0, abs=0.5)


def test_without_either_it_is_digital_silence(output: Path) -> None:
    report = mix([], None, 2.0, output)

    assert not read(output).any()
    assert (report.lufs, report.true_peak_dbtp) == (None, None)


def test_a_silent_voice_file_stays_silent(tmp_path: Path, output: Path) -> None:
    silent = write(tmp_path / "silent.wav", np.zeros(24_000), 24_000)

    report = mix([VoiceClip(silent, 0.0)], None, 2.0, output)

    assert report.lufs is None


def test_music_steps_back_under_the_voice_and_returns(tmp_path: Path, output: Path) -> None:
    spoken = voice(tmp_path / "a.wav", 0.5, 3.0)

    mix([VoiceClip(spoken, 3.0)], music(tmp_path / "m.wav", 12, hertz=5000), 12.0, output)

    finished = read(output)
    before, under, after = (level_at(finished, 5000, start) for start in (1.0, 4.0, 8.5))
    assert before - under == pytest.approx(10.0, abs=1.5)
    assert after == pytest.approx(before, abs=0.5)


def test_music_lies_well_under_the_voice_but_is_heard_between(tmp_path: Path, output: Path) -> None:
    mix([VoiceClip(voice(tmp_path / "a.wav", 0.5, 3.0), 0.5)], music(tmp_path / "m.wav", 9), 9.0, output)

    finished = read(output)
    spoken = loudness.measured(finished[:, round(0.5 * RATE) : round(3.5 * RATE)])
    between = loudness.measured(finished[:, round(5.5 * RATE) : 7 * RATE])
    assert spoken is not None
    assert between is not None
    assert 6.0 < spoken - between < 14.0


def test_a_quiet_scene_is_as_loud_as_a_loud_one(tmp_path: Path, output: Path) -> None:
    voices = [VoiceClip(voice(tmp_path / "a.wav", 0.9), 0.0), VoiceClip(voice(tmp_path / "b.wav", 0.03), 2.5)]

    mix(voices, None, 4.5, output)

    finished = read(output)
    loud, quiet = loudness.measured(finished[:, : 2 * RATE]), loudness.measured(finished[:, round(2.5 * RATE) :])
    assert quiet == pytest.approx(loud, abs=0.5)


def test_a_voice_keeps_its_moment_and_its_pitch(tmp_path: Path, output: Path) -> None:
    mix([VoiceClip(voice(tmp_path / "a.wav", 0.5, 1.0, rate=22_050, hertz=400.0), 1.5)], None, 4.0, output)

    heard = np.flatnonzero(np.abs(read(output)[0]) > 0.01) / RATE
    assert heard[0] == pytest.approx(1.5, abs=0.05)
    assert heard[-1] == pytest.approx(2.5, abs=0.05)
    assert level_at(read(output), 400.0, 1.5, 1.0) > level_at(read(output), 430.0, 1.5, 1.0) + 20


def test_rumble_under_a_voice_is_taken_out(tmp_path: Path, output: Path) -> None:
    rate = 24_000
    time = np.arange(3 * rate) / rate
    rumbling = write(
        tmp_path / "a.wav", 0.2 * np.sin(2 * np.pi * 25 * time) + 0.2 * np.sin(2 * np.pi * 300 * time), rate
    )

    mix([VoiceClip(rumbling, 0.0)], None, 3.0, output)

    finished = read(output)
    assert level_at(finished, 300, 1.0, 1.0) - level_at(finished, 25, 1.0, 1.0) > 15


def test_music_fades_at_both_ends_of_the_film(tmp_path: Path, output: Path) -> None:
    mix([], music(tmp_path / "m.wav", 20), 8.0, output)

    finished = np.abs(read(output)[0])
    assert finished[:480].max() < 0.02
    assert finished[-480:].max() < 0.02
    assert finished[3 * RATE :][:RATE].max() > 0.2


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, output: Path) -> None:
    clip, bed = VoiceClip(voice(tmp_path / "a.wav", 0.7), 0.4), music(tmp_path / "m.wav", 4)

    mix([clip], bed, 3.0, output)
    first = output.read_bytes()
    mix([clip], bed, 3.0, output)

    assert output.read_bytes() == first


def test_a_voice_that_overhangs_the_film_is_cut_at_its_end(tmp_path: Path, output: Path) -> None:
    report = mix([VoiceClip(voice(tmp_path / "a.wav", 0.7), 1.5)], None, 2.0, output)

    assert report.seconds == 2.0


def test_a_file_that_is_no_sound_is_refused_by_name(tmp_path: Path, output: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")

    with pytest.raises(Invalid, match=r"letter\.txt cannot be read as sound"):
        mix([], tmp_path / "letter.txt", 2.0, output)


def test_a_short_piece_plays_under_the_whole_film(tmp_path: Path) -> None:
    seconds = 6.0
    place = np.arange(2 * RATE) / RATE
    piece = write(tmp_path / "piece.wav", np.repeat(0.2 * np.sin(2 * np.pi * 330 * place), 2), RATE, channels=2)

    mix([], piece, seconds, tmp_path / "film.wav")

    loud = [np.abs(sound).max() for sound in np.split(whole(tmp_path / "film.wav", 1)[0][: 5 * RATE], 10)]
    assert min(loud[1:]) > 0.05
