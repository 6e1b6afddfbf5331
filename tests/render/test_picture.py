"""Which pictures are opened, and how."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.domain.errors import Invalid, NotFound
from studio.render.picture import load_picture, picture_facts
from tests.render.drawings import save, texture


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_reads_the_three_kinds_of_picture(tmp_path: Path, name: str) -> None:
    path = save(tmp_path, name, texture(1))

    rgb = load_picture(path)

    assert rgb.shape == (320, 180, 3)
    assert abs(float(rgb.mean()) - float(texture(1).mean())) < 1
    assert np.corrcoef(rgb.ravel(), texture(1).ravel())[0, 1] > 0.9


def test_turns_a_photograph_upright(tmp_path: Path) -> None:
    pixels = np.zeros((60, 100, 3), np.uint8)
    pixels[:, :50] = 255
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif)

    rgb = load_picture(tmp_path / "turned.jpg")

    assert rgb.shape == (100, 60, 3)
    assert rgb[:40].min() > 200
    assert rgb[60:].max() < 50


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0)])
def test_puts_a_cut_out_on_the_ground_it_stands_out_from(tmp_path: Path, ink: int, ground: int) -> None:
    pixels = np.zeros((80, 80, 4), np.uint8)
    pixels[20:60, 20:60] = (ink, ink, ink, 255)

    rgb = load_picture(save(tmp_path, "cut.png", pixels))

    assert (rgb[5, 5, 0], rgb[40, 40, 0]) == (ground, ink)


def test_reads_sixteen_bit_grey_without_clipping(tmp_path: Path) -> None:
    Image.fromarray(np.full((20, 20), 0x8000, np.uint16)).save(tmp_path / "deep.png")

    assert load_picture(tmp_path / "deep.png")[10, 10].tolist() == [128, 128, 128]


def test_reads_a_large_photograph_at_a_fraction_that_still_covers_the_film(tmp_path: Path) -> None:
    path = save(tmp_path, "large.jpg", texture(2, 1600, 1200))

    rgb = load_picture(path, at_least=(300, 300))

    assert rgb.shape == (300, 400, 3)


def test_refuses_a_picture_that_unfolds_to_more_than_fifty_megapixels(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(_png_header(30_000, 30_000))
    (tmp_path / "large.png").write_bytes(_png_header(9_000, 9_000))

    for name in ("bomb.png", "large.png"):
        with pytest.raises(Invalid, match="more than 50 megapixels"):
            load_picture(tmp_path / name)


def test_refuses_other_formats_by_name(tmp_path: Path) -> None:
    Image.fromarray(texture(1)).save(tmp_path / "a.bmp")
    (tmp_path / "fake.png").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    for name in ("a.bmp", "fake.png"):
        with pytest.raises(Invalid, match=f"{name} is not a PNG, JPEG or WebP picture"):
            load_picture(tmp_path / name)


def test_refuses_a_picture_that_is_cut_off(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(texture(1)).save(buffer, "PNG")
    (tmp_path / "half.png").write_bytes(buffer.getvalue()[: buffer.tell() // 2])

    with pytest.raises(Invalid, match="cannot be read as a picture"):
        load_picture(tmp_path / "half.png")


def test_says_when_there_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no picture at"):
        load_picture(tmp_path / "none.png")


def _png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + header + b"\0\0\0\1IDAT"


@pytest.mark.parametrize(("format", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_the_facts_of_a_delivered_picture_are_read_and_half_a_picture_is_found(format: str, extension: str) -> None:
    data = io.BytesIO()
    noise = np.random.default_rng(7).integers(0, 255, (320, 180, 3), dtype=np.uint8)
    Image.fromarray(noise).save(data, format)

    assert picture_facts(data.getvalue()) == (180, 320, extension)
    for kept in (0.3, 0.9):
        with pytest.raises(Invalid):
            picture_facts(data.getvalue()[: int(len(data.getvalue()) * kept)])
