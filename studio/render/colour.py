"""From RGB to the film's colours: BT.709, limited range, chroma at half size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722
"""Luma weights of ITU-R BT.709."""

_BLUE_SPAN, _RED_SPAN = 2 * (1 - _BLUE), 2 * (1 - _RED)

_RGB_TO_YUV = np.array(
    [
        [219 * _RED / 255, 219 * _GREEN / 255, 219 * _BLUE / 255, 16],
        [-224 * _RED / _BLUE_SPAN / 255, -224 * _GREEN / _BLUE_SPAN / 255, 112 / 255, 128],
        [112 / 255, -224 * _GREEN / _RED_SPAN / 255, -224 * _BLUE / _RED_SPAN / 255, 128],
    ],
    np.float32,
)
"""Weights of 0-255 RGB and what is added: luma starts at 16, chroma is centred at 128."""

_YUV_TO_RGB = np.linalg.inv(np.vstack([_RGB_TO_YUV, [0, 0, 0, 1]]))[:3].astype(np.float32)

# What is added to a colour grows with its alpha: it becomes the weight of the fourth channel.
_PREMULTIPLIED_TO_YUV = np.asarray(_RGB_TO_YUV / np.array([1, 1, 1, 255], np.float32), np.float32)


def rgb_to_yuv(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Height x width x 3 RGB to unrounded luma, and to chroma of half the size with two channels; even sides."""
    values = rgb.astype(np.float32)
    luma, chroma = cv2.transform(values, _RGB_TO_YUV[:1]), cv2.transform(halved(values), _RGB_TO_YUV[1:])
    return np.asarray(luma, np.float32), np.asarray(chroma, np.float32)


def yuv_to_rgb(luma: NDArray[np.uint8], chroma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Height x width luma and half as large chroma with two channels to height x width x 3 RGB."""
    height, width = luma.shape
    large = cv2.resize(chroma, (width, height), interpolation=cv2.INTER_LINEAR)
    yuv = cv2.merge([luma, *cv2.split(large)]).astype(np.float32)
    return np.clip(np.rint(cv2.transform(yuv, _YUV_TO_RGB)), 0, 255).astype(np.uint8)


def premultiplied_yuv(
    rgba: NDArray[np.uint8],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Height x width x 4 RGB with straight alpha to unrounded luma, and to chroma and alpha of half the size.

    Colours are times alpha / 255. Both sides must be even."""
    weighted = cv2.cvtColor(np.ascontiguousarray(rgba), cv2.COLOR_RGBA2mRGBA).astype(np.float32)
    luma = cv2.transform(weighted, _PREMULTIPLIED_TO_YUV[:1])
    small = halved(weighted)
    chroma = cv2.transform(small, _PREMULTIPLIED_TO_YUV[1:3])
    return np.asarray(luma, np.float32), np.asarray(chroma, np.float32), small[..., 3]


def channels(values: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The channels of an image, each in memory of its own, which is quicker to work on than every second value."""
    return [np.asarray(channel, np.float32) for channel in cv2.split(values)]


def halved(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of every 2x2 block of rows and columns; both must be even. Channels are kept apart."""
    rows, columns = values.shape[:2]
    return np.asarray(cv2.resize(values, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA), np.float32)
