"""How much each sentence is worth in a film: TextRank over shared words, weighed by cues, and which make good hooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from studio.providers.local.writer.cues import Cues, cues_for
from studio.providers.local.writer.sentences import Sentence
from studio.providers.local.writer.tightening import without_link

MAXIMUM_RANKED = 500
"""Sentences TextRank compares with each other; of a longer text the best by cues alone."""

_DAMPING = 0.85
_ITERATIONS = 40
_SHORTEST_THOUGHT_SECONDS = 1.2
_START = 24
"""Characters within which a sentence that calls to action does so: `So the next time you` stands alone."""

_COMFORTABLE_WORDS = 22
_BEST_HOOK_SECONDS = 3.5

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Ranked:
    """A sentence with its worth. `leans` says that it needs the sentence before it; `likeness` compares by `row`."""

    sentence: Sentence
    row: int
    worth: float
    rank: float
    leans: bool


@dataclass(frozen=True)
class Ranking:
    """All sentences that may be chosen, in the order of the text, and how alike any two are (0 to 1)."""

    ranked: tuple[Ranked, ...]
    likeness: Matrix


def rank(sentences: Sequence[Sentence], theme: Sequence[str], language: str) -> Ranking:
    """Rank the sentences of a text whose theme (title and topic) has these stems."""
    cues = cues_for(language)
    kept = _strongest(sentences, theme, cues)
    likeness = _likeness(kept)
    ranks = _text_rank(likeness)
    ranked = tuple(
        Ranked(
            sentence,
            row,
            _worth(sentence, float(ranks[row]), theme, cues),
            float(ranks[row]),
            leans(sentence, language),
        )
        for row, sentence in enumerate(kept)
    )
    return Ranking(ranked, likeness)


def leans(sentence: Sentence, language: str) -> bool:
    """Whether the sentence points back at the one before it, as `They pay for it` does."""
    text, cues = without_link(sentence.text, language), cues_for(language)
    if cues.invitation.search(text[:_START]):
        return False
    if sentence.continues or (sentence.is_item and not sentence.is_first_in_passage):
        return True
    return bool(cues.leaning.match(text) or cues.echo.search(text)) or not _is_balanced(text)


def hook_score(candidate: Ranked, theme: Sequence[str], language: str) -> float:
    """How well the sentence opens the film: on the theme, striking, short, understood on its own."""
    sentence, cues = candidate.sentence, cues_for(language)
    text = without_link(sentence.text, language)
    score = min(1.0, 1.5 * theme_share(sentence, theme)) + 0.5 * candidate.rank
    score += 0.45 * bool(cues.numbers.search(text)) + 0.2 * min(2, len(cues.surprise.findall(text)))
    score += 0.3 * text.rstrip("\"'”’»").endswith(("?", "？", "؟")) + 0.2 * bool(cues.reader.search(text))
    score += 0.6 * (sentence.index == 0) + 0.1 * sentence.is_first_in_passage
    score -= 0.35 * bool(cues.subordinate.match(text))
    score -= 0.14 * abs(sentence.seconds - _BEST_HOOK_SECONDS)
    return score - 1.5 * bool(cues.about_the_text.search(text))


def theme_share(sentence: Sentence, theme: Sequence[str]) -> float:
    """The share of the theme's words that the sentence names, 0 to 1."""
    wanted = set(theme)
    return len(wanted & set(sentence.stems)) / len(wanted) if wanted else 0.0


def frequent_stems(sentences: Sequence[Sentence], count: int = 4) -> tuple[str, ...]:
    """What a text without a title is about: the words it repeats most."""
    totals = Counter(stem for sentence in sentences for stem in set(sentence.stems))
    return tuple(stem for stem, times in totals.most_common(count) if times > 1)


def _strongest(sentences: Sequence[Sentence], theme: Sequence[str], cues: Cues) -> list[Sentence]:
    if len(sentences) <= MAXIMUM_RANKED:
        return list(sentences)
    first = sorted(sentences, key=lambda sentence: -_worth(sentence, 0.5, theme, cues))[:MAXIMUM_RANKED]
    return sorted(first, key=lambda sentence: sentence.index)


def _worth(sentence: Sentence, rank: float, theme: Sequence[str], cues: Cues) -> float:
    text = sentence.text
    worth = 0.4 + rank + 0.5 * theme_share(sentence, theme)
    worth *= 1.25 if cues.numbers.search(text) else 1.0
    worth *= 1.25 if cues.reasons.search(text) else 1.0
    worth *= 1.0 + 0.08 * min(2, len(cues.surprise.findall(text)))
    worth *= 1.2 if sentence.is_first_in_passage else 1.0
    worth *= 0.25 if cues.about_the_text.search(text) else 1.0
    worth *= 0.8 if theme and not theme_share(sentence, theme) else 1.0
    return worth * _ease(sentence)


def _ease(sentence: Sentence) -> float:
    """Long sentences tire the ear, and a scrap of two words says little alone."""
    words = sentence.seconds * 2.75
    if words > _COMFORTABLE_WORDS:
        return max(0.35, 1.0 - (words - _COMFORTABLE_WORDS) / 40)
    is_question = sentence.text.rstrip("\"'”’»").endswith(("?", "？", "؟"))
    if len(sentence.stems) < 2 or sentence.seconds < _SHORTEST_THOUGHT_SECONDS:
        # "Why so many?" needs an answer after it more than it needs the sentence before.
        return 0.2 if is_question else 0.6
    return 0.7 if is_question else 1.0


def _is_balanced(text: str) -> bool:
    pairs = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"))
    return all(text.count(first) == text.count(second) for first, second in pairs) and text.count('"') % 2 == 0


def _likeness(sentences: Sequence[Sentence]) -> Matrix:
    """Cosine of the sentences' words, rare words weighing more."""
    columns = {
        found: column for column, found in enumerate(sorted(set(chain.from_iterable(item.stems for item in sentences))))
    }
    weights = np.zeros((len(sentences), max(1, len(columns))))
    for row, sentence in enumerate(sentences):
        for found in set(sentence.stems):
            weights[row, columns[found]] = 1.0
    weights *= np.log1p(len(sentences) / np.maximum(weights.sum(axis=0), 1.0))
    norms = np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-9)
    unit = weights / norms
    cosine: Matrix = unit @ unit.T
    np.fill_diagonal(cosine, 0.0)
    return cosine


def _text_rank(likeness: Matrix) -> Matrix:
    """TextRank (Mihalcea and Tarau, 2004) by power iteration, scaled so that the highest is 1."""
    count = int(likeness.shape[0])
    sums = likeness.sum(axis=1, keepdims=True)
    flow = np.where(sums > 0, likeness / np.maximum(sums, 1e-9), 1.0 / max(1, count))
    ranks: Matrix = np.full(count, 1.0 / max(1, count))
    for _ in range(_ITERATIONS):
        ranks = (1 - _DAMPING) / count + _DAMPING * flow.T @ ranks
    return ranks / ranks.max() if count else ranks
