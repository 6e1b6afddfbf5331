"""Captions on the picture. Frames are a quarter of the real size; the layout scales with the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from studio.domain.errors import Invalid
from studio.domain.ports import WordTime
from studio.domain.style import CaptionLook
from studio.render.captions import caption_key, caption_patches
from studio.render.patch import Patch, TimedPatch
from studio.render.planes import Planes
from studio.render.words import tokens

VERTICAL, SQUARE, WIDE = (270, 480), (270, 270), (480, 270)
TEXTS = {
    "English": ("en", "An octopus has three hearts, and two of them pump blood."),
    "Portuguese": ("pt", "São três corações, e dois bombeiam sangue às brânquias."),
    "Russian": ("ru", "У осьминога три сердца и щупальца."),
    "Japanese": ("ja", "タコには三つの心臓があります。そのうち二つは鰓に血液を送ります。"),
    "Korean": ("ko", "문어는 심장이 세 개입니다. 그중 두 개는 아가미로 피를 보냅니다."),
    "Arabic": ("ar", "للأخطبوط 3 قلوب، واثنان منها يضخان الدم إلى iPhone الخياشيم."),
    "Hindi": ("hi", "ऑक्टोपस के तीन दिल होते हैं, और दो खून भेजते हैं।"),
    "Thai": ("th", "ปลาหมึกมีหัวใจสามดวงและมีเลือดสีน้ำเงิน"),
    "emoji": ("en", "Family 👨‍👩‍👧 time 🇧🇷 good 👍🏽 ok"),
    "a word of forty letters": ("de", "Donaudampfschifffahrtselektrizitätenhaupt ist lang"),
    "mixed": ("en", "Mixed Привет 日本 שלום नमस्ते ไทย"),
}


def spoken(text: str, language: str = "en", pause_after: int | None = None) -> list[WordTime]:
    """0.3 seconds a word; after the word of this index comes a pause of two seconds."""
    times, now = [], 0.2
    for i, token in enumerate(tokens(text, language)):
        times.append(WordTime(token.start, token.end, now, now + 0.3))
        now += 0.3 + (2.0 if i == pause_after else 0.0)
    return times


def captions(
    text: str,
    language: str = "en",
    *,
    size: tuple[int, int] = VERTICAL,
    frames: int = 900,
    look: CaptionLook | None = None,
    words: Sequence[WordTime] | None = None,
) -> list[TimedPatch]:
    return caption_patches(
        text,
        spoken(text, language) if words is None else words,
        offset_seconds=0.0,
        frames=frames,
        size=size,
        look=look or CaptionLook(),
        language=language,
    )


def painted(patch: Patch, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what the patch visibly changes on a grey frame."""
    planes = Planes.empty(*size)
    for plane in planes:
        plane[:] = 128
    patch.blend(planes)
    rows, columns = np.nonzero(np.abs(planes.y.astype(int) - 128) > 3)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize(("language", "text"), TEXTS.values(), ids=TEXTS)
def test_vertical_captions_keep_clear_of_every_platforms_controls(language: str, text: str) -> None:
    width, height = VERTICAL

    boxes = [painted(timed.patch, VERTICAL) for timed in captions(text, language)]

    assert boxes
    assert min(left for left, *_ in boxes) >= 65 / 1080 * width
    assert max(right for _, _, right, _ in boxes) <= 915 / 1080 * width
    assert min(top for _, top, *_ in boxes) >= 270 / 1920 * height
    assert max(bottom for *_, bottom in boxes) <= 1248 / 1920 * height


@pytest.mark.parametrize("size", [SQUARE, WIDE])
@pytest.mark.parametrize("name", ["English", "Arabic", "a word of forty letters"])
def test_other_films_keep_five_percent_free(size: tuple[int, int], name: str) -> None:
    language, text = TEXTS[name]

    boxes = [painted(timed.patch, size) for timed in captions(text, language, size=size)]

    assert all(left >= 0.05 * size[0] and right <= 0.95 * size[0] for left, _, right, _ in boxes)
    assert all(top >= 0.6 * size[1] and bottom <= 0.95 * size[1] for _, top, _, bottom in boxes)


def test_a_block_is_centred_across_the_frame() -> None:
    for timed in captions("An octopus has three hearts"):
        left, _, right, _ = painted(timed.patch, VERTICAL)

        assert abs((left + right) / 2 - VERTICAL[0] / 2) <= 2


def test_one_patch_follows_the_other_and_never_are_two_seen() -> None:
    patches = captions(TEXTS["English"][1])

    edges = [edge for timed in patches for edge in (timed.first_frame, timed.last_frame)]
    assert edges == sorted(edges)
    assert all(timed.first_frame < timed.last_frame for timed in patches)


def test_captions_begin_with_the_first_word_and_stay_between_words() -> None:
    patches = captions("One two three four five six")

    assert patches[0].first_frame == 6
    assert all(a.last_frame == b.first_frame for a, b in pairwise(patches))


def test_captions_leave_in_a_long_pause_and_at_the_end() -> None:
    text = "Stop here. Then go"

    patches = captions(text, words=spoken(text, pause_after=1))

    gaps = [b.first_frame - a.last_frame for a, b in pairwise(patches)]
    assert max(gaps) == round((2.0 - 0.6) * 30)
    assert patches[-1].last_frame == round((0.2 + 4 * 0.3 + 2.0 + 0.6) * 30)


def test_captions_never_outlast_the_scene() -> None:
    assert max(timed.last_frame for timed in captions("One two three four five six", frames=40)) == 40


def test_the_spoken_word_is_lit_and_only_it() -> None:
    look = CaptionLook(colour="#ffffff", highlight="#0000ff", outline="#000000")
    still = [timed for timed in captions("One two", look=look) if timed.last_frame - timed.first_frame > 3]

    first, second = (timed.patch.colour.u.astype(int) - (255 - timed.patch.chroma_kept[..., 0]) // 2 for timed in still)

    middle = first.shape[1] // 2
    assert first[:, :middle].max() > 80 > 20 > first[:, middle + 4 :].max()
    assert second[:, middle:].max() > 80 > 20 > second[:, : middle - 4].max()


def test_right_to_left_words_light_up_from_the_right() -> None:
    look = CaptionLook(colour="#ffffff", highlight="#0000ff", outline="#000000")
    still = [timed for timed in captions("שלום עולם", "he", look=look) if timed.last_frame - timed.first_frame > 3]

    lit = still[0].patch.colour.u.astype(int) - (255 - still[0].patch.chroma_kept[..., 0]) // 2

    middle = lit.shape[1] // 2
    assert lit[:, middle + 4 :].max() > 80 > 20 > lit[:, : middle - 4].max()


def test_a_page_pops_up() -> None:
    small, larger, rest = captions("Hello")[:3]

    assert small.patch.luma_kept.shape < larger.patch.luma_kept.shape < rest.patch.luma_kept.shape
    assert [small.last_frame - small.first_frame, larger.last_frame - larger.first_frame] == [1, 1]


def test_no_times_no_captions() -> None:
    assert captions("Hello", words=[]) == []


def test_no_words_no_captions() -> None:
    assert captions("") == []


def test_hostile_text_is_only_text() -> None:
    assert captions("<script>&\"'</svg>\x00 \u202e evil --> ]]>") != []


def test_an_unknown_font_is_refused() -> None:
    with pytest.raises(Invalid, match="Papyrus"):
        captions("Hello", look=CaptionLook(font="Papyrus"))


def test_the_same_words_give_the_same_pixels() -> None:
    first, second = captions("Same again"), captions("Same again")

    assert all(np.array_equal(a.patch.colour.y, b.patch.colour.y) for a, b in zip(first, second, strict=True))


def key(text: str = "Hello you", *, offset_seconds: float = 0.0, look: CaptionLook | None = None) -> str:
    return caption_key(
        text,
        spoken(text),
        offset_seconds=offset_seconds,
        frames=90,
        size=VERTICAL,
        look=look or CaptionLook(),
        language="en",
    )


def test_the_key_is_the_same_for_the_same_captions() -> None:
    assert key() == key()


def test_the_key_changes_with_everything_that_is_seen() -> None:
    look = CaptionLook()

    keys = [key(), key("Hello me!"), key(offset_seconds=0.5), key(look=replace(look, size=0.1))]

    assert len(set(keys)) == 4
