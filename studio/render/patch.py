"""A rectangle drawn over finished frames: a caption, a title, a mark."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.render.colour import premultiplied_yuv
from studio.render.planes import Plane, Planes


@dataclass(frozen=True, eq=False)
class Patch:
    """Premultiplied Y, U, V and the share of the frame that stays visible (0-255), for luma and for both chroma values.

    `x` and `y` are the even left and top edge in frame pixels; parts outside the frame are not drawn."""

    x: int
    y: int
    colour: Planes
    luma_kept: Plane
    chroma_kept: Plane

    @classmethod
    def from_rgba(cls, rgba: NDArray[np.uint8], x: int, y: int) -> Patch:
        """Take height x width x 4 pixels with straight alpha, their top left corner at (x, y) of the frame.

        Transparent borders are dropped, and the rest is padded to even edges as half-size chroma needs."""
        left, top, width, height = cv2.boundingRect(np.ascontiguousarray(rgba[..., 3]))
        rgba, x, y = _padded_to_even(rgba[top : top + height, left : left + width], x + left, y + top)
        luma, chroma, alpha = premultiplied_yuv(rgba)
        kept = 255 - _rounded(alpha)
        return cls(x, y, Planes(_rounded(luma), _rounded(chroma)), 255 - rgba[..., 3], _pairs(kept, kept))

    def showing(self, other: Patch, where: NDArray[np.uint8], x: int, y: int) -> Patch:
        """This patch with the colours of `other`, one of the same shape and place, wherever `where` is not zero.

        `where` is a mask whose top left corner lies at (x, y) of the frame."""
        mask = _placed_over(self.colour.y.shape, where, x - self.x, y - self.y)
        any_of_four = mask[::2, ::2] | mask[1::2, ::2] | mask[::2, 1::2] | mask[1::2, 1::2]
        colour = Planes(self.colour.y.copy(), self.colour.uv.copy())
        cv2.copyTo(other.colour.y, mask, colour.y)
        cv2.copyTo(other.colour.uv, any_of_four, colour.uv)
        return Patch(self.x, self.y, colour, self.luma_kept, self.chroma_kept)

    def blend(self, planes: Planes) -> None:
        """Draw into the planes in place."""
        _blend(planes.y, self.colour.y, self.luma_kept, self.x, self.y)
        _blend(planes.uv, self.colour.uv, self.chroma_kept, self.x // 2, self.y // 2)


@dataclass(frozen=True)
class TimedPatch:
    """A patch seen from `first_frame` up to but not in `last_frame`, both counted from the scene's start."""

    first_frame: int
    last_frame: int
    patch: Patch


def _padded_to_even(rgba: NDArray[np.uint8], x: int, y: int) -> tuple[NDArray[np.uint8], int, int]:
    left, top = x % 2, y % 2
    right, bottom = (rgba.shape[1] + left) % 2, (rgba.shape[0] + top) % 2
    return np.pad(rgba, ((top, bottom), (left, right), (0, 0))), x - left, y - top


def _placed_over(shape: tuple[int, ...], mask: NDArray[np.uint8], right: int, down: int) -> NDArray[np.uint8]:
    """The mask on a ground of this shape, moved; what lies outside is cut off."""
    ground = np.zeros(shape, np.uint8)
    rows = slice(max(0, down), max(0, down + mask.shape[0]))
    columns = slice(max(0, right), max(0, right + mask.shape[1]))
    seen = ground[rows, columns]
    top, left = max(0, -down), max(0, -right)
    seen[:] = mask[top : top + seen.shape[0], left : left + seen.shape[1]]
    return ground


def _pairs(one: Plane, other: Plane) -> Plane:
    return np.asarray(cv2.merge([one, other]), np.uint8)


def _rounded(values: NDArray[np.float32]) -> Plane:
    return np.rint(values).astype(np.uint8)


def _blend(frame: Plane, colour: Plane, kept: Plane, x: int, y: int) -> None:
    top, bottom = max(0, y), min(frame.shape[0], y + colour.shape[0])
    left, right = max(0, x), min(frame.shape[1], x + colour.shape[1])
    if top >= bottom or left >= right:
        return
    seen = (slice(top - y, bottom - y), slice(left - x, right - x))
    target = frame[top:bottom, left:right]
    cv2.multiply(target, kept[seen], dst=target, scale=1 / 255)
    cv2.add(target, colour[seen], dst=target)
