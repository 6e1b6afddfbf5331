"""Loudness against signals whose loudness is known by definition, and against FFmpeg's own meter."""

from __future__ import annotations

import av
import numpy as np
import pytest

from studio.render import loudness
from studio.render.loudness import LoudnessMeter, measured, true_peak
from studio.render.sound import RATE, Block


def sine(hertz: float, decibels: float, seconds: float, channels: int = 2) -> Block:
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave.astype(np.float32)] * channels)


def by_ffmpeg(sound: Block) -> tuple[float, float]:
    """Integrated loudness and true peak by the ebur128 filter."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="stereo")
    meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    metadata: dict[str, str] = {}
    for start in range(0, sound.shape[1], 4800):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[:, start : start + 4800]), "fltp", "stereo")
        frame.sample_rate, frame.pts = RATE, start
        source.push(frame)
        while True:
            try:
                metadata = dict(sink.pull().metadata)
            except av.BlockingIOError:
                break
    peaks = [float(metadata[f"lavfi.r128.true_peaks_ch{channel}"]) for channel in (0, 1)]
    return float(metadata["lavfi.r128.I"]), 20 * float(np.log10(max(peaks)))


def test_a_sine_at_minus_23_decibels_in_both_channels_is_minus_23_lufs() -> None:
    assert measured(sine(997, -23, 20)) == pytest.approx(-23.0, abs=0.05)


def test_one_channel_alone_is_three_decibels_less() -> None:
    assert measured(sine(997, -20, 5, channels=1)) == pytest.approx(-23.0, abs=0.05)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([(-36, 10), (-23, 60), (-36, 10)], -23.0, id="the relative gate leaves out quiet passages"),
        pytest.param([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0, id="and both gates together"),
        pytest.param([(-26, 20), (-20, 20.1), (-26, 20)], -23.0, id="what passes is averaged as power"),
    ],
)
def test_the_gating_cases_of_ebu_tech_3341(parts: list[tuple[float, float]], expected: float) -> None:
    sound = np.concatenate([sine(1000, decibels, seconds) for decibels, seconds in parts], axis=1)

    assert measured(sound) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("hertz", [40, 120, 500, 2000, 6000, 15000])
def test_it_agrees_with_ffmpeg_at_every_pitch(hertz: float) -> None:
    sound = sine(hertz, -18, 3)

    assert measured(sound) == pytest.approx(by_ffmpeg(sound)[0], abs=0.05)


def test_it_agrees_with_ffmpeg_about_noise_that_comes_and_goes() -> None:
    dice = np.random.default_rng(1)
    swell = np.repeat(dice.uniform(0.001, 0.3, 100), RATE // 10)
    sound = (dice.standard_normal((2, len(swell))) * swell * 0.2).astype(np.float32)

    lufs, peak = by_ffmpeg(sound)

    assert measured(sound) == pytest.approx(lufs, abs=0.05)
    assert true_peak(sound) == pytest.approx(peak, abs=0.3)


@pytest.mark.parametrize(("divisor", "degrees"), [(4, 45), (6, 60), (8, 67.5), (50, 0)])
def test_the_true_peak_lies_between_the_samples(divisor: int, degrees: float) -> None:
    fade = np.minimum(1, np.minimum(np.arange(RATE), np.arange(RATE)[::-1]) / 2000)
    tone = fade * 0.5 * np.sin(2 * np.pi * np.arange(RATE) / divisor + np.radians(degrees))

    assert true_peak(tone.astype(np.float32)[None]) == pytest.approx(-6.02, abs=0.1)


def test_blocks_of_any_size_measure_the_same_as_the_whole() -> None:
    sound = (np.random.default_rng(2).standard_normal((2, RATE * 3)) * 0.1).astype(np.float32)
    meter = LoudnessMeter()

    for start in range(0, sound.shape[1], 7777):
        meter.add(sound[:, start : start + 7777])

    assert meter.integrated() == pytest.approx(measured(sound), abs=1e-4)


def test_silence_has_neither_loudness_nor_peak() -> None:
    silence = np.zeros((2, RATE), np.float32)

    assert (measured(silence), true_peak(silence), loudness.integrated(np.zeros(0))) == (None, None, None)


def test_a_sound_shorter_than_a_gating_block_is_still_measured() -> None:
    assert measured(sine(997, -23, 0.05)) == pytest.approx(-23.0, abs=1.0)
