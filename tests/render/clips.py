"""Small video clips that the tests of the film engine are shown: each frame as grey as its number says."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

DARKEST, STEP = 40, 2

BT709, BT601 = 1, 6


def grey_of(number: int) -> int:
    return DARKEST + STEP * number


def number_of(luma: np.ndarray) -> float:
    """The number of the frame that is seen, from the middle of its luma; halves lie between two frames."""
    height, width = luma.shape
    middle = luma[height // 3 : height * 2 // 3, width // 3 : width * 2 // 3]
    return (float(middle.mean()) - DARKEST) / STEP


def clip(
    path: Path,
    frames: int,
    *,
    fps: int = 30,
    size: tuple[int, int] = (180, 320),
    chroma: tuple[int, int] = (128, 128),
    matrix: int = BT709,
    full_range: bool = False,
    sound: bool = False,
    transfer: int = BT709,
    pixel_shape: Fraction = Fraction(1),
) -> Path:
    """Encode a clip whose upper left corner is white in every frame."""
    width, height = size
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "8", "preset": "ultrafast"})
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.colorspace, context.color_primaries, context.color_trc = matrix, matrix, transfer
        context.color_range = 2 if full_range else 1
        context.sample_aspect_ratio = pixel_shape
        tone = container.add_stream("aac", rate=48_000, layout="mono") if sound else None
        for number in range(frames):
            planes = np.full((height * 3 // 2, width), grey_of(number), np.uint8)
            planes[height : height * 5 // 4], planes[height * 5 // 4 :] = chroma
            planes[: height // 8, : width // 4] = 235
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if tone is not None:
            samples = (np.sin(np.arange(48_000 * frames // fps) * 0.06) * 0.3).astype(np.float32)[None]
            heard = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
            heard.sample_rate, heard.pts = 48_000, 0
            container.mux(tone.encode(heard))
            container.mux(tone.encode(None))
    return path


_TURNED = {
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}


def turned(path: Path, clockwise: int) -> Path:
    """Have players turn the clip, as a telephone marks what it filmed upright: by the matrix in its track header."""
    data = bytearray(path.read_bytes())
    header = data.index(b"tkhd")
    matrix = header + 4 + 40
    a, b, c, d = (value * 0x10000 for value in _TURNED[clockwise])
    data[matrix : matrix + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    path.write_bytes(data)
    return path
