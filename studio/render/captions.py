"""Captions as short-video platforms show them: a few words at a time, the spoken one lit, inside the safe zone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import cv2
import numpy as np

from studio.domain.formats import FRAMES_PER_SECOND
from studio.domain.ports import WordTime
from studio.domain.style import CaptionLook
from studio.render.caption_layout import caption_em, lay_out_page, line_columns
from studio.render.fonts import Typeface, font_versions
from studio.render.patch import Patch, TimedPatch
from studio.render.text_image import Image, Paint, TextImage, draw_lines
from studio.render.words import Page, Span, pages, token_spans, tokens

LAYOUT_VERSION = 4
"""To be raised whenever the same words would be drawn differently, so that no cached film keeps the old drawing."""

HOLD_SECONDS = 0.6
"""How long words stay after the last of them was spoken, unless others follow sooner."""

SHORTEST_GAP_SECONDS = 0.25
"""A shorter pause between two pages would flicker: the first page stays until the second comes."""

_POP_SCALES = (0.86, 0.96)
"""The first frames of a page are drawn smaller, which makes it pop up."""


@dataclass(frozen=True)
class _Spell:
    """A page's word (an index) is lit from one frame up to another."""

    word: int
    first_frame: int
    last_frame: int


def caption_patches(
    text: str,
    words: Sequence[WordTime],
    *,
    offset_seconds: float,
    frames: int,
    size: tuple[int, int],
    look: CaptionLook,
    language: str,
) -> list[TimedPatch]:
    """Draw the captions of one scene, in order and never two at once.

    `offset_seconds` is where the speech begins in the scene, `frames` the scene's length, `size` the film's width and
    height in pixels. Without word times there are no captions. Raises Invalid for a font studio does not have."""
    found = tokens(text, language)
    spans = token_spans(found, words)
    cut = pages(found, words_per_page=look.words_per_page, line_columns=line_columns(size, look)) if spans else []
    patches: list[TimedPatch] = []
    for page, spells in zip(cut, _timetable(cut, spans, offset_seconds, frames), strict=True):
        if spells:
            patches += _page_patches(_page_image(page, size, look, language), spells)
    return patches


def caption_key(
    text: str,
    words: Sequence[WordTime],
    *,
    offset_seconds: float,
    frames: int,
    size: tuple[int, int],
    look: CaptionLook,
    language: str,
) -> str:
    """A hash of everything that decides the pixels `caption_patches` would give, without drawing them."""
    times = [(word.start_char, word.end_char, word.start_seconds, word.end_seconds) for word in words]
    scene = [text, times, offset_seconds, frames, size, asdict(look), language]
    return hash_of(["captions", LAYOUT_VERSION, font_versions(), scene])


def hash_of(material: object) -> str:
    """SHA-256 of plain data, in hexadecimal."""
    return hashlib.sha256(json.dumps(material, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def caption_paint(size: tuple[int, int], look: CaptionLook) -> Paint:
    """The look's colours and its lengths in pixels of this film."""
    shorter = min(size)
    return Paint(
        colour=look.colour,
        highlight=look.highlight,
        outline=look.outline,
        outline_pixels=look.outline_width * shorter,
        shadow_pixels=0.05 * caption_em(size, look),
    )


def scaled_about_centre(image: Image, scale: float) -> tuple[Image, int, int]:
    """The picture resized, and how far its top left corner moves right and down so that its centre stays."""
    height, width = image.shape[:2]
    small = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return small, (width - small.shape[1]) // 2, (height - small.shape[0]) // 2


def _page_image(page: Page, size: tuple[int, int], look: CaptionLook, language: str) -> TextImage:
    typeface = Typeface(look.font, look.weight, language)
    paint = caption_paint(size, look)
    return draw_lines(lay_out_page(page, size, look, typeface, margin=paint.margin), paint)


def _timetable(
    cut: Sequence[Page], spans: Sequence[Span], offset_seconds: float, frames: int
) -> Iterator[list[_Spell]]:
    """For every page its words' frames. A page is over at the latest where the next one begins."""
    starts = [_frame(offset_seconds + span.start_seconds) for span in spans]
    first = 0
    for page in cut:
        after = first + len(page)
        end = min(_page_end(spans, after, offset_seconds), frames)
        bounds = [*starts[first:after], end]
        yield [
            _Spell(word, begin, min(stop, end))
            for word, (begin, stop) in enumerate(pairwise(bounds))
            if begin < min(stop, end)
        ]
        first = after


def _page_end(spans: Sequence[Span], after: int, offset_seconds: float) -> int:
    spoken = spans[after - 1].end_seconds
    if after < len(spans) and spans[after].start_seconds - spoken <= HOLD_SECONDS + SHORTEST_GAP_SECONDS:
        return _frame(offset_seconds + spans[after].start_seconds)
    return _frame(offset_seconds + spoken + HOLD_SECONDS)


def _frame(seconds: float) -> int:
    return max(0, round(seconds * FRAMES_PER_SECOND))


def _page_patches(image: TextImage, spells: Sequence[_Spell]) -> Iterator[TimedPatch]:
    appears = spells[0].first_frame
    rests = min(appears + len(_POP_SCALES), spells[-1].last_frame - 1)
    base, lit = (Patch.from_rgba(drawing, image.x, image.y) for drawing in (image.base, image.lit))
    for spell in spells:
        for frame in range(spell.first_frame, min(rests, spell.last_frame)):
            drawing = image.highlighting(spell.word)
            small, right, down = scaled_about_centre(drawing, _POP_SCALES[frame - appears])
            yield TimedPatch(frame, frame + 1, Patch.from_rgba(small, image.x + right, image.y + down))
        if max(rests, spell.first_frame) < spell.last_frame:
            still = base.showing(lit, image.mask(spell.word), image.x, image.y)
            yield TimedPatch(max(rests, spell.first_frame), spell.last_frame, still)
