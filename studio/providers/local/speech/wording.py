"""Where words, clauses and sentences begin and end in a text, in scripts with and without spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]
"""Start and end of a piece of text, in characters, end exclusive."""

SENTENCE_MARKS = ".!?\u2026\u061f\u0964\u3002\uff0e\uff01\uff1f"
"""Full stops, exclamation and question marks of Latin, Arabic, Devanagari, Japanese and Chinese."""
CLAUSE_MARKS = ",;:\u2014\u2013\u060c\u061b\u3001\uff0c\uff1b\uff1a"
CLOSERS = "\"'\u2019\u201d\u00bb)\\]\u300d\u300f\uff09"
"""What may close a quotation or parenthesis after such a mark; safe inside a regular expression's brackets."""
OPENERS = "\"'\u2018\u201c\u00ab([\u00bf\u00a1"

_WIDE_CLAUSE = "\u3001\uff0c\uff1b\uff1a"
_WIDE_SENTENCE = "\u3002\uff0e\uff01\uff1f"
_WIDE = _WIDE_CLAUSE + _WIDE_SENTENCE + "\u2026"
_TOKEN = re.compile(r"\S+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_UNSPACED_CLAUSE = re.compile(f"[^{_WIDE}]+[{_WIDE}]*[{CLOSERS}]*|[{_WIDE}]+")
_SENTENCE_END = re.compile(rf"[{SENTENCE_MARKS}]+[{CLOSERS}]*(?=\s)|[{_WIDE_SENTENCE}]+[{CLOSERS}]*|\n\s*")
_CLAUSE_END = re.compile(rf"[{CLAUSE_MARKS}][{CLOSERS}]*(?=\s)|[{_WIDE_CLAUSE}]")
_ABBREVIATIONS = re.compile(
    "(?:mrs?|ms|dra?|profa?|st|sra?|jr|vs|etc|nr|art|fig|vol|inc|ltd|approx|av|p\u00e1g|hr|bzw|ca|[^\\W\\d_])$",
    re.IGNORECASE,
)
"""What a point may follow without ending a sentence; single letters are initials."""


def words(text: str) -> list[Span]:
    """The words of a text in order: what stands between white space, with the punctuation that touches it.

    Runs of Japanese, Chinese, Thai and the like are divided after their clause punctuation."""
    return [part for token in _TOKEN.finditer(text) for part in _parts(text, token.start(), token.end())]


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    if not _UNSPACED.search(text, start, end):
        yield start, end
        return
    for clause in _UNSPACED_CLAUSE.finditer(text, start, end):
        yield clause.span()


def is_unspaced(piece: str) -> bool:
    """Whether the piece holds a script that is written without spaces."""
    return _UNSPACED.search(piece) is not None


def sentences(text: str, longest_chars: int = 280) -> list[Span]:
    """Sentences and line breaks as spans without surrounding white space, longer ones divided where a speaker would
    breathe: after a clause, else between words."""
    found: list[Span] = []
    start = 0
    for mark in _SENTENCE_END.finditer(text):
        if _ends_sentence(text, mark):
            found.append((start, mark.end()))
            start = mark.end()
    found.append((start, len(text)))
    trimmed = [_trim(text, span) for span in found]
    return [part for span in trimmed if span[0] < span[1] for part in _divide(text, span, longest_chars)]


def _ends_sentence(text: str, mark: re.Match[str]) -> bool:
    if not mark.group().startswith("."):
        return True
    rest = text[mark.end() :].lstrip()
    if rest[:1].islower():
        return False
    before = text[: mark.start()].rsplit(maxsplit=1)[-1:] or [""]
    return not _ABBREVIATIONS.match(before[0].lstrip(OPENERS))


def _trim(text: str, span: Span) -> Span:
    piece = text[span[0] : span[1]]
    start = span[0] + len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _divide(text: str, span: Span, longest_chars: int) -> list[Span]:
    if span[1] - span[0] <= longest_chars:
        return [span]
    cut = _best_cut(text, span)
    if cut is None:
        return [span]
    halves = (_trim(text, (span[0], cut)), _trim(text, (cut, span[1])))
    return [part for half in halves for part in _divide(text, half, longest_chars)]


def _best_cut(text: str, span: Span) -> int | None:
    """The clause end nearest the middle, else the space nearest it; None for a single word."""
    middle = (span[0] + span[1]) // 2
    fifth = (span[1] - span[0]) // 5
    clauses = [mark.end() for mark in _CLAUSE_END.finditer(text, span[0] + fifth, span[1] - fifth)]
    cuts = clauses or [mark.end() for mark in re.finditer(r"\s", text[: span[1]]) if mark.start() > span[0]]
    return min(cuts, key=lambda cut: abs(cut - middle), default=None)


def pause_after(text: str, end: int) -> float:
    """Seconds of rest a narrator leaves after the piece of text that ends at `end`."""
    gap = text[end : len(text) - len(text[end:].lstrip())]
    mark = last_mark(text[:end])
    if "\n" in gap:
        return 0.45
    if mark in SENTENCE_MARKS:
        return 0.3
    return 0.16 if mark in CLAUSE_MARKS else 0.05


def last_mark(piece: str) -> str:
    """The last character that is not a closing quotation mark or parenthesis; a space for an empty piece."""
    return piece.rstrip(CLOSERS)[-1:] or " "
