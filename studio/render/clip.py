"""Video clips as the pictures of a scene: decoded one frame after the other, in the film's size, times and colours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av import VideoFrame
from av.container import InputContainer
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from studio.domain.errors import Invalid, NotFound
from studio.render.colour import yuv_to_rgb
from studio.render.planes import PIXEL_FORMAT, Plane, Planes
from studio.render.probe import probe

MAXIMUM_PIXELS = 4096 * 2304
MAXIMUM_SECONDS = 600.0

_HINT = "Bring an MP4, MOV or WebM file with a picture track, such as H.264."
_EBML = b"\x1a\x45\xdf\xa3"
_PERCEPTUAL_QUANTIZER, _HYBRID_LOG_GAMMA = 16, 18


@dataclass(frozen=True)
class ClipFacts:
    """A clip as it is seen, turned upright: its size in pixels, its length in seconds, frames per second on average."""

    width: int
    height: int
    seconds: float
    fps: float
    has_sound: bool


def probe_clip(path: Path) -> ClipFacts:
    """Read what a clip is and decode its first frame.

    Raises NotFound when there is no such file, Invalid when it is no clip that can be shown."""
    if not is_clip(path):
        raise _no_clip(path)
    try:
        film = probe(path)
        with ClipReader(path) as reader:
            width, height = reader.upright_size
            seconds = film.picture.seconds or reader.seconds
    except Invalid as error:
        raise _no_clip(path) from error
    _check_colours(path, film.picture.color_transfer)
    if width * height > MAXIMUM_PIXELS:
        raise Invalid(f"{path.name} is larger than 4K.", hint="Make the clip smaller, 1080 x 1920 is enough.")
    if not 0 < seconds <= MAXIMUM_SECONDS:
        raise Invalid(f"{path.name} is empty or longer than ten minutes.", hint="Cut the clip to what shall be seen.")
    return ClipFacts(width, height, seconds, float(film.picture.fps), film.sound is not None)


def is_clip(path: Path) -> bool:
    """Whether the file begins as MP4, MOV or WebM do. Nothing else is opened: some formats make readers follow links.

    Raises NotFound when there is no such file."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except FileNotFoundError as error:
        raise NotFound(f"There is no clip at {path}.") from error
    return head.startswith(_EBML) or head[4:8] in (b"ftyp", b"moov", b"wide", b"mdat")


def clip_picture(path: Path, width: int, height: int) -> NDArray[np.uint8]:
    """The frame in the middle of a clip, cut to the shape of `width` x `height` as the film cuts it, as RGB of about
    that size: both lengths are made even."""
    with ClipReader(path) as reader:
        return yuv_to_rgb(*reader.fitted(reader.frame_at(reader.seconds / 2), _even(width), _even(height)))


class ClipReader:
    """Frames of a clip by their time, each decoded once as long as times only grow. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container = _opened(path)
        self._pixel_shape = float(self._container.streams.video[0].sample_aspect_ratio or 1)
        self._reformatter = VideoReformatter()
        self._frames: Iterator[VideoFrame] = iter(())
        self._first_pts = 0
        self._current, self._next = self._first_two()

    def __enter__(self) -> ClipReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._frames = iter(())
        self._container.close()

    @property
    def seconds(self) -> float:
        """How long the clip says it is."""
        stream = self._container.streams.video[0]
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
        return (self._container.duration or 0) / av.time_base

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height in pixels once it is turned and its pixels are square."""
        frame = self._current
        width, height = round(frame.width * self._pixel_shape), frame.height
        return (height, width) if frame.rotation % 180 else (width, height)

    def frame_at(self, seconds: float) -> VideoFrame:
        """The frame nearest to a moment, counted from the first one; the last one for whatever is later."""
        if seconds < self._seconds_of(self._current):
            self._current, self._next = self._first_two()
        while self._next is not None and self._is_nearer(self._next, seconds):
            self._advance()
        return self._current

    def last_frame(self) -> VideoFrame:
        while self._next is not None:
            self._advance()
        return self._current

    def fitted(self, frame: VideoFrame, width: int, height: int) -> Planes:
        """A frame of this clip upright in BT.709, cut around its centre to the shape of `width` x `height`, both even,
        and scaled; nothing is stretched."""
        turned = _turned(_standard(frame, self._reformatter), frame.rotation)
        pixel_shape = 1 / self._pixel_shape if frame.rotation % 180 else self._pixel_shape
        return _cover(turned, width, height, pixel_shape)

    def _first_two(self) -> tuple[VideoFrame, VideoFrame | None]:
        self._container.seek(0)
        self._frames = self._decoded()
        first = next(self._frames, None)
        if first is None:
            raise _no_clip(self._path)
        self._first_pts = first.pts or 0
        return first, next(self._frames, None)

    def _advance(self) -> None:
        assert self._next is not None
        self._current, self._next = self._next, next(self._frames, None)

    def _is_nearer(self, following: VideoFrame, seconds: float) -> bool:
        return seconds - self._seconds_of(self._current) > self._seconds_of(following) - seconds

    def _seconds_of(self, frame: VideoFrame) -> float:
        return float(((frame.pts or 0) - self._first_pts) * (frame.time_base or 0))

    def _decoded(self) -> Iterator[VideoFrame]:
        for packet in self._container.demux(self._container.streams.video[0]):
            # As players do, go on behind a damaged place: the frame before it is seen meanwhile.
            with suppress(av.FFmpegError):
                yield from packet.decode()


def _cover(turned: Planes, width: int, height: int, pixel_shape: float) -> Planes:
    rows, columns = turned.height, turned.width
    cut_columns = min(columns, _even(rows * width / height / pixel_shape))
    cut_rows = min(rows, _even(columns * pixel_shape * height / width))
    left, top = (columns - cut_columns) // 4, (rows - cut_rows) // 4
    chroma = turned.uv[top : top + cut_rows // 2, left : left + cut_columns // 2]
    luma = turned.y[2 * top : 2 * top + cut_rows, 2 * left : 2 * left + cut_columns]
    return Planes(_scaled(luma, width, height), _scaled(chroma, width // 2, height // 2))


def _scaled(plane: Plane, width: int, height: int) -> Plane:
    if plane.shape[:2] == (height, width):
        return plane
    shrinks = plane.shape[1] > width or plane.shape[0] > height
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.ascontiguousarray(plane), (width, height), interpolation=way), np.uint8)


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))


def _standard(frame: VideoFrame, reformatter: VideoReformatter) -> Planes:
    """The frame's pixels in the film's colours. Untagged clips are taken for BT.709, as players take them."""
    is_other = frame.colorspace in _OTHER_MATRICES or frame.color_range == ColorRange.JPEG
    colours: dict[str, Any] = {}
    if is_other:
        colours = {
            "src_colorspace": _OTHER_MATRICES.get(frame.colorspace, Colorspace.ITU709),
            "dst_colorspace": Colorspace.ITU709,
            "src_color_range": frame.color_range or ColorRange.MPEG,
            "dst_color_range": ColorRange.MPEG,
            "interpolation": _EXACT,
        }
    found = reformatter.reformat(frame, format=PIXEL_FORMAT, threads=1, **colours)
    luma, chroma = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size) for plane in found.planes
    )
    width, height = frame.width // 2 * 2, frame.height // 2 * 2
    return Planes(luma[:height, :width], chroma[: height // 2, :width].reshape(height // 2, width // 2, 2))


_EXACT = (
    Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP
)
"""Left to its quick ways, swscale makes saturated colours two levels too dark on their way to another matrix."""

# By the numbers of the H.264 standard, which frames are tagged with.
_OTHER_MATRICES = {
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
}


def _turned(planes: Planes, degrees: int) -> Planes:
    """Turned counterclockwise by a multiple of 90 degrees."""
    turn = _TURNS.get(degrees % 360)
    if turn is None:
        return planes
    return Planes(*(np.asarray(cv2.rotate(plane, turn), np.uint8) for plane in planes))


_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


def _opened(path: Path) -> InputContainer:
    try:
        container = av.open(str(path))
    except (OSError, av.FFmpegError) as error:
        raise _no_clip(path) from error
    if not container.streams.video:
        container.close()
        raise _no_clip(path)
    # Scenes are drawn side by side already: threads of the decoder would only cost memory.
    container.streams.video[0].codec_context.thread_count = 1
    return container


def _check_colours(path: Path, transfer: int) -> None:
    if transfer in (_PERCEPTUAL_QUANTIZER, _HYBRID_LOG_GAMMA):
        raise Invalid(f"{path.name} is an HDR clip.", hint="Export it in standard colours (SDR, BT.709) and try again.")


def _no_clip(path: Path) -> Invalid:
    return Invalid(f"{path.name} is not a video clip that can be shown.", hint=_HINT)
