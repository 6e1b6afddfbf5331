"""The hook title, drawn on frames of a quarter of the real size."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from studio.domain.style import CaptionLook, Palette
from studio.render.patch import TimedPatch
from studio.render.titles import title_key, title_patches

VERTICAL, SQUARE, WIDE = (270, 480), (270, 270), (480, 270)
PALETTE = Palette(dark="#14213d", light="#3a6ea5", glow="#8ecae6", accent="#ffb703")


def titles(
    title: str, *, frames: int = 150, size: tuple[int, int] = VERTICAL, language: str = "en"
) -> list[TimedPatch]:
    return title_patches(title, frames=frames, size=size, look=CaptionLook(), palette=PALETTE, language=language)


def edges(timed: TimedPatch) -> tuple[int, int, int, int]:
    height, width = timed.patch.luma_kept.shape
    return timed.patch.x, timed.patch.y, timed.patch.x + width, timed.patch.y + height


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Three hearts, blue blood", "en"),
        ("Why almost everything you know about the octopus is wrong, explained slowly", "en"),
        ("タコには心臓が三つある", "ja"),
        ("ثلاثة قلوب ودم أزرق", "ar"),
        ("Rindfleischetikettierungsüberwachungsaufgabe", "de"),
        ("🔥", "en"),
    ],
)
@pytest.mark.parametrize("size", [VERTICAL, SQUARE, WIDE])
def test_a_title_stays_in_the_upper_part(title: str, language: str, size: tuple[int, int]) -> None:
    width, height = size

    for timed in titles(title, size=size, language=language):
        left, top, right, bottom = edges(timed)

        assert left >= 0.05 * width - 2
        assert right <= 0.95 * width + 2
        assert top >= 0.05 * height - 2
        assert bottom <= (0.32 if height > width else 0.28) * height + 2


def test_a_title_comes_at_once_and_is_gone_after_two_and_a_half_seconds() -> None:
    patches = titles("Three hearts")

    assert patches[0].first_frame == 0
    assert patches[-1].last_frame == 75
    assert all(a.last_frame == b.first_frame for a, b in pairwise(patches))


def test_a_title_fades_in_and_out() -> None:
    opacity = [255 - int(timed.patch.luma_kept.min()) for timed in titles("Three hearts")]

    peak = opacity.index(255)
    assert opacity[: peak + 1] == sorted(opacity[: peak + 1])
    assert opacity[peak:] == sorted(opacity[peak:], reverse=True)
    assert (opacity[0] < 100, opacity[-1] < 100) == (True, True)


@pytest.mark.parametrize("frames", [1, 2, 5, 30])
def test_a_title_ends_with_a_short_scene(frames: int) -> None:
    assert titles("Three hearts", frames=frames)[-1].last_frame == frames


def test_an_empty_title_gives_nothing() -> None:
    assert titles("  \n ") == []


@pytest.mark.parametrize(("accent", "is_white"), [("#e63946", True), ("#222266", True), ("#ffb703", False)])
def test_letters_stand_out_from_their_box(accent: str, is_white: bool) -> None:
    palette = Palette(dark="#101020", light="#3a6ea5", glow="#8ecae6", accent=accent)

    patches = title_patches("MMM", frames=90, size=VERTICAL, look=CaptionLook(), palette=palette)

    luma = max(patches, key=lambda timed: timed.last_frame - timed.first_frame).patch.colour.y
    assert bool(np.count_nonzero(luma > 225) > 100) is is_white


def test_the_key_changes_with_the_title_and_the_palette() -> None:
    def key(title: str, palette: Palette) -> str:
        return title_key(title, frames=90, size=VERTICAL, look=CaptionLook(), palette=palette)

    other = Palette(dark="#14213d", light="#3a6ea5", glow="#8ecae6", accent="#ff0000")

    assert key("A", PALETTE) == key("A", PALETTE)
    assert len({key("A", PALETTE), key("B", PALETTE), key("A", other)}) == 3
