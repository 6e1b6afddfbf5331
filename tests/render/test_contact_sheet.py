"""How a contact sheet is laid out."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from studio.render.contact_sheet import contact_sheet
from tests.render.drawings import save


def one_colour(folder: Path, *rgb: int) -> Path:
    return save(folder, f"{rgb}.png", np.full((320, 180, 3), rgb, np.uint8))


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_lays_pictures_out_in_reading_order_with_gaps(tmp_path: Path) -> None:
    pictures = [one_colour(tmp_path, 200, 0, 0), one_colour(tmp_path, 0, 200, 0), one_colour(tmp_path, 0, 0, 200)]

    sheet = opened(contact_sheet(pictures, 2, 90))

    assert sheet.size == (2 * 90 + 3 * 5, 2 * 160 + 3 * 5)
    middles = [sheet.getpixel(place) for place in ((50, 85), (145, 85), (50, 250))]
    assert middles == [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    assert sheet.getpixel((97, 85)) == sheet.getpixel((145, 250))


def test_puts_each_label_under_its_picture_and_makes_wide_ones_fit(tmp_path: Path) -> None:
    label = np.full((40, 180, 4), 255, np.uint8)

    sheet = opened(contact_sheet([one_colour(tmp_path, 200, 0, 0)] * 2, 2, 90, [None, label]))

    assert sheet.size == (195, 160 + 20 + 2 + 10)
    assert sheet.getpixel((145, 177)) == (255, 255, 255)
    assert sheet.getpixel((50, 177)) != (255, 255, 255)
