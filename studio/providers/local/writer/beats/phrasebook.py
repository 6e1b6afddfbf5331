"""The shape of the sentences an outline is made of, and how a topic is told to be a question, a list or a story."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class TopicKind(StrEnum):
    WHY = "why"
    HOW = "how"
    LIST = "list"
    VERSUS = "versus"
    STORY = "story"
    WHAT = "what"


@dataclass(frozen=True)
class Beat:
    """One scene of an outline: what stands on screen, the sentence that must be said, and more if there is time."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Phrasebook:
    """All beats of one language. `core` belongs to a kind of topic; `before` and `after` fit any and stand around it.

    `number` holds `{number}`, `numbers` holds `{first}` and `{last}`; a list counts with them, as do films longer than
    all beats, and `numbered` says more about each item. `links` fit between any two thoughts and fill a long scene."""

    language: str
    kinds: Mapping[TopicKind, re.Pattern[str]]
    openings: Mapping[TopicKind, tuple[str, ...]]
    core: Mapping[TopicKind, tuple[Beat, ...]]
    before: tuple[Beat, ...]
    after: tuple[Beat, ...]
    number: str
    numbers: str
    numbered: tuple[str, ...]
    links: tuple[str, ...]
    closing: Beat

    def kind_of(self, topic: str) -> TopicKind:
        return next((kind for kind, pattern in self.kinds.items() if pattern.search(topic)), TopicKind.WHAT)


def phrasebook(
    language: str,
    *,
    kinds: Mapping[str, str],
    openings: Mapping[str, str],
    core: Mapping[str, str],
    before: str,
    after: str,
    number: str,
    numbers: str,
    numbered: str,
    links: str,
    closing: str,
) -> Phrasebook:
    """Read a phrasebook written one beat a line: the title, then its sentences, with `|` between them.

    A line that starts with `|` continues the beat above it."""
    return Phrasebook(
        language=language,
        kinds={TopicKind(kind): re.compile(pattern, re.IGNORECASE) for kind, pattern in kinds.items()},
        openings={TopicKind(kind): _parts(line) for kind, line in openings.items()},
        core={TopicKind(kind): _beats(lines) for kind, lines in core.items()},
        before=_beats(before),
        after=_beats(after),
        number=number,
        numbers=numbers,
        numbered=_parts(numbered),
        links=_parts(links),
        closing=_beats(closing)[0],
    )


def _beats(lines: str) -> tuple[Beat, ...]:
    parts = [_parts(line) for line in re.sub(r"\n\s*\|", "|", lines.strip()).splitlines()]
    return tuple(Beat(title, tuple(sentences)) for title, *sentences in parts)


def _parts(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split("|"))
