"""How a picture is fitted to the film."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.render.still import BORDER, StillShelf, covered, make_still
from tests.render.drawings import save, texture


@pytest.mark.parametrize("size", [(400, 200), (200, 400), (180, 320), (37, 500)])
def test_never_stretches_a_picture(size: tuple[int, int]) -> None:
    width, height = size
    disc = np.zeros((height, width, 3), np.uint8)
    cv2.circle(disc, (width // 2, height // 2), min(size) // 4, (255, 255, 255), -1, cv2.LINE_AA)

    fitted = covered(disc, 360, 640)

    rows, columns = np.nonzero(fitted[..., 0] > 127)
    assert fitted.shape == (640, 360, 3)
    assert abs(np.ptp(rows) / np.ptp(columns) - 1) < 0.04


def test_crops_around_what_the_picture_is_about() -> None:
    wide = np.full((200, 600, 3), 120, np.uint8)
    wide[60:140, 440:520] = texture(1, 80, 80)

    fitted = covered(wide, 180, 320)

    assert fitted.std() > 5


def test_crops_from_the_middle_when_nothing_stands_out() -> None:
    shade = np.linspace(0, 255, 601).astype(np.uint8)
    wide = np.repeat(np.tile(shade, (200, 1))[..., None], 3, axis=2)

    fitted = covered(wide, 180, 320)

    assert abs(float(fitted.mean()) - 127) < 6


def test_keeps_the_mean_of_a_slow_gradient_instead_of_bands(tmp_path: Path) -> None:
    pixels = np.full((320, 180, 3), 100, np.uint8)

    still = make_still(save(tmp_path, "flat.png", pixels), 180, 320)

    assert abs(float(still.planes.y.mean()) - (16 + 219 * 100 / 255)) < 0.05
    assert set(np.unique(still.planes.y)) == {101, 102}


def test_has_a_border_that_repeats_its_edge(tmp_path: Path) -> None:
    still = make_still(save(tmp_path, "a.png", texture(1)), 180, 320)

    assert still.planes.y.shape == (still.height + 2 * BORDER, still.width + 2 * BORDER)
    assert (still.planes.y[:BORDER] == still.planes.y[BORDER]).all()


def test_loads_a_picture_once_for_neighbouring_segments(tmp_path: Path) -> None:
    shelf, path = StillShelf(180, 320), save(tmp_path, "a.png", texture(1))

    assert shelf.still(path) is shelf.still(path)


def test_keeps_only_the_stills_that_were_used_last(tmp_path: Path) -> None:
    shelf = StillShelf(180, 320)
    paths = [save(tmp_path, f"{index}.png", texture(index)) for index in range(6)]

    first = shelf.still(paths[0])
    for path in paths:
        shelf.still(path)

    assert shelf.still(paths[0]) is not first
