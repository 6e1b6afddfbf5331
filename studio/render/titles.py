"""The hook title: big words on boxes of the style's accent colour, seen for the first seconds of a film."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import cv2
import numpy as np

from studio.domain.formats import FRAMES_PER_SECOND
from studio.domain.style import CaptionLook, Palette
from studio.render.bidi import reads_right_to_left
from studio.render.captions import hash_of, scaled_about_centre
from studio.render.coverage import PlacedLine
from studio.render.fonts import UNITS_PER_EM, Typeface, font_versions
from studio.render.lines import Line, Part, set_line, upper
from studio.render.patch import Patch, TimedPatch
from studio.render.text_image import Image, drawn_svg, line_drawing, rgb
from studio.render.words import Token, columns, tokens
from studio.render.zones import Zone, title_zone

TITLE_LAYOUT_VERSION = 2
"""To be raised whenever the same title would be drawn differently."""

TITLE_SECONDS = 2.5
_FADE_FRAMES = 6

_LARGEST_EM = 0.118
"""Share of the film's shorter side; a title of two words need not be larger to be read at once."""

_MOST_LINES = 4
_GAIN_PER_LINE = 1.15
"""One line more must make the letters at least this much larger."""

_PADDING_ACROSS, _BOX_ABOVE, _BOX_BELOW = 0.26, 1.0, 0.3
"""How far a box reaches beyond its letters, in ems, above and below at least, counted from the baseline."""

_INK_ABOVE, _INK_BELOW = 0.18, 0.12
"""Room between a box's edge and the highest or deepest mark in it, in ems."""

_BETWEEN_BOXES = 0.08
_CORNER = 0.2
_SHADOW, _SHADOW_REACH = 0.08, 0.24


@dataclass(frozen=True)
class _Setting:
    """A title's lines; all lengths in ems. Every box is as high as the highest line needs."""

    lines: tuple[Line, ...]

    @property
    def above(self) -> float:
        return max(_BOX_ABOVE, max(line.ink.top for line in self.lines) / UNITS_PER_EM + _INK_ABOVE)

    @property
    def below(self) -> float:
        return max(_BOX_BELOW, -min(line.ink.bottom for line in self.lines) / UNITS_PER_EM + _INK_BELOW)

    @property
    def leading(self) -> float:
        return self.above + self.below + _BETWEEN_BOXES

    @property
    def width(self) -> float:
        return max(line.width for line in self.lines) / UNITS_PER_EM + 2 * (_PADDING_ACROSS + _SHADOW_REACH)

    @property
    def height(self) -> float:
        return self.leading * len(self.lines) - _BETWEEN_BOXES + 2 * _SHADOW_REACH


@dataclass(frozen=True)
class _Card:
    image: Image
    x: int
    y: int


def title_patches(
    title: str,
    *,
    frames: int,
    size: tuple[int, int],
    look: CaptionLook,
    palette: Palette,
    language: str = "en",
) -> list[TimedPatch]:
    """Draw a title that comes and goes within the scene's `frames`; an empty title gives nothing.

    `size` is the film's width and height in pixels. Raises Invalid for a font studio does not have."""
    words = tokens(title, language)
    last = min(frames, round(TITLE_SECONDS * FRAMES_PER_SECOND))
    if not words or last <= 0:
        return []
    card = _card(words, size, look, palette, Typeface(look.font, max(look.weight, 700), language))
    return list(_animated(card, last))


def title_key(
    title: str,
    *,
    frames: int,
    size: tuple[int, int],
    look: CaptionLook,
    palette: Palette,
    language: str = "en",
) -> str:
    """A hash of everything that decides the pixels `title_patches` would give, without drawing them."""
    scene = [title, frames, size, asdict(look), asdict(palette), language]
    return hash_of(["title", TITLE_LAYOUT_VERSION, font_versions(), scene])


def _card(
    words: Sequence[Token], size: tuple[int, int], look: CaptionLook, palette: Palette, typeface: Typeface
) -> _Card:
    zone = title_zone(size)
    setting, em = _best_setting(words, look, typeface, zone, _LARGEST_EM * min(size))
    width, height = round(setting.width * em), round(setting.height * em)
    placed = list(_placed(setting, em, width))
    boxes = "".join(_box(line, setting, palette.accent) for line in placed)
    letters = "".join(line_drawing(line, _readable_on(palette.accent, palette.dark)) for line in placed)
    image = _with_shadow(drawn_svg(boxes + letters, width, height), round(_SHADOW * em))
    return _Card(image, round(zone.centre_x - width / 2), round(zone.centre_y - height / 2))


def _best_setting(
    words: Sequence[Token], look: CaptionLook, typeface: Typeface, zone: Zone, largest: float
) -> tuple[_Setting, float]:
    """The cut into lines that lets the letters be largest, and their em in pixels; few lines are better than many."""
    best = None
    for count in range(1, min(_MOST_LINES, len(words)) + 1):
        setting = _Setting(tuple(_evenest(words, count, look, typeface)))
        em = min(largest, zone.width / setting.width, (zone.bottom - zone.top) / setting.height)
        if best is None or em > best[1] * _GAIN_PER_LINE:
            best = (setting, em)
    assert best is not None, "a title has words"
    return best


def _placed(setting: _Setting, em: float, width: int) -> Iterator[PlacedLine]:
    for i, line in enumerate(setting.lines):
        x = (width - line.width * em / UNITS_PER_EM) / 2
        yield PlacedLine(line, x, em * (_SHADOW_REACH + setting.above + i * setting.leading), em)


def _evenest(words: Sequence[Token], most: int, look: CaptionLook, typeface: Typeface) -> list[Line]:
    """At most so many lines, the longest as short as can be; judged by columns and then set."""
    longest, whole = max(columns(word.text) for word in words), sum(columns(word.text) + 1 for word in words)
    for limit in range(longest, whole + 1):
        filled = _filled(words, limit)
        if len(filled) <= most:
            break
    return [_set(line, look, typeface) for line in filled]


def _filled(words: Sequence[Token], limit: int) -> list[list[Token]]:
    lines: list[list[Token]] = [[words[0]]]
    for word in words[1:]:
        width = sum(columns(member.text) + member.is_spaced for member in [*lines[-1], word])
        if width <= limit + lines[-1][0].is_spaced:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _set(words: Sequence[Token], look: CaptionLook, typeface: Typeface) -> Line:
    text = "".join((" " if i and word.is_spaced else "") + word.text for i, word in enumerate(words))
    shown = upper(text, typeface.language) if look.uppercase else text
    return set_line([Part(shown, 0)], typeface, right_to_left=reads_right_to_left(shown, typeface.language))


def _box(placed: PlacedLine, setting: _Setting, colour: str) -> str:
    em = placed.em_pixels
    x, y = placed.x - _PADDING_ACROSS * em, placed.baseline - setting.above * em
    width = placed.line.width * placed.scale + 2 * _PADDING_ACROSS * em
    height = (setting.above + setting.below) * em
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{_CORNER * em:.1f}"'
    return f'<rect {shape} fill="{colour}"/>'


def _readable_on(background: str, dark: str) -> str:
    """White where it stands out 3.5 to 1 or more (WCAG 2 asks 3 of large letters), else the palette's dark or black."""
    if 1.05 / (_luminance(background) + 0.05) >= 3.5:
        return "#ffffff"
    return dark if _luminance(dark) < 0.1 else "#101014"


def _luminance(colour: str) -> float:
    share = rgb(colour) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _with_shadow(image: Image, pixels: int) -> Image:
    """A soft black shadow under the drawing, fallen by as many pixels."""
    solid = image[..., 3].astype(np.float32) / 255
    blurred = np.asarray(cv2.GaussianBlur(np.roll(solid, pixels, axis=0), (0, 0), max(1, pixels)), np.float32)
    alpha = solid + (1 - solid) * blurred * np.float32(0.4)
    colour = image[..., :3] * (solid / np.maximum(alpha, np.float32(1e-3)))[..., None]
    return np.asarray(np.rint(np.dstack([colour, alpha * 255])), np.uint8)


def _animated(card: _Card, last: int) -> Iterator[TimedPatch]:
    """Grows and fades in, stands still, fades out."""
    fade = min(_FADE_FRAMES, last // 3)
    for frame in range(fade):
        share = (frame + 1) / (fade + 1)
        yield _faded(card, frame, opacity=share, scale=1 - 0.16 * (1 - share) ** 2)
    yield TimedPatch(fade, last - fade, Patch.from_rgba(card.image, card.x, card.y))
    for frame in range(last - fade, last):
        share = (last - frame) / (fade + 1)
        yield _faded(card, frame, opacity=share, scale=1 - 0.06 * (1 - share))


def _faded(card: _Card, frame: int, *, opacity: float, scale: float) -> TimedPatch:
    image, right, down = scaled_about_centre(card.image, scale)
    image[..., 3] = np.rint(image[..., 3] * opacity)
    return TimedPatch(frame, frame + 1, Patch.from_rgba(image, card.x + right, card.y + down))
