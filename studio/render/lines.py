"""Setting one line of text: runs in visual order, each with its outline and its place. Nothing is drawn here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from studio.render.bidi import levels, reads_right_to_left, visual_order
from studio.render.fonts import EMOJI, Typeface
from studio.render.script_runs import script_runs
from studio.render.shaping import Box, ShapedRun, shape

_TALL_SCRIPTS = frozenset(
    f"Noto Sans {script}"
    for script in (
        *("Arabic", "Devanagari", "Thai", "Bengali", "Tamil", "Telugu", "Kannada", "Malayalam", "Gujarati"),
        *("Gurmukhi", "Oriya", "Sinhala", "Khmer", "Lao", "Myanmar"),
    )
)


@dataclass(frozen=True)
class Part:
    """A stretch of a line that belongs to one word; spaces between words belong to none (`word` is None)."""

    text: str
    word: int | None


@dataclass(frozen=True)
class Piece:
    """Outlines of one run of one word, `x` thousandths of an em from the line's left end."""

    x: float
    run: ShapedRun
    word: int | None
    is_emoji: bool


@dataclass(frozen=True)
class Line:
    """A set line. Lengths are thousandths of an em; `ink` is what is really painted, y up from the baseline."""

    pieces: tuple[Piece, ...]
    width: float
    ink: Box
    is_right_to_left: bool
    is_tall: bool
    """Whether a script with marks far above or below the letters asks for more room between lines."""


@dataclass(frozen=True)
class _Run:
    text: str
    family: str
    level: int
    word: int | None


def set_line(parts: Sequence[Part], typeface: Typeface, *, right_to_left: bool) -> Line:
    """Shape the parts, which follow each other in reading order, and place them from left to right."""
    runs = visual_order(list(_runs(parts, typeface, right_to_left)), lambda run: run.level)
    pieces, across = [], 0.0
    for run in runs:
        shaped = shape(run.text, run.family, typeface.weight, right_to_left=bool(run.level % 2))
        pieces.append(Piece(across, shaped, run.word, run.family == EMOJI))
        across += shaped.advance
    is_tall = any(run.family in _TALL_SCRIPTS for run in runs)
    return Line(tuple(pieces), across, _ink(pieces), right_to_left, is_tall)


def set_text(text: str, typeface: Typeface) -> Line:
    """Set a cleaned text on one line, as one word."""
    return set_line([Part(text, 0)], typeface, right_to_left=reads_right_to_left(text, typeface.language))


def upper(text: str, language: str) -> str:
    """Capitals as the language writes them: Turkish keeps its dot, Greek drops its accents."""
    primary = language.lower().split("-")[0]
    if primary in {"tr", "az"}:
        text = text.replace("i", "İ")
    if primary == "el":
        bare = "".join(mark for mark in unicodedata.normalize("NFD", text) if mark != "\u0301")
        text = unicodedata.normalize("NFC", bare)
    return text.upper()


def _runs(parts: Sequence[Part], typeface: Typeface, right_to_left: bool) -> Iterator[_Run]:
    """Cut wherever the word, the family or the direction changes."""
    text = "".join(part.text for part in parts)
    words = [part.word for part in parts for _ in part.text]
    found = levels(text, right_to_left=right_to_left)
    for script_run in script_runs(text, typeface):
        indices = range(script_run.start, script_run.end)
        for (word, level), same in groupby(indices, key=lambda i: (words[i], found[i])):
            inside = list(same)
            yield _Run(text[inside[0] : inside[-1] + 1], script_run.family, level, word)


def _ink(pieces: Sequence[Piece]) -> Box:
    boxes = [piece.run.ink.moved(piece.x) for piece in pieces if piece.run.ink]
    ink = boxes[0] if boxes else Box(0, 0, 0, 0)
    for box in boxes[1:]:
        ink = ink.joined(box)
    return ink
