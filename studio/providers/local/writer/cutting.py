"""Cutting spoken text into scenes: which sentences share a picture, and where a long one changes it halfway."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from studio.domain.formats import FormatRules
from studio.domain.language import STOP_WORDS, primary_language
from studio.domain.reading import spoken_seconds

_CLAUSE_END = re.compile(
    r"(?<=[,;:—–،؛])\s+|(?<=[、，；：])"
    r"|\s+(?=(?:and|but|because|which|while|mas|porque|enquanto|pero|mientras|mais|parce|qui|und|aber|weil|ma|perché|mentre)\s)"
)
_SHORTEST_CLAUSE_SECONDS = 1.6
_CLEAR_CLAUSE_SECONDS = 2.4
_OUT_OF_BOUNDS = 40.0
_OUTSIDE = 2.5
_INSIDE_SENTENCE = {
    ";": 1.2,
    ":": 1.2,
    "；": 1.2,
    "：": 1.2,
    "—": 1.2,
    "–": 1.2,
    ",": 2.5,
    "、": 2.5,
    "，": 2.5,
    "،": 2.5,
    "؛": 1.2,
}
_BETWEEN_WORDS = 4.0
_NEW_PARAGRAPH = -0.2
_OWN_SCENE = -0.6
_HOOK_SHARE = 0.6
_HOOK_WEIGHT = 2.0


@dataclass(frozen=True)
class Line:
    """A sentence as it will be spoken. `passage` is the paragraph it stood in, `heading` what it stood under."""

    text: str
    passage: int
    heading: str | None = None
    stands_alone: bool = False


@dataclass(frozen=True)
class _Piece:
    line: int
    text: str
    seconds: float
    ends_line: bool
    ends_passage: bool
    stands_alone: bool


@dataclass(frozen=True)
class Cut:
    """The words of one scene and the numbers of the lines they come from."""

    text: str
    lines: tuple[int, ...]
    seconds: float


def cut_into_scenes(lines: Sequence[Line], *, scenes: int, rules: FormatRules, language: str) -> list[Cut]:
    """Cut the lines into `scenes` scenes, each within the format's bounds where the text allows it.

    Fewer come out when there is too little text. The first scene is kept short, breaks fall between sentences and
    paragraphs rather than inside them, and every word stays in its place."""
    pieces = _pieces(lines, rules, language)
    total = sum(piece.seconds for piece in pieces)
    count = possible_scenes(total, scenes, rules, len(pieces))
    bounds = _best_bounds(pieces, count, total / max(1, count), rules)
    return [_cut(pieces[start:end], language) for start, end in bounds]


def possible_scenes(seconds: float, wanted: int, rules: FormatRules, most: int) -> int:
    """The number of scenes nearest to the wanted that leaves each within the bounds of the format."""
    fewest = math.ceil(seconds / rules.scene_maximum_seconds - 1e-6)
    largest = max(1, math.floor(seconds / rules.scene_minimum_seconds + 1e-6))
    return max(1, min(max(wanted, fewest), largest, most))


def _pieces(lines: Sequence[Line], rules: FormatRules, language: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for number, line in enumerate(lines):
        clauses = _clauses(line.text, rules, language)
        ends_passage = number + 1 == len(lines) or lines[number + 1].passage != line.passage
        for place, clause in enumerate(clauses):
            is_last = place == len(clauses) - 1
            seconds = spoken_seconds(clause, language)
            pieces.append(_Piece(number, clause, seconds, is_last, is_last and ends_passage, line.stands_alone))
    return pieces


def _clauses(text: str, rules: FormatRules, language: str) -> list[str]:
    clauses: list[str] = []
    for part in filter(None, _CLAUSE_END.split(text)):
        if clauses and not _may_part(clauses[-1], part, language):
            clauses[-1] = _join(clauses[-1], part)
        else:
            clauses.append(part)
    if len(clauses) > 1 and spoken_seconds(clauses[-1], language) < _SHORTEST_CLAUSE_SECONDS:
        last = clauses.pop()
        clauses[-1] = _join(clauses[-1], last)
    return [part for clause in clauses for part in _halves(clause, rules.scene_maximum_seconds, language)]


def _may_part(before: str, after: str, language: str) -> bool:
    """Whether a picture may change here. The comma of `a fast, clever animal` is no place for it."""
    seconds = spoken_seconds(before, language)
    if seconds < _SHORTEST_CLAUSE_SECONDS or before[-1] not in ",،":
        return seconds >= _SHORTEST_CLAUSE_SECONDS
    small_words = STOP_WORDS.get(primary_language(language), frozenset())
    starts_clause = re.split(r"[\s'’]", after.lower(), maxsplit=1)[0] in small_words
    return starts_clause or min(seconds, spoken_seconds(after, language)) >= _CLEAR_CLAUSE_SECONDS


def _halves(text: str, longest_seconds: float, language: str) -> list[str]:
    """A clause no scene can hold, cut at the spaces nearest to equal parts."""
    seconds = spoken_seconds(text, language)
    if seconds <= longest_seconds:
        return [text]
    count = math.ceil(seconds / (0.9 * longest_seconds))
    words = text.split() if " " in text.strip() else list(text)
    size = math.ceil(len(words) / count)
    joiner = " " if " " in text.strip() else ""
    return [joiner.join(words[start : start + size]) for start in range(0, len(words), size)]


def _join(first: str, second: str) -> str:
    spaceless = first[-1:] in "、，；：。！？" or (first[-1:] > "\u2e80" and second[:1] > "\u2e80")
    return first + ("" if spaceless else " ") + second


def _best_bounds(pieces: Sequence[_Piece], count: int, target: float, rules: FormatRules) -> list[tuple[int, int]]:
    """The cheapest division of the pieces into `count` runs, by dynamic programming over their ends."""
    best: list[list[float]] = [[math.inf] * (len(pieces) + 1) for _ in range(count + 1)]
    came_from = [[0] * (len(pieces) + 1) for _ in range(count + 1)]
    best[0][0] = 0.0
    for number in range(1, count + 1):
        for end in range(number, len(pieces) + 1):
            seconds = 0.0
            for start in range(end - 1, number - 2, -1):
                seconds += pieces[start].seconds
                cost = best[number - 1][start] + _cost(pieces[start:end], seconds, target, rules, number == 1)
                if cost < best[number][end]:
                    best[number][end], came_from[number][end] = cost, start
                if seconds > 4 * rules.scene_maximum_seconds:
                    break
    return _walk_back(came_from, count, len(pieces)) if math.isfinite(best[count][-1]) else [(0, len(pieces))]


def _cost(run: Sequence[_Piece], seconds: float, target: float, rules: FormatRules, is_first: bool) -> float:
    aim = max(rules.scene_minimum_seconds, _HOOK_SHARE * target) if is_first else target
    cost = (_HOOK_WEIGHT if is_first else 1.0) * ((seconds - aim) / target) ** 2
    is_outside = not rules.scene_minimum_seconds <= seconds <= rules.scene_maximum_seconds
    cost += _OUTSIDE * is_outside + _OUT_OF_BOUNDS * max(
        0.0, seconds / rules.scene_maximum_seconds - 1, 1 - seconds / rules.scene_minimum_seconds
    )
    cost += 0.0 if run[-1].ends_line else _INSIDE_SENTENCE.get(run[-1].text[-1], _BETWEEN_WORDS)
    cost += _NEW_PARAGRAPH if run[-1].ends_passage else 0.0
    return cost + (_OWN_SCENE if all(piece.stands_alone for piece in run) else 0.0)


def _walk_back(came_from: Sequence[Sequence[int]], count: int, end: int) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    for number in range(count, 0, -1):
        start = came_from[number][end]
        bounds.insert(0, (start, end))
        end = start
    return bounds


def _cut(run: Sequence[_Piece], language: str) -> Cut:
    text = run[0].text
    for piece in run[1:]:
        text = _join(text, piece.text)
    return Cut(text, tuple(dict.fromkeys(piece.line for piece in run)), spoken_seconds(text, language))
