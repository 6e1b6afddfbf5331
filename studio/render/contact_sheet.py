"""All scenes of a film on one page: pictures in a grid, each with its label beneath, which comes drawn already."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.render.clip import clip_picture, is_clip
from studio.render.picture import load_picture
from studio.render.still import covered

_GAP_SHARE = 0.06
_PAPER = (24, 24, 28)


def contact_sheet(
    pictures: Sequence[Path],
    columns: int,
    cell_width: int,
    labels: Sequence[NDArray[np.uint8] | None] = (),
    *,
    shape: tuple[int, int] = (9, 16),
) -> bytes:
    """A PNG of the pictures, and of the middle of clips, in reading order, cropped to `shape` (width to height) as the
    film crops them.

    A label is a height x width x 4 RGBA image; it stands under its picture, and one wider than the cell is made
    smaller. Lengths are in pixels. Raises Invalid and NotFound for pictures that cannot be read."""
    size = (cell_width, round(cell_width * shape[1] / shape[0]))
    cells = [_cell(picture, size) for picture in pictures]
    drawn = [_label(label, cell_width) for label in labels] + [None] * (len(cells) - len(labels))
    return _png(_page(cells, drawn, min(columns, max(1, len(cells))), size))


def _cell(picture: Path, size: tuple[int, int]) -> Image.Image:
    pixels = clip_picture(picture, *size) if is_clip(picture) else load_picture(picture, at_least=size)
    return Image.fromarray(covered(pixels, *size))


def _label(label: NDArray[np.uint8] | None, cell_width: int) -> Image.Image | None:
    if label is None:
        return None
    image = Image.fromarray(label)
    image.thumbnail((cell_width, image.height))
    return image


def _page(
    cells: list[Image.Image], labels: list[Image.Image | None], columns: int, size: tuple[int, int]
) -> Image.Image:
    gap = round(size[0] * _GAP_SHARE)
    label_height = max((label.height + gap // 2 for label in labels if label), default=0)
    step = (size[0] + gap, size[1] + label_height + gap)
    rows = -(-len(cells) // columns)
    page = Image.new("RGB", (columns * step[0] + gap, rows * step[1] + gap), _PAPER)
    for index, (cell, label) in enumerate(zip(cells, labels, strict=True)):
        left, top = gap + index % columns * step[0], gap + index // columns * step[1]
        page.paste(cell, (left, top))
        if label:
            page.paste(label, (left, top + size[1] + gap // 2), label)
    return page


def _png(page: Image.Image) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()
