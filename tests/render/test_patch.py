"""What a patch leaves on a frame."""

from __future__ import annotations

import numpy as np

from studio.render.patch import Patch
from studio.render.planes import Planes


def grey_frame() -> Planes:
    planes = Planes.empty(40, 30)
    for plane, value in zip(planes, (100, 128), strict=True):
        plane[:] = value
    return planes


def rectangle(width: int, height: int, *rgba: int) -> np.ndarray:
    return np.full((height, width, 4), rgba, np.uint8)


def test_draws_an_opaque_colour_as_bt709_says() -> None:
    planes = grey_frame()

    Patch.from_rgba(rectangle(10, 8, 255, 0, 0, 255), 4, 6).blend(planes)

    assert (planes.y[6, 4], planes.u[3, 2], planes.v[3, 2]) == (63, 102, 240)
    assert (planes.y[5, 4], planes.y[6, 3], planes.y[14, 4], planes.y[6, 14]) == (100, 100, 100, 100)


def test_lets_half_of_the_frame_through_where_it_is_half_transparent() -> None:
    planes = grey_frame()

    Patch.from_rgba(rectangle(10, 8, 0, 0, 0, 128), 0, 0).blend(planes)

    assert abs(int(planes.y[3, 3]) - (100 + 16) // 2) <= 1
    assert abs(int(planes.u[1, 1]) - 128) <= 1


def test_stands_where_it_was_put_when_its_place_and_size_are_odd() -> None:
    planes = grey_frame()

    Patch.from_rgba(rectangle(7, 5, 255, 255, 255, 255), 3, 5).blend(planes)

    rows, columns = np.nonzero(planes.y == 235)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (5, 9, 3, 9)


def test_is_cut_off_at_the_edges_of_the_frame() -> None:
    planes = grey_frame()

    Patch.from_rgba(rectangle(20, 20, 255, 255, 255, 255), -11, 21).blend(planes)
    Patch.from_rgba(rectangle(20, 20, 255, 255, 255, 255), 60, 60).blend(planes)

    assert planes.y[21:, :9].min() == 235
    assert np.count_nonzero(planes.y == 235) == 9 * 9


def test_changes_nothing_when_it_is_wholly_transparent() -> None:
    planes = grey_frame()

    Patch.from_rgba(rectangle(9, 9, 255, 0, 0, 0), 3, 3).blend(planes)

    assert (planes.y == 100).all()
    assert (planes.v == 128).all()


def test_keeps_only_the_part_that_is_visible() -> None:
    rgba = rectangle(30, 20, 0, 0, 0, 0)
    rgba[8:12, 10:16] = 255

    patch = Patch.from_rgba(rgba, 2, 4)

    assert (patch.x, patch.y, patch.colour.width, patch.colour.height) == (12, 12, 6, 4)
