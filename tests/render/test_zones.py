"""Where text may stand."""

from __future__ import annotations

import pytest

from studio.render.zones import caption_zone, title_zone


def test_vertical_captions_stand_where_no_platform_puts_anything() -> None:
    zone = caption_zone((1080, 1920))

    assert (zone.left, zone.right) == pytest.approx((165, 915))
    assert (zone.top, zone.bottom) == pytest.approx((270, 1248))


@pytest.mark.parametrize("size", [(1080, 1080), (1920, 1080)])
def test_other_films_have_a_title_safe_edge(size: tuple[int, int]) -> None:
    width, height = size
    captions, title = caption_zone(size), title_zone(size)

    assert (captions.left, captions.right) == pytest.approx((0.05 * width, 0.95 * width))
    assert captions.bottom == pytest.approx(0.95 * height)
    assert title.bottom <= captions.top


@pytest.mark.parametrize("size", [(1080, 1920), (270, 480), (1080, 1080), (1920, 1080)])
def test_text_is_centred_across_the_frame(size: tuple[int, int]) -> None:
    assert caption_zone(size).centre_x == pytest.approx(size[0] / 2)
