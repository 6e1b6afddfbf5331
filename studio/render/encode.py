"""Frames into H.264: one segment of a film, encoded so that segments can be joined without encoding them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
from av.container import OutputContainer
from av.video.stream import VideoStream

from studio.render.planes import PIXEL_FORMAT, Canvas

REORDER_FRAMES = 2
"""How many frames a picture may be decoded ahead of being shown: x264's own figure for the B-frames set below."""

_KEYFRAME_INTERVAL = 60
_LOOKAHEAD_FRAMES = 6
"""Each frame x264 looks ahead costs 6 MB an encoder at 1080x1920. Six instead of the preset's ten: 53 MB less at the
peak, files a tenth smaller and half a decibel less true to the source (48.1 instead of 48.6 dB)."""

_BT709 = 1
_LIMITED_RANGE = 1
_AVX_512F = 13
"""OpenCV's number of that processor feature, which its Python module has no name for."""

_UP_TO_AVX2 = ":asm=MMX2,SSE2Fast,LZCNT,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"


@dataclass(frozen=True)
class EncoderSettings:
    """Effort and quality of x264. `crf` is the constant quality; six more halves the file."""

    preset: str
    crf: int

    @classmethod
    def final(cls) -> EncoderSettings:
        """For publishing: the smallest files at half real time on two cores (10 MB for 30 s of grainy photographs)."""
        return cls("veryfast", 20)

    @classmethod
    def preview(cls) -> EncoderSettings:
        """For looking at once: two thirds of the work of `final`, half as large again."""
        return cls("superfast", 23)

    @classmethod
    def export(cls) -> EncoderSettings:
        """For keeping: slow, and the best picture for its size."""
        return cls("medium", 18)

    @property
    def options(self) -> dict[str, str]:
        """The settings as x264 takes them; equal settings give equal stream headers, whatever is in the pictures."""
        fixed = (
            f"keyint={_KEYFRAME_INTERVAL}:open-gop=0:bframes=3:b-pyramid=normal:rc-lookahead={_LOOKAHEAD_FRAMES}"
            f"{_repeatable_code()}"
        )
        return {"preset": self.preset, "crf": str(self.crf), "profile": "high", "x264-params": fixed}

    @property
    def fingerprint(self) -> dict[str, object]:
        """Everything that changes what comes out, including the version of the library that does the work."""
        return {**asdict(self), **self.options, "libavcodec": av.library_versions["libavcodec"]}


@dataclass(frozen=True)
class FrameShape:
    """Width and height in pixels, both even, and frames per second."""

    width: int
    height: int
    fps: int


def encode_frames(
    path: Path, frame_count: int, draw: Callable[[int, Canvas], None], shape: FrameShape, settings: EncoderSettings
) -> None:
    """Write an MP4 of `frame_count` frames; `draw` fills the planes of the frame with the given index.

    One thread is used. What `draw` raises is passed on."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = _video_stream(container, shape, settings)
        # One is enough: x264 copies a frame before it returns from taking it.
        canvas = Canvas(shape.width, shape.height)
        frame = canvas.frame()
        for index in range(frame_count):
            draw(index, canvas)
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _repeatable_code() -> str:
    """Keep x264 from its AVX-512 code, whose macroblock tree now and then gives other bytes for the same frames.

    Measured with libavcodec 62.28: up to four different files in fourteen runs, one without it, at equal speed."""
    return _UP_TO_AVX2 if cv2.checkHardwareSupport(_AVX_512F) else ""


def _video_stream(container: OutputContainer, shape: FrameShape, settings: EncoderSettings) -> VideoStream:
    stream = container.add_stream("libx264", rate=shape.fps, options=settings.options)
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = shape.width, shape.height, PIXEL_FORMAT
    context.sample_aspect_ratio = Fraction(1)
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED_RANGE
    context.thread_count = 1
    return stream
