"""Laying a caption page out: one line or two, at the look's size or smaller, centred in the zone that stays free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studio.domain.style import CaptionLook
from studio.render.bidi import reads_right_to_left
from studio.render.coverage import PlacedLine
from studio.render.fonts import UNITS_PER_EM, Typeface
from studio.render.lines import Line, Part, set_line, upper
from studio.render.script_runs import clusters
from studio.render.words import Page
from studio.render.zones import Zone, caption_zone

_MEAN_COLUMN = 0.62
"""Width of an average bold lower-case letter in ems (Montserrat 800); only for choosing pages, lines are measured."""

_MOST_COLUMNS = 18
_LEADING, _TALL_LEADING = 1.14, 1.42
_MIDDLE_OF_LETTERS = 0.35
"""Height above the baseline, in ems, that looks like the middle of a line."""

_SMALLEST_WHOLE = 0.68
"""A single word that would have to shrink below this share of the look's size is hyphenated instead."""


@dataclass(frozen=True)
class _Setting:
    """Lines and the em at which they fit, in pixels."""

    lines: tuple[Line, ...]
    em_pixels: float


def caption_em(size: tuple[int, int], look: CaptionLook) -> float:
    """The look's font size in pixels of this film."""
    return look.size * min(size)


def line_columns(size: tuple[int, int], look: CaptionLook) -> int:
    """How many letters fit on one caption line, at most 18."""
    fitting = caption_zone(size).width / (caption_em(size, look) * _MEAN_COLUMN)
    return max(6, min(_MOST_COLUMNS, int(fitting)))


def lay_out_page(
    page: Page, size: tuple[int, int], look: CaptionLook, typeface: Typeface, *, margin: int
) -> list[PlacedLine]:
    """Place the page's words; word `i` of the page is `Piece.word == i`. `margin` is what is painted around letters."""
    zone = caption_zone(size)
    setting = _best_setting(_parts(page, look, typeface.language), typeface, caption_em(size, look), zone, margin)
    return _placed(setting, zone, margin)


def _parts(page: Page, look: CaptionLook, language: str) -> list[Part]:
    parts: list[Part] = []
    for i, token in enumerate(page):
        if i and token.is_spaced:
            parts.append(Part(" ", None))
        parts.append(Part(upper(token.text, language) if look.uppercase else token.text, i))
    return parts


def _best_setting(parts: list[Part], typeface: Typeface, em: float, zone: Zone, margin: int) -> _Setting:
    """One line if it fits, else the most even two, made smaller when even they are too wide."""
    room = (zone.width - 2 * margin) * UNITS_PER_EM
    right_to_left = reads_right_to_left("".join(part.text for part in parts), typeface.language)
    whole = set_line(parts, typeface, right_to_left=right_to_left)
    longest = room / em
    if _ink_width(whole) <= longest:
        return _Setting((whole,), em)
    pairs = [
        tuple(set_line(half, typeface, right_to_left=right_to_left) for half in halves)
        for halves in _halves(parts, whole, longest)
    ]
    lines = min([(whole,), *pairs], key=_widest)
    return _Setting(lines, min(em, room / _widest(lines)))


def _halves(parts: list[Part], whole: Line, longest: float) -> Iterator[tuple[list[Part], list[Part]]]:
    words = [i for i, part in enumerate(parts) if part.word is not None]
    for i in words[1:]:
        first = parts[:i]
        yield (first[:-1] if first[-1].word is None else first), parts[i:]
    if len(words) == 1 and longest / _ink_width(whole) < _SMALLEST_WHOLE:
        yield _hyphenated(parts[0])


def _hyphenated(part: Part) -> tuple[list[Part], list[Part]]:
    characters = clusters(part.text)
    middle = (len(characters) + 1) // 2
    first, second = "".join(characters[:middle]), "".join(characters[middle:])
    hyphen = "-" if first[-1].isalnum() and second[0].isalnum() else ""
    return [Part(first + hyphen, part.word)], [Part(second, part.word)]


def _ink_width(line: Line) -> float:
    return max(1.0, line.ink.right - line.ink.left)


def _widest(lines: Sequence[Line]) -> float:
    return max(map(_ink_width, lines))


def _placed(setting: _Setting, zone: Zone, margin: int) -> list[PlacedLine]:
    em, count = setting.em_pixels, len(setting.lines)
    leading = em * (_TALL_LEADING if any(line.is_tall for line in setting.lines) else _LEADING)
    first = zone.centre_y + _MIDDLE_OF_LETTERS * em - leading * (count - 1) / 2
    placed = [_centred(line, zone, first + i * leading, em) for i, line in enumerate(setting.lines)]
    return _kept_inside(placed, zone, margin)


def _centred(line: Line, zone: Zone, baseline: float, em: float) -> PlacedLine:
    middle = (line.ink.left + line.ink.right) / 2
    return PlacedLine(line, zone.centre_x - middle * em / UNITS_PER_EM, baseline, em)


def _kept_inside(lines: list[PlacedLine], zone: Zone, margin: int) -> list[PlacedLine]:
    """Scripts with deep marks may reach below the zone; then the whole page moves up."""
    bottom = max(line.edges[3] for line in lines) + margin
    top = min(line.edges[1] for line in lines) - margin
    shift = min(0.0, zone.bottom - bottom) or max(0.0, zone.top - top)
    return [PlacedLine(line.line, line.x, line.baseline + shift, line.em_pixels) for line in lines]
