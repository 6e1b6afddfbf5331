"""Sound in and out: any file PyAV decodes as 48 kHz float32 blocks, WAV files written block by block, long tracks
kept on disk so that a ten-minute film needs no more memory than a short one."""

from __future__ import annotations

import io
import tempfile
import wave
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import IO

import av
import numpy as np
from av import AudioFrame, AudioResampler
from av.container import InputContainer
from numpy.typing import NDArray

from studio.domain.errors import Invalid

RATE = 48_000
BLOCK_SAMPLES = RATE * 5

Block = NDArray[np.float32]
"""Samples as channels x time, -1.0 to 1.0."""


def decoded(path: Path, channels: int) -> Iterator[Block]:
    """The sound of a file at 48 kHz with one or two channels, in blocks of any size. Raises Invalid without sound."""
    layout = "mono" if channels == 1 else "stereo"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
    try:
        with open_sound(path) as container:
            if not container.streams.audio:
                raise Invalid(f"{path.name} holds no sound.")
            for frame in container.decode(container.streams.audio[0]):
                for ready in resampler.resample(frame):
                    yield np.asarray(ready.to_ndarray(), np.float32)
            for ready in resampler.resample(None):
                yield np.asarray(ready.to_ndarray(), np.float32)
    except av.FFmpegError as error:
        raise Invalid(f"{path.name} cannot be read as sound.", hint="WAV, MP3, M4A, FLAC and Ogg work") from error


def open_sound(path: Path) -> InputContainer:
    """Open a file of sound. Raises av.FFmpegError.

    A WAV file says at once what it holds; searched as others are, a megabyte of it is read twice before the first
    sample: 30 ms of CPU each time instead of one."""
    with path.open("rb") as file:
        is_wav = file.read(12)[8:] == b"WAVE"
    return av.open(str(path), options={"probesize": "4096"} if is_wav else {})


def whole(path: Path, channels: int) -> Block:
    """All of a file's sound at once; for one scene's voice, not for a film."""
    blocks = list(decoded(path, channels))
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((channels, 0), np.float32)


class Track:
    """A zero-filled stretch of sound in a temporary file, to be added to and read in blocks."""

    def __init__(self, channels: int, samples: int) -> None:
        self.channels = channels
        self.samples = samples
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="studio-track-")  # noqa: SIM115 - closed by __exit__
        self._file.truncate(samples * channels * 4)

    def __enter__(self) -> Track:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def read(self, start: int, count: int) -> Block:
        """`count` samples from `start`, fewer at the end."""
        count = max(0, min(count, self.samples - start))
        self._file.seek(start * self.channels * 4)
        data = np.frombuffer(self._file.read(count * self.channels * 4), np.float32)
        return np.ascontiguousarray(data.reshape(count, self.channels).T)

    def write(self, start: int, block: Block) -> None:
        self._file.seek(start * self.channels * 4)
        self._file.write(np.ascontiguousarray(block.T, np.float32).tobytes())

    def add(self, start: int, block: Block) -> None:
        """Mix a block in; what lies beyond the ends of the track is left out."""
        first = max(0, -start)
        inside = block[:, first : max(first, self.samples - start)]
        self.write(start + first, self.read(start + first, inside.shape[1]) + inside)

    def blocks(self) -> Iterator[tuple[int, Block]]:
        """Each block with the position of its first sample."""
        for start in range(0, self.samples, BLOCK_SAMPLES):
            yield start, self.read(start, BLOCK_SAMPLES)


class WavWriter:
    """A 48 kHz stereo 16-bit WAV file, written block by block."""

    def __init__(self, path: Path) -> None:
        self._wave = wave.open(str(path), "wb")  # noqa: SIM115 - closed by __exit__
        self._wave.setnchannels(2)
        self._wave.setsampwidth(2)
        self._wave.setframerate(RATE)

    def __enter__(self) -> WavWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wave.close()

    def write(self, block: Block) -> None:
        whole_numbers = np.rint(np.clip(block, -1.0, 1.0) * 32767.0).astype("<i2")
        self._wave.writeframesraw(np.ascontiguousarray(whole_numbers.T).tobytes())


# ---- sounds that a model or a person gave ----------------------------------------------------------------------------

MAXIMUM_SECONDS = 600
MAXIMUM_BYTES = 200_000_000

_HINT = "WAV, MP3, M4A, FLAC and Ogg work."


def read_speech(data: bytes) -> bytes:
    """Any sound as mono 16-bit WAV at its own sample rate, 48 kHz at most: what voice takes are kept as.

    Raises Invalid for what is no sound or lasts longer than ten minutes."""
    return _as_wav(data, "mono", rate=None)


def read_music(data: bytes) -> bytes:
    """Any sound as stereo 16-bit WAV at 48 kHz. Raises Invalid like `read_speech`."""
    return _as_wav(data, "stereo", rate=RATE)


def _as_wav(data: bytes, layout: str, rate: int | None) -> bytes:
    if len(data) > MAXIMUM_BYTES:
        raise Invalid(
            f"The sound is larger than {MAXIMUM_BYTES // 10**6} MB.", hint="Bring it as MP3 or make it shorter."
        )
    try:
        with av.open(io.BytesIO(data), "r", format=_format_of(data)) as container:
            if not container.streams.audio:
                raise Invalid("The file holds no sound.", hint=_HINT)
            stream = container.streams.audio[0]
            rate = rate or min(RATE, stream.codec_context.sample_rate)
            return _collected(container.decode(stream), av.AudioResampler("s16", layout, rate), rate)
    except (av.FFmpegError, EOFError) as error:
        raise Invalid("The file cannot be read as sound.", hint=_HINT) from error


def _format_of(data: bytes) -> str:
    """The container by its first bytes. Guessing is left to nobody: some formats make readers follow links."""
    for start, place, name in _MAGIC:
        if data[place : place + len(start)] == start:
            return name
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return "aac" if data[1] & 0x06 == 0 else "mp3"
    raise Invalid("The file is no sound that studio knows.", hint=_HINT)


_MAGIC = (
    (b"WAVE", 8, "wav"),
    (b"ID3", 0, "mp3"),
    (b"fLaC", 0, "flac"),
    (b"OggS", 0, "ogg"),
    (b"ftyp", 4, "mov"),
    (b"\x1a\x45\xdf\xa3", 0, "matroska"),
)


def _collected(frames: Iterator[AudioFrame], resampler: AudioResampler, rate: int) -> bytes:
    written, file = 0, io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(len(resampler.layout.channels))
        wav.setsampwidth(2)
        wav.setframerate(rate)
        for frame in chain(frames, [None]):
            for piece in resampler.resample(frame):
                written += piece.samples
                if written > MAXIMUM_SECONDS * rate:
                    raise Invalid(f"The sound is longer than {MAXIMUM_SECONDS // 60} minutes.", hint="Cut it first.")
                wav.writeframesraw(piece.to_ndarray().tobytes())
    if not written:
        raise Invalid("The file holds no sound.", hint=_HINT)
    return file.getvalue()
