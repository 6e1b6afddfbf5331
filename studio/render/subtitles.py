"""Sidecar subtitles: the narration as cues a player can show or switch off, in SubRip and WebVTT."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from studio.domain.ports import WordTime
from studio.render.words import Span, Token, columns, token_spans, tokens

LINE_COLUMNS = 42
"""Longest line in columns, Han characters counting two (the usual limit of broadcasters' style guides)."""

LONGEST_SECONDS = 7.0
SHORTEST_SECONDS = 1.0
_HOLD_SECONDS = 0.4
_CLAUSE_FILL = 0.5
"""A cue ends at a comma once it is this full."""


@dataclass(frozen=True)
class Cue:
    """Up to two lines, shown from `start_seconds` to `end_seconds` of the film."""

    start_seconds: float
    end_seconds: float
    lines: tuple[str, ...]


def cues(text: str, words: Sequence[WordTime], offset_seconds: float = 0.0, *, language: str = "en") -> list[Cue]:
    """Cut a narration into cues in order, never two at once; `offset_seconds` is where the speech begins."""
    found = tokens(text, language)
    spans = token_spans(found, words)
    if not spans:
        return []
    timed = list(zip(found, spans, strict=True))
    cut = [_cue(group, offset_seconds) for group in _groups(timed)]
    return list(_with_readable_ends(cut))


def srt(found: Sequence[Cue]) -> str:
    """The cues as a SubRip file."""
    blocks = (
        f"{number}\n{_clock(cue.start_seconds, ',')} --> {_clock(cue.end_seconds, ',')}\n{_body(cue, _plain)}\n"
        for number, cue in enumerate(found, start=1)
    )
    return "\n".join(blocks)


def vtt(found: Sequence[Cue]) -> str:
    """The cues as a WebVTT file."""
    blocks = (
        f"{_clock(cue.start_seconds, '.')} --> {_clock(cue.end_seconds, '.')}\n{_body(cue, _escaped)}\n"
        for cue in found
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _groups(timed: Sequence[tuple[Token, Span]]) -> Iterator[list[tuple[Token, Span]]]:
    group: list[tuple[Token, Span]] = []
    for token, span in timed:
        if group and not _has_room(group, token, span):
            yield group
            group = []
        group.append((token, span))
        if token.ends_sentence or (token.ends_clause and _width(group) > _CLAUSE_FILL * 2 * LINE_COLUMNS):
            yield group
            group = []
    if group:
        yield group


def _has_room(group: list[tuple[Token, Span]], token: Token, span: Span) -> bool:
    parts = [member for member, _ in group] + [token]
    is_short_enough = span.end_seconds - group[0][1].start_seconds <= LONGEST_SECONDS
    return is_short_enough and all(columns(line) <= LINE_COLUMNS for line in _lines(parts))


def _width(group: list[tuple[Token, Span]]) -> int:
    return columns(_joined([token for token, _ in group]))


def _cue(group: list[tuple[Token, Span]], offset_seconds: float) -> Cue:
    start = offset_seconds + group[0][1].start_seconds
    end = offset_seconds + group[-1][1].end_seconds
    return Cue(start, end, _lines([token for token, _ in group]))


def _lines(parts: Sequence[Token]) -> tuple[str, ...]:
    """One line if it fits, else the most even two."""
    whole = _joined(parts)
    if columns(whole) <= LINE_COLUMNS or len(parts) == 1:
        return (whole,)
    halves = ((_joined(parts[:i]), _joined(parts[i:])) for i in range(1, len(parts)))
    return min(halves, key=lambda half: max(columns(half[0]), columns(half[1])))


def _joined(parts: Sequence[Token]) -> str:
    return "".join((" " if i and token.is_spaced else "") + token.text for i, token in enumerate(parts))


def _with_readable_ends(found: Sequence[Cue]) -> Iterator[Cue]:
    """Cues stay a little after the last word, and at least a second, as far as the next one lets them."""
    for i, cue in enumerate(found):
        wanted = max(cue.end_seconds + _HOLD_SECONDS, cue.start_seconds + SHORTEST_SECONDS)
        limit = found[i + 1].start_seconds if i + 1 < len(found) else wanted
        yield replace(cue, end_seconds=max(cue.start_seconds, min(wanted, limit)))


def _body(cue: Cue, written: Callable[[str], str]) -> str:
    return "\n".join(map(written, cue.lines))


def _plain(line: str) -> str:
    return line.replace("-->", "→")


def _escaped(line: str) -> str:
    return escape(line, quote=False)


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
