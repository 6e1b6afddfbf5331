"""The film's sound: voices at their moments, music that steps back under them, at -14 LUFS and at most -1 dBTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.render import ducking, loudness, sound
from studio.render.filters import RUMBLE_DELAY_SAMPLES, Convolver, rumble_filter
from studio.render.limiter import GROUP_SAMPLES, at_samples, limiter_gains
from studio.render.loudness import SEGMENT_SAMPLES, LoudnessMeter, PeakMeter
from studio.render.sound import RATE, Block, Track, WavWriter

TARGET_LUFS = -14.0
"""What TikTok, Instagram and YouTube play at; louder films are turned down there."""
CEILING_DBTP = -1.0
_LIMITER_CEILING = 10 ** (-1.3 / 20)
"""A little below the promise: the meter reads the rounded, faded result, and players' converters overshoot."""
_VOICE_LUFS = -16.0
_MUSIC_LUFS = -25.0
"""Between sentences the music lies 9 dB under the voice, ducked it lies 19 dB under it."""
_MOST_GAIN_DECIBELS = 40.0
_CLOSE_ENOUGH_DECIBELS = 0.002
_FADE_IN_SECONDS = 0.4
_FADE_OUT_SECONDS = 1.5


@dataclass(frozen=True)
class VoiceClip:
    """A spoken file and when it starts in the film."""

    path: Path
    start_seconds: float


@dataclass(frozen=True)
class MixReport:
    """What the finished sound measures; both are None for a silent film."""

    lufs: float | None
    true_peak_dbtp: float | None
    seconds: float


def mix(voices: Sequence[VoiceClip], music: Path | None, seconds: float, output: Path) -> MixReport:
    """Write the film's sound as a 48 kHz stereo 16-bit WAV of exactly `seconds`; the same inputs give the same bytes.

    Every voice is levelled; music is shortened or repeated, and fades at both ends of the film. Raises Invalid
    for a file without sound."""
    samples = round(seconds * RATE)
    with Track(1, samples) as voice_track, Track(2, samples) as mixed:
        for clip in voices:
            _place(clip, voice_track)
        _combine(voice_track if voices else None, music, mixed)
        return _master(mixed, output)


# ---- voices ----------------------------------------------------------------------------------------------------------


def _place(clip: VoiceClip, track: Track) -> None:
    voice = _without_rumble(sound.whole(clip.path, channels=1))
    lufs = loudness.measured(voice)
    if lufs is not None:
        track.add(round(clip.start_seconds * RATE), voice * _gain(lufs, _VOICE_LUFS))


def _without_rumble(voice: Block) -> Block:
    high_pass = Convolver(rumble_filter(), len(voice))
    return high_pass(np.pad(voice, ((0, 0), (0, RUMBLE_DELAY_SAMPLES))))[:, RUMBLE_DELAY_SAMPLES:]


def _gain(lufs: float, target: float) -> np.float32:
    return np.float32(10 ** (min(target - lufs, _MOST_GAIN_DECIBELS) / 20))


# ---- music under the voices ------------------------------------------------------------------------------------------


def _combine(voice: Track | None, music: Path | None, mixed: Track) -> None:
    if music is not None:
        _lay_music(music, mixed)
    if voice is None:
        return
    energies = [ducking.energy(block[0]) for _, block in voice.blocks()]
    duck = ducking.gains(np.concatenate(energies) if energies else np.zeros(0, np.float32))
    for start, block in voice.blocks():
        bed = mixed.read(start, block.shape[1])
        bed *= at_samples(duck, ducking.FRAME_SAMPLES, start, block.shape[1])
        # Half the power to each side keeps the voice's loudness what it was measured in mono.
        mixed.write(start, bed + block * np.float32(np.sqrt(0.5)))


def _lay_music(music: Path, mixed: Track) -> None:
    """The music at bed level with its fades, from the film's start to its end."""
    end = 0
    for block in _repeated(music):
        inside = block[:, : mixed.samples - end]
        if not inside.shape[1]:
            break
        mixed.write(end, inside)
        end += inside.shape[1]
    # Measured once it is written, in long blocks: decoders give short ones, and each would cost a whole transform.
    meter = LoudnessMeter()
    for start, block in mixed.blocks():
        meter.add(block[:, : max(0, end - start)])
    gain = _gain(meter.integrated() or _MUSIC_LUFS, _MUSIC_LUFS)
    for start, block in mixed.blocks():
        mixed.write(start, block * (gain * _fades(start, block.shape[1], end)))


def _repeated(music: Path) -> Iterator[Block]:
    """The piece from its start, again and again: a short one plays under the whole film."""
    while True:
        samples = 0
        for block in sound.decoded(music, channels=2):
            samples += block.shape[1]
            yield block
        if not samples:
            return


def _fades(start: int, count: int, end: int) -> NDArray[np.float32]:
    """Raised-cosine fades at the first sample and before sample `end`, shorter in very short films."""
    fade_in, fade_out = (min(length * RATE, max(1, end / 4)) for length in (_FADE_IN_SECONDS, _FADE_OUT_SECONDS))
    if start >= fade_in and start + count <= end - fade_out:
        return np.ones(count, np.float32)
    place = np.arange(start, start + count)
    risen = np.clip(place / fade_in, 0.0, 1.0)
    fallen = np.clip((end - place) / fade_out, 0.0, 1.0)
    return np.asarray(np.sin(np.pi / 2 * risen) ** 2 * np.sin(np.pi / 2 * fallen) ** 2, np.float32)


# ---- the final level -------------------------------------------------------------------------------------------------


def _master(mixed: Track, output: Path) -> MixReport:
    meter, peaks = LoudnessMeter(), PeakMeter()
    groups = [np.zeros(0, np.float32)]
    for _, block in mixed.blocks():
        meter.add(block)
        groups.append(peaks.add(block, GROUP_SAMPLES))
    found = np.concatenate(groups)
    gain = _makeup(meter.segment_powers(), found)
    return _written(mixed, gain, limiter_gains(found * gain, _LIMITER_CEILING), output)


def _makeup(powers: NDArray[np.float64], peaks: NDArray[np.float32]) -> np.float32:
    """The gain that brings the sound to the target once the limiter has taken its part, found by a few estimates:
    limited loudness follows from the powers and gains that are already known."""
    lufs = loudness.integrated(powers)
    if lufs is None:
        return np.float32(1.0)
    gain = _gain(lufs, TARGET_LUFS)
    for _ in range(8):
        limited = loudness.integrated(
            powers * _segment_gains(limiter_gains(peaks * gain, _LIMITER_CEILING), len(powers))
        )
        reached = (limited if limited is not None else lufs) + 20.0 * float(np.log10(gain))
        gain = np.float32(gain * 10 ** (min(TARGET_LUFS - reached, 6.0) / 20))
        if abs(TARGET_LUFS - reached) < _CLOSE_ENOUGH_DECIBELS:
            break
    return gain


def _segment_gains(limiter: NDArray[np.float32], segments: int) -> NDArray[np.float64]:
    """Mean squared limiter gain in each of the meter's segments."""
    width = SEGMENT_SAMPLES // GROUP_SAMPLES
    squared = np.pad(limiter.astype(np.float64) ** 2, (0, max(0, segments * width - len(limiter))), mode="edge")
    return np.asarray(squared[: segments * width].reshape(segments, width).mean(axis=1))


def _written(mixed: Track, gain: np.float32, limiter: NDArray[np.float32], output: Path) -> MixReport:
    meter, peaks = LoudnessMeter(), PeakMeter()
    highest = 0.0
    with WavWriter(output) as writer:
        for start, block in mixed.blocks():
            finished = block * (gain * at_samples(limiter, GROUP_SAMPLES, start, block.shape[1]))
            writer.write(finished)
            meter.add(finished)
            highest = max(highest, float(peaks.add(finished, RATE).max(initial=0.0)))
    return MixReport(meter.integrated(), loudness.decibels(highest), mixed.samples / RATE)
