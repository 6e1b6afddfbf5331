"""Word times where an engine gives none: characters spread over the stretches in which speech is heard.

Rests are first matched with the gaps between words, preferring those after punctuation; then each word gets the
share of voiced time that its letters have. Measured against exact times in tests/providers/local/speech."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from studio.domain.ports import WordTime
from studio.providers.local.speech import voiced
from studio.providers.local.speech.wav import Samples
from studio.providers.local.speech.wording import Span

_DIGIT_WEIGHT = 3.2
"""A digit is read as a word of its own, about as long as this many letters."""
_WORD_WEIGHT = 0.6
"""Short words take longer than their letters say."""
_PLAIN_GAP_SECONDS = 0.25
"""How much farther from its expected place a rest may lie to be matched with punctuation rather than a plain space."""

Run = tuple[float, float]


def word_times(text: str, spans: Sequence[Span], samples: Samples, rate: int) -> tuple[WordTime, ...]:
    """A time for each word of one sentence, from the first sample of `samples`, in order and without overlap."""
    runs = voiced.runs(samples, rate) or [(0.0, len(samples) / rate)]
    weights = np.array([weight(text[start:end]) for start, end in spans])
    edges = _edges(_heard_edges(weights, _anchors(text, spans, weights, runs), runs), runs)
    return tuple(WordTime(*span, *edge) for span, edge in zip(spans, edges, strict=True))


def weight(word: str) -> float:
    """How long a word takes to say, in letters."""
    digits = sum(character.isdigit() for character in word)
    letters = sum(character.isalpha() or not character.isascii() for character in word)
    return _WORD_WEIGHT + letters + digits * _DIGIT_WEIGHT if letters or digits else 0.05


def _anchors(text: str, spans: Sequence[Span], weights: np.ndarray, runs: Sequence[Run]) -> dict[int, float]:
    """For some gaps between words (by the number of the word after) the voiced seconds before the rest found there.

    The cheapest monotonic matching, by dynamic programming over rests and gaps; a rest may stay unmatched, as the
    closure of a long consonant does."""
    lengths = np.array([end - start for start, end in runs])
    before_rest = np.cumsum(lengths)[:-1]
    rests = np.array([after[0] - before[1] for before, after in pairwise(runs)])
    expected = np.cumsum(weights)[:-1] / weights.sum() * lengths.sum()
    if not len(before_rest) or not len(expected):
        return {}
    plain = np.array([_PLAIN_GAP_SECONDS * (text[end - 1].isalnum()) for _, end in spans[:-1]])
    cost = np.abs(before_rest[:, None] - expected[None, :]) + plain[None, :]
    return {gap + 1: float(before_rest[rest]) for rest, gap in _cheapest(cost, 0.2 + 2.0 * rests)}


def _cheapest(cost: np.ndarray, skip: np.ndarray) -> list[tuple[int, int]]:
    """Pairs (row, column), both rising, of least total cost, where leaving out a row costs its `skip`."""
    rows, columns = cost.shape
    total = np.zeros((rows + 1, columns + 1))
    total[1:, 0] = np.cumsum(skip)
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            taken = total[row - 1, column - 1] + cost[row - 1, column - 1]
            total[row, column] = min(taken, total[row - 1, column] + skip[row - 1], total[row, column - 1])
    return _traced(total, skip)


def _traced(total: np.ndarray, skip: np.ndarray) -> list[tuple[int, int]]:
    row, column = total.shape[0] - 1, total.shape[1] - 1
    pairs: list[tuple[int, int]] = []
    while row and column:
        if total[row, column] == total[row, column - 1]:
            column -= 1
        elif total[row, column] == total[row - 1, column] + skip[row - 1]:
            row -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return pairs[::-1]


def _heard_edges(weights: np.ndarray, anchors: dict[int, float], runs: Sequence[Run]) -> np.ndarray:
    """The edges between words in voiced seconds: fixed at the anchors, by weight between them."""
    total = sum(end - start for start, end in runs)
    fixed = {0: 0.0, **anchors, len(weights): total}
    cumulated = np.concatenate(([0.0], np.cumsum(weights)))
    places = sorted(fixed)
    return np.interp(cumulated, cumulated[places], [fixed[place] for place in places])


def _edges(heard: np.ndarray, runs: Sequence[Run]) -> list[Run]:
    """Each word's start and end on the clock: an edge at a rest ends one word before it and starts the next after."""
    lengths = np.array([end - start for start, end in runs])
    ends = np.cumsum(lengths)
    starts = ends - lengths
    first = np.minimum(np.searchsorted(ends, heard[:-1] + 1e-6), len(runs) - 1)
    last = np.minimum(np.searchsorted(ends, heard[1:] - 1e-6), len(runs) - 1)
    at = np.array([start for start, _ in runs])
    begins = at[first] + heard[:-1] - starts[first]
    finishes = at[last] + heard[1:] - starts[last]
    return [(float(b), float(max(b, f))) for b, f in zip(begins, finishes, strict=True)]
