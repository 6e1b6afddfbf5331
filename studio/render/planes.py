"""One frame as two numpy planes: luma at full size, both chroma values side by side at half size (NV12, YUV 4:2:0)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

Plane = NDArray[np.uint8]

LEAD_PIXELS = 24
"""How far above and to the left of a canvas's planes there is memory to draw over (see `camera`)."""

PIXEL_FORMAT = "nv12"
"""The encoder's name for this order. x264 works in it, too, so that it takes the frames as they lie."""

_ALIGNMENT = 64
_MARGIN_BYTES = 64
_OVERHANG = 8


@dataclass(eq=False)
class Planes:
    """Writable uint8 planes, `y` as height x width and `uv` as half of both x 2. Rows may be longer in memory than
    they are wide. Width and height are even."""

    y: Plane
    uv: Plane

    @property
    def width(self) -> int:
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        return int(self.y.shape[0])

    @property
    def u(self) -> Plane:
        return self.uv[..., 0]

    @property
    def v(self) -> Plane:
        return self.uv[..., 1]

    def __iter__(self) -> Iterator[Plane]:
        return iter((self.y, self.uv))

    @classmethod
    def empty(cls, width: int, height: int) -> Planes:
        """Planes of their own, with whatever the memory held."""
        return cls(np.empty((height, width), np.uint8), np.empty((height // 2, width // 2, 2), np.uint8))


class Canvas(Planes):
    """Planes that a camera draws and an encoder reads where they lie, with room around them to begin outside.

    Chroma follows luma in one block of memory, as the encoder wants it. What is drawn above the chroma therefore lands
    in the last rows of luma, and what hangs over below the luma in the first rows of chroma: draw chroma first, and
    keep those rows."""

    def __init__(self, width: int, height: int) -> None:
        if width % 2 or height % 4:
            raise ValueError(f"a canvas of {width} x {height} pixels: width must be even, height divisible by four")
        stride = -(-(_MARGIN_BYTES + width + _OVERHANG) // _ALIGNMENT) * _ALIGNMENT
        rows = LEAD_PIXELS + height * 3 // 2 + _OVERHANG
        self._block = _aligned(rows * stride).reshape(rows, stride)
        self._first = LEAD_PIXELS * stride + _MARGIN_BYTES
        seen = self._block[LEAD_PIXELS:, _MARGIN_BYTES : _MARGIN_BYTES + width]
        chroma = seen[height : height * 3 // 2].reshape(height // 2, width // 2, 2)
        super().__init__(seen[:height], chroma)

    def luma_from(self, rows_above: int, columns_left: int, height: int, width: int) -> Plane:
        """The memory of `height` x `width` values of luma that begin so far outside the picture."""
        top, left = LEAD_PIXELS - rows_above, _MARGIN_BYTES - columns_left
        return self._block[top : top + height, left : left + width]

    def chroma_from(self, rows_above: int, columns_left: int, height: int, width: int) -> Plane:
        """The same for chroma, counted in its own pixels of two values each."""
        top, left = LEAD_PIXELS + self.height - rows_above, _MARGIN_BYTES - 2 * columns_left
        return self._block[top : top + height, left : left + 2 * width].reshape(height, width, 2)

    def frame(self) -> VideoFrame:
        """A frame of this very memory: what is written here is what the encoder reads."""
        rows, stride = self.height * 3 // 2, self._block.shape[1]
        whole_rows = self._block.reshape(-1)[self._first : self._first + rows * stride].reshape(rows, stride)
        return VideoFrame.from_numpy_buffer(whole_rows, PIXEL_FORMAT, self.width)


def _aligned(size_bytes: int) -> Plane:
    memory = np.empty(size_bytes + _ALIGNMENT, np.uint8)
    skipped = -memory.ctypes.data % _ALIGNMENT
    return memory[skipped : skipped + size_bytes]
