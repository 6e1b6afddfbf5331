"""What a film file really is: its streams, times, colours and keyframes, and whether its pictures show and move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av import VideoFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from studio.domain.errors import Invalid, NotFound
from studio.render.atoms import is_complete, is_faststart

_BLACK_LUMA = 20
"""Black is 16 in limited range; a little more allows for what encoding adds."""

_STILL_DIFFERENCE = 0.02
"""Mean change of luma between frames below which nothing moves; the slowest motion of the engine makes more."""


@dataclass(frozen=True)
class PictureStream:
    """The video track. Colour tags and level are the numbers of the H.264 standard: 1 is BT.709, level 40 is 4.0."""

    codec: str
    profile: str
    level: int
    pixel_format: str
    width: int
    height: int
    fps: Fraction
    sample_aspect_ratio: Fraction
    color_primaries: int
    color_transfer: int
    color_space: int
    color_range: int
    frames: int
    keyframes: tuple[int, ...]
    start_seconds: float
    seconds: float


@dataclass(frozen=True)
class SoundStream:
    """The audio track."""

    codec: str
    sample_rate: int
    channels: int
    start_seconds: float
    seconds: float


@dataclass(frozen=True)
class FilmProbe:
    """A film without decoding a picture. `sound` is None for a silent film."""

    picture: PictureStream
    sound: SoundStream | None
    tags: dict[str, str]
    seconds: float
    size_bytes: int
    is_complete: bool
    is_faststart: bool


@dataclass(frozen=True)
class PictureReport:
    """What was seen by decoding every frame. Gaps are frames whose time does not follow the one before."""

    frames: int
    black_frames: int
    longest_still_frames: int
    gaps: int


def probe(path: Path) -> FilmProbe:
    """Read what the file says of itself. Raises NotFound and Invalid."""
    with _opened(path) as film:
        sounds = film.streams.audio
        return FilmProbe(
            picture=_picture(film),
            sound=_sound(sounds[0]) if sounds else None,
            tags=dict(film.metadata),
            seconds=(film.duration or 0) / av.time_base,
            size_bytes=path.stat().st_size,
            is_complete=is_complete(path),
            is_faststart=is_faststart(path),
        )


def watch(path: Path) -> PictureReport:
    """Decode the whole film, about 5 CPU seconds for half a minute, and look for black, still and missing frames."""
    with _opened(path) as film:
        stream = film.streams.video[0]
        frame_ticks = 1 / (_known(stream.average_rate) * _known(stream.time_base))
        return _watched(film.decode(stream), frame_ticks)


def extract_frame(path: Path, seconds: float) -> Image.Image:
    """The frame that is seen at `seconds`, or the last one when the film ends before."""
    with _opened(path) as film:
        stream = film.streams.video[0]
        time_base = _known(stream.time_base)
        film.seek(max(0, int(seconds / time_base)), stream=stream)
        return Image.fromarray(_last_until(film.decode(stream), int(seconds / time_base)).to_ndarray(format="rgb24"))


def _opened(path: Path) -> InputContainer:
    try:
        film = av.open(str(path))
    except FileNotFoundError as error:
        raise NotFound(f"There is no film at {path}.") from error
    except (OSError, av.FFmpegError) as error:
        raise Invalid(f"{path.name} cannot be read as a film: {error}.") from error
    if not film.streams.video:
        film.close()
        raise Invalid(f"{path.name} has no pictures.")
    return film


def _picture(film: InputContainer) -> PictureStream:
    stream = film.streams.video[0]
    context = stream.codec_context
    shown = sorted((packet.pts or 0, packet.is_keyframe) for packet in film.demux(stream) if packet.size)
    return PictureStream(
        codec=context.name,
        profile=str(context.profile),
        level=context.level,
        pixel_format=str(context.pix_fmt),
        width=context.width,
        height=context.height,
        fps=_known(stream.average_rate),
        sample_aspect_ratio=stream.sample_aspect_ratio or Fraction(1),
        color_primaries=context.color_primaries,
        color_transfer=context.color_trc,
        color_space=context.colorspace,
        color_range=context.color_range,
        frames=len(shown),
        keyframes=tuple(index for index, (_, is_keyframe) in enumerate(shown) if is_keyframe),
        start_seconds=_start_seconds(stream),
        seconds=_seconds(stream),
    )


def _sound(stream: AudioStream) -> SoundStream:
    context = stream.codec_context
    return SoundStream(context.name, context.sample_rate, context.channels, _start_seconds(stream), _seconds(stream))


def _start_seconds(stream: VideoStream | AudioStream) -> float:
    return float((stream.start_time or 0) * _known(stream.time_base))


def _seconds(stream: VideoStream | AudioStream) -> float:
    return float((stream.duration or 0) * _known(stream.time_base))


def _known(value: Fraction | None) -> Fraction:
    if not value:
        raise Invalid("The film does not say how fast its frames follow each other.")
    return value


def _watched(frames: Iterator[VideoFrame], frame_ticks: Fraction) -> PictureReport:
    count = black = still = longest_still = gaps = 0
    earlier, earlier_pts = None, None
    for frame in frames:
        small, pts = _small_luma(frame), frame.pts or 0
        count += 1
        black += bool(small.max() <= _BLACK_LUMA)
        still = still + 1 if earlier is not None and _difference(small, earlier) < _STILL_DIFFERENCE else 0
        longest_still = max(longest_still, still)
        gaps += earlier_pts is not None and pts - earlier_pts != frame_ticks
        earlier, earlier_pts = small, pts
    return PictureReport(count, black, longest_still, gaps)


def _small_luma(frame: VideoFrame) -> NDArray[np.float32]:
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
    size = (max(1, plane.width // 4), max(1, plane.height // 4))
    return np.asarray(cv2.resize(rows, size, interpolation=cv2.INTER_AREA), np.float32)


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.abs(one - other).mean())


def _last_until(frames: Iterator[VideoFrame], pts: int) -> VideoFrame:
    found = None
    for frame in frames:
        if found is not None and (frame.pts or 0) > pts:
            break
        found = frame
    if found is None:
        raise Invalid("The film has no frame that can be decoded.")
    return found
