"""Tracks on disk behave like long arrays."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
import pytest

from studio.domain.errors import Invalid
from studio.render.filters import RUMBLE_DELAY_SAMPLES, Convolver, rumble_filter
from studio.render.sound import Track, read_music, read_speech


def test_what_overlaps_is_summed_and_what_overhangs_is_left_out() -> None:
    with Track(1, 10) as track:
        track.add(-2, np.ones((1, 5), np.float32))
        track.add(2, np.ones((1, 3), np.float32))
        track.add(8, np.ones((1, 5), np.float32))

        assert track.read(0, 99)[0].tolist() == [1, 1, 2, 1, 1, 0, 0, 0, 1, 1]


def test_a_track_of_no_length_holds_nothing() -> None:
    with Track(2, 0) as track:
        track.add(0, np.ones((2, 5), np.float32))

        assert track.read(0, 5).shape == (2, 0)
        assert list(track.blocks()) == []


def test_a_filter_over_blocks_equals_the_filter_over_the_whole() -> None:
    sound = np.random.default_rng(5).standard_normal((1, 100_000)).astype(np.float32)
    taps = np.random.default_rng(6).standard_normal(300).astype(np.float32) / 300
    in_blocks = Convolver(taps, 1)

    filtered = np.concatenate([in_blocks(sound[:, start : start + 12_345]) for start in range(0, 100_000, 12_345)], 1)

    assert np.allclose(filtered[0], np.convolve(sound[0], taps)[:100_000], atol=1e-4)


def test_the_rumble_filter_passes_a_voice_and_stops_what_lies_below() -> None:
    taps = rumble_filter()
    response = np.abs(np.fft.rfft(taps, 48_000))

    assert len(taps) == 2 * RUMBLE_DELAY_SAMPLES + 1
    assert response[200] > 0.95
    assert 0.6 < response[80] < 0.8
    assert response[20] < 0.15


def encoded(codec: str, container: str, *, rate: int = 44_100, layout: str = "stereo", seconds: float = 0.5) -> bytes:
    """A tone of 440 Hz as one of the usual kinds of file."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout=layout)
        tone = (np.sin(np.arange(round(rate * seconds)) * 2 * np.pi * 440 / rate) * 12_000).astype(np.int16)
        channels = 1 if layout == "mono" else 2
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, channels)[None], "s16", layout)
        frame.sample_rate, frame.pts = rate, 0
        wanted = av.AudioResampler(stream.codec_context.format, layout, rate, stream.codec_context.frame_size)
        for piece in [*wanted.resample(frame), *wanted.resample(None)]:
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return file.getvalue()


KINDS = {
    "WAV": ("pcm_s16le", "wav"),
    "MP3": ("libmp3lame", "mp3"),
    "Ogg": ("flac", "ogg"),
    "FLAC": ("flac", "flac"),
    "M4A": ("aac", "ipod"),
}


def heard(wav: bytes) -> tuple[int, int, int, float, float]:
    """Channels, bytes per sample, rate, seconds, and the strongest frequency in hertz."""
    with wave.open(io.BytesIO(wav)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")[:: file.getnchannels()]
        rate, seconds = file.getframerate(), file.getnframes() / file.getframerate()
        loudest = float(np.argmax(np.abs(np.fft.rfft(samples)))) / seconds
        return file.getnchannels(), file.getsampwidth(), rate, seconds, loudest


@pytest.mark.parametrize(("codec", "container"), KINDS.values(), ids=KINDS)
def test_reads_any_kind_of_speech_as_mono_at_its_own_rate(codec: str, container: str) -> None:
    channels, width, rate, seconds, hertz = heard(read_speech(encoded(codec, container)))

    assert (channels, width, rate) == (1, 2, 44_100)
    assert abs(seconds - 0.5) < 0.08
    assert abs(hertz - 440) < 4


@pytest.mark.parametrize(("rate", "kept"), [(16_000, 16_000), (24_000, 24_000), (48_000, 48_000), (96_000, 48_000)])
def test_keeps_speech_at_its_own_rate_up_to_that_of_the_film(rate: int, kept: int) -> None:
    _, _, found, seconds, hertz = heard(read_speech(encoded("pcm_s16le", "wav", rate=rate, layout="mono")))

    assert found == kept
    assert abs(seconds - 0.5) < 0.01
    assert abs(hertz - 440) < 4


@pytest.mark.parametrize(("codec", "container"), KINDS.values(), ids=KINDS)
def test_reads_any_kind_of_music_as_the_film_plays_it(codec: str, container: str) -> None:
    channels, width, rate, seconds, hertz = heard(read_music(encoded(codec, container)))

    assert (channels, width, rate) == (2, 2, 48_000)
    assert abs(seconds - 0.5) < 0.08
    assert abs(hertz - 440) < 4


@pytest.mark.parametrize(
    "data",
    [b"", b"words", b"#EXTM3U\n/etc/passwd\n", b"RIFF\0\0\0\0WAVEfmt ", b"ID3" + b"\0" * 300, b"OggS" + b"\7" * 300],
    ids=["nothing", "words", "a play list", "half a WAV", "an empty MP3", "a broken Ogg"],
)
def test_refuses_what_is_no_sound(data: bytes) -> None:
    for read in (read_speech, read_music):
        with pytest.raises(Invalid, match="sound"):
            read(data)


def test_refuses_what_lasts_longer_than_ten_minutes() -> None:
    long = encoded("flac", "flac", rate=8_000, layout="mono", seconds=601)

    with pytest.raises(Invalid, match="10 minutes"):
        read_speech(long)


def test_reads_a_telephones_voice_message() -> None:
    channels, width, rate, _, hertz = heard(read_speech(encoded("libopus", "ogg", rate=48_000, layout="mono")))

    assert (channels, width, rate) == (1, 2, 48_000)
    assert abs(hertz - 440) < 4
