"""From words to pictograms and places: what a sentence shows, best first, and nothing at all when it shows nothing."""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from studio.providers.local.image.pictograms import read_data, shipped_pictograms
from studio.providers.local.image.words import base_language, stem, tokens

LANGUAGES = frozenset({"en", "pt", "es", "fr", "de", "it", "nl", "pl", "ru", "uk", "hi", "ja", "ko", "zh"})
"""Languages with a word list; every other one gets scenes without pictograms."""

_GRADE_WEIGHTS = (4.2, 1.6, 1.0)
"""A pictogram's whole name, a word of its name, one of its keywords."""
_CURATED_WEIGHTS = (4.0, 2.4)
_LEAST_SCORE = 0.6
_SURE_SHARE = 0.62
_LEAST_SHARE = 0.36
"""Of the best score: what is weaker is a chance hit beside a sure one; a second choice is only wanted alone."""
_MOST_PICTOGRAMS_A_WORD = 14
"""Words such as `animal` or `nature` match a hundred pictograms and so say nothing."""
_SHORTEST_WORD = {"ja": 1, "zh": 1, "ko": 1}


_NUMBERS = {
    "en": {"two": 2, "three": 3, "four": 4, "five": 5},
    "pt": {"dois": 2, "duas": 2, "doi": 2, "dua": 2, "tres": 3, "tre": 3, "quatro": 4, "cinco": 5},
    "es": {"dos": 2, "tres": 3, "cuatro": 4, "cinco": 5},
    "fr": {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5},
    "de": {"zwei": 2, "drei": 3, "vier": 4, "funf": 5},
    "it": {"due": 2, "tre": 3, "quattro": 4, "cinque": 5},
}


@dataclass(frozen=True)
class Passage:
    """Some words and how much they count."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Match:
    pictogram: str
    score: float


def find_pictograms(passages: Sequence[Passage], language: str, most: int = 4) -> list[Match]:
    """The pictograms that fit the passages, best first. A rare word beats a common one, a name beats a keyword."""
    scores: dict[str, float] = defaultdict(float)
    for passage in passages:
        for order, word in enumerate(_known_phrases(passage.text, base_language(language))):
            # The earlier of two equal words wins, so that the subject of the sentence leads.
            for name, score in _scores_of(word, base_language(language)).items():
                scores[name] += passage.weight * score * (1 - min(order, 60) * 0.002)
    least = max(_LEAST_SCORE, _LEAST_SHARE * max(scores.values(), default=0))
    found = [Match(name, score) for name, score in scores.items() if score >= least]
    ranked = _without_twins(sorted(found, key=lambda match: (-match.score, match.pictogram)))
    sure = [match for match in ranked if match.score >= _SURE_SHARE * ranked[0].score]
    return (sure if len(sure) > 1 else ranked[:2])[:most]


def find_counts(passages: Sequence[Passage], language: str) -> dict[str, int]:
    """How many of a thing the words speak of, where they say so: `three hearts` are three."""
    counts: dict[str, int] = {}
    numbers = _NUMBERS.get(base_language(language), {})
    for passage in passages:
        words = [stem(token, language) for token in tokens(passage.text, language)]
        for number, thing in pairwise(words):
            scores = _scores_of(thing, base_language(language)) if number in numbers else {}
            if scores:
                counts.setdefault(max(scores, key=lambda name: (scores[name], name)), numbers[number])
    return counts


def find_settings(passages: Sequence[Passage], language: str) -> tuple[str, ...]:
    """The places that most words speak of, several when as many speak of each; none when they speak of none."""
    places = _settings().get(base_language(language), {})
    counts: dict[str, float] = defaultdict(float)
    for passage in passages:
        for word in _phrases(passage.text, language):
            if word in places:
                counts[places[word]] += passage.weight * (2 if " " in word else 1)
    most = max(counts.values(), default=0.0)
    return tuple(sorted(place for place, count in counts.items() if count == most))


def _phrases(text: str, language: str) -> list[str]:
    """Every word and every pair and triple of neighbours once, longest first and in order."""
    words = [stem(token, language) for token in tokens(text, language)]
    runs = [" ".join(words[start : start + size]) for size in (3, 2) for start in range(len(words) - size + 1)]
    return list(dict.fromkeys([*runs, *words]))


def _known_phrases(text: str, language: str) -> list[str]:
    """As `_phrases`, but a word inside a longer known phrase is spent: `black hole` is no hole."""
    spent: set[str] = set()
    known: list[str] = []
    for phrase in _phrases(text, language):
        if phrase in spent:
            continue
        if " " not in phrase:
            known.append(phrase)
        elif phrase in _concepts().get(language, {}) or phrase in _word_list(language):
            known.append(phrase)
            spent.update(phrase.split())
    return known


def _scores_of(word: str, language: str) -> dict[str, float]:
    curated = _concepts().get(language, {})
    if word in curated:
        return dict(zip(curated[word], _CURATED_WEIGHTS, strict=False))
    if len(word) < _SHORTEST_WORD.get(language, 3):
        return {}
    scores: dict[str, float] = {}
    count = 0
    for weight, names in zip(_GRADE_WEIGHTS, _word_list(language).get(word, ()), strict=False):
        count += len(names)
        if count <= _MOST_PICTOGRAMS_A_WORD:
            scores |= dict.fromkeys(names, weight / sqrt(max(count, 1)))
    return scores


def _without_twins(matches: Iterable[Match]) -> list[Match]:
    """Drop `cat-face` after `cat`: two pictograms of one thing tell no more than one."""
    kept: list[Match] = []
    for match in matches:
        if not any(_root(match.pictogram) == _root(other.pictogram) for other in kept):
            kept.append(match)
    return kept


def _root(name: str) -> str:
    parts = [
        part for part in name.split("-") if part not in {"face", "open", "closed", "waxing", "waning", "with", "and"}
    ]
    return parts[-1] if parts else name


@lru_cache(maxsize=4)
def _word_list(language: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    if language not in LANGUAGES:
        return {}
    names = shipped_pictograms().names
    lines = lzma.decompress(read_data(f"words-{language}.xz")).decode().split("\n")
    rows = (line.split("\t") for line in lines)
    return {row[0]: tuple(tuple(names[int(n)] for n in cell.split()) for cell in row[1:]) for row in rows}


@lru_cache(maxsize=1)
def _concepts() -> dict[str, dict[str, tuple[str, ...]]]:
    table: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for language, words, icons in _rows("concepts.txt"):
        table[language] |= dict.fromkeys(words, tuple(icon.strip() for icon in icons.split(",") if icon.strip()))
    return dict(table)


@lru_cache(maxsize=1)
def _settings() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = defaultdict(dict)
    for language, words, place in _rows("settings.txt"):
        table[language] |= dict.fromkeys(words, place.strip())
    return dict(table)


def _rows(name: str) -> list[tuple[str, list[str], str]]:
    lines = [line for line in read_data(name).decode().splitlines() if line and not line.startswith("#")]
    return [_row(*(cell.strip() for cell in line.split("|"))) for line in lines]


def _row(language: str, words: str, value: str) -> tuple[str, list[str], str]:
    stems = [" ".join(stem(token, language) for token in tokens(word, language)) for word in words.split(",")]
    return language, stems, value
