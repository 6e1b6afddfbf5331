"""One frame as three numpy planes: luma at full size, the two chroma planes at half size (YUV 4:2:0)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from av import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


@dataclass(frozen=True)
class Planes:
    """Writable uint8 planes; rows may be longer in memory than they are wide. Width and height are even."""

    y: Plane
    u: Plane
    v: Plane

    @property
    def width(self) -> int:
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        return int(self.y.shape[0])

    def __iter__(self) -> Iterator[Plane]:
        return iter((self.y, self.u, self.v))

    @classmethod
    def empty(cls, width: int, height: int) -> Planes:
        """Planes of their own, with whatever the memory held."""
        half = (height // 2, width // 2)
        return cls(np.empty((height, width), np.uint8), np.empty(half, np.uint8), np.empty(half, np.uint8))

    @classmethod
    def of_frame(cls, frame: VideoFrame) -> Planes:
        """The frame's own memory: what is written here is what the encoder reads."""
        y, u, v = (_plane_view(plane) for plane in frame.planes)
        return cls(y, u, v)


def _plane_view(plane: VideoPlane) -> Plane:
    rows: Plane = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]
