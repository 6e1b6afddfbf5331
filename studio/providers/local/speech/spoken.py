"""English as it is said where hibari's own rules do not reach: addresses, hashtags, handles; and which spoken words
belong to which written ones."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from studio.providers.local.speech.wording import CLAUSE_MARKS, CLOSERS, SENTENCE_MARKS

_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_ADDRESS = re.compile(r"^(?:https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)$", re.IGNORECASE)
_SIGNS = {".": " dot ", "/": " slash ", "@": " at ", "-": " dash ", "_": " underscore ", "?": " ", "&": " and "}
_TAIL = re.compile(rf"[{SENTENCE_MARKS}{CLAUSE_MARKS}{CLOSERS}]*$")
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNSPEAKABLE = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d*_`~|^]")


def spoken(sentence: str) -> str:
    """The sentence with its addresses, hashtags and markup written out; all else is left to the engine."""
    return " ".join(_spoken_word(word) for word in sentence.split())


def _spoken_word(word: str) -> str:
    tail = _TAIL.search(word)
    body, end = (word[: tail.start()], tail.group()) if tail else (word, "")
    if _ADDRESS.match(body) and not body.replace(".", "").isdigit():
        return _address(body) + end
    if body.startswith("#") and body[1:2].isalpha():
        return "hashtag " + _INNER_CAPITAL.sub(" ", body[1:]) + end
    if body.startswith("@") and len(body) > 1:
        return "at " + body[1:] + end
    return _UNSPEAKABLE.sub("", word).replace("](", "] (")


def _address(body: str) -> str:
    bare = _SCHEME.sub("", body).rstrip("/")
    return " ".join("".join(_SIGNS.get(character, character) for character in bare).split())


def written_times(
    written: Sequence[str], said: Sequence[str], said_times: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Times of the written words from those of the spoken ones. Where the two differ ("5km", "five kilometers") the
    differing stretches share their time evenly; a word that is not spoken gets the moment where it stands."""
    bounds: list[list[float]] = [[] for _ in written]
    for number, low, high in _shares(written, said):
        start, end = said_times[number]
        for word in range(int(low), min(len(written), math.ceil(high))):
            inside = (max(low, word), min(high, word + 1))
            bounds[word] += [start + (end - start) * (edge - low) / (high - low) for edge in inside]
    return _filled(bounds)


def _filled(bounds: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    times: list[tuple[float, float]] = []
    for found in bounds:
        previous = times[-1][1] if times else 0.0
        times.append((min(found), max(found)) if found else (previous, previous))
    return times


def _shares(written: Sequence[str], said: Sequence[str]) -> list[tuple[int, float, float]]:
    """For each spoken word that belongs to written ones: its number, and the stretch of written words it covers,
    counted in words (2.0 to 3.0 is the third word)."""
    matcher = SequenceMatcher(None, [_bare(word) for word in written], [_bare(word) for word in said], autojunk=False)
    shares: list[tuple[int, float, float]] = []
    for _, first, last, start, end in matcher.get_opcodes():
        if first == last or start == end:
            continue
        edges = np.round(np.linspace(first, last, end - start + 1), 6)
        shares += [(start + k, float(edges[k]), float(edges[k + 1])) for k in range(end - start)]
    return shares


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).lower() or word
