"""Choosing sentences for a film of given length: worth against repetition, never one without what it leans on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.providers.local.writer.cues import knows
from studio.providers.local.writer.ranking import Matrix, Ranked, Ranking, hook_score

_NEWNESS = 0.35
"""Share of maximal marginal relevance that goes to being unlike what is chosen already."""

_LONGEST_CHAIN = 3
_SAME_PASSAGE = 0.8
_LEAST_WORTH = 0.3
_TOO_LITTLE = 0.6
_LAST_SENTENCE = 1.3
_WORTH_OF_A_SECOND = 0.1
"""How much worth a second nearer to the wanted length makes up for."""


@dataclass(frozen=True)
class Span:
    """Seconds the chosen sentences should take: near `wanted`, at least `least`, never above `most`."""

    least: float
    wanted: float
    most: float


@dataclass(frozen=True)
class Selection:
    """The hook with what must follow it, then the body in the author's order."""

    opening: tuple[Ranked, ...]
    body: tuple[Ranked, ...]

    @property
    def all(self) -> tuple[Ranked, ...]:
        return (*self.opening, *self.body)


class Selector:
    """Selects from one ranking; chosen sentences are known by their row."""

    def __init__(self, ranking: Ranking, theme: Sequence[str], language: str, span: Span) -> None:
        self._ranked = ranking.ranked
        self._likeness = ranking.likeness
        self._theme = theme
        self._language = language
        self._span = span
        self._ceiling = min(span.most, 1.03 * span.wanted)
        self._row_of = {item.sentence.index: item.row for item in ranking.ranked}
        self._chains: list[tuple[int, ...] | None] = [self._chain(item) for item in ranking.ranked]

    def select(self, *, closing: int | None = None) -> Selection:
        """Choose the sentences. `closing` is the index of a sentence that must be among them, as the last."""
        hook = self._hook(closing)
        forced = {hook.row} if hook else set()
        if closing is not None and closing in self._row_of:
            forced.add(self._row_of[closing])
        chosen = self._adjusted(self._filled(forced), forced)
        if self._seconds(chosen) < _TOO_LITTLE * self._span.least:
            # A text whose every sentence leans on another cannot be chosen from by that rule.
            self._chains = [(item.row,) for item in self._ranked]
            chosen = self._adjusted(self._filled(forced), forced)
        return self._ordered(chosen, hook)

    def _chain(self, item: Ranked) -> tuple[int, ...] | None:
        """The rows that must be kept for this one to be understood, itself last; None where they cannot be had."""
        if item.worth < _LEAST_WORTH:
            return None
        rows = [item.row]
        while self._ranked[rows[0]].leans:
            index = self._ranked[rows[0]].sentence.index
            before = self._row_of.get(index - 1)
            if index == 0:
                break
            if before is None or len(rows) == _LONGEST_CHAIN:
                return None
            rows.insert(0, before)
        return tuple(rows)

    def _hook(self, closing: int | None) -> Ranked | None:
        able = [item for item in self._ranked if not item.leans and item.sentence.index != closing]
        if able and not knows(self._language):
            return able[0]
        able = [item for item in able if item.sentence.seconds <= 0.5 * self._span.most] or able
        if not able:
            return None
        last = max(1, self._ranked[-1].sentence.index)
        return max(
            able,
            key=lambda item: hook_score(item, self._theme, self._language) - 0.25 * item.sentence.index / last,
        )

    def _filled(self, forced: set[int]) -> set[int]:
        chosen = set(forced)
        for row in forced:
            chain = self._chains[row]
            if chain and self._seconds(chosen | set(chain)) <= self._span.most:
                chosen |= set(chain)
        while addition := self._best_addition(chosen):
            chosen |= addition
        return chosen

    def _best_addition(self, chosen: set[int]) -> set[int] | None:
        spent = self._seconds(chosen)
        per_passage = Counter(self._ranked[row].sentence.passage for row in chosen)
        likest = self._likeness[:, sorted(chosen)].max(axis=1, initial=0.0)
        best, best_score = None, 0.0
        for item in self._ranked:
            chain = self._chains[item.row]
            added = set(chain or ()) - chosen
            if item.row in chosen or not added or spent + self._seconds(added) > self._ceiling:
                continue
            score = self._marginal(added, likest, per_passage)
            if score > best_score:
                best, best_score = added, score
        return best

    def _marginal(self, added: set[int], likest: Matrix, per_passage: Counter[int]) -> float:
        score = 0.0
        for row in added:
            item = self._ranked[row]
            likeness = float(likest[row])
            worth = item.worth * _SAME_PASSAGE ** per_passage[item.sentence.passage]
            worth *= _LAST_SENTENCE if item.sentence.index == self._ranked[-1].sentence.index else 1.0
            score += (1 - _NEWNESS) * worth + _NEWNESS * (1 - likeness) * 0.5 - (1.0 if likeness > 0.75 else 0.0)
        return max(1e-6, score / len(added))

    def _adjusted(self, chosen: set[int], forced: set[int]) -> set[int]:
        """When the greedy choice is too short: add what still fits, else exchange one sentence for a better fit."""
        spent = self._seconds(chosen)
        if spent >= self._span.least:
            return chosen
        options = [*self._additions(chosen), *self._exchanges(chosen, forced)]
        fitting = [rows for rows in options if self._span.least <= self._seconds(rows) <= self._span.most]
        if fitting:
            return max(fitting, key=self._total_worth)
        below = [rows for rows in options if spent < self._seconds(rows) <= self._span.most]
        return self._adjusted(max(below, key=self._seconds), forced) if below else chosen

    def _additions(self, chosen: set[int]) -> Iterable[set[int]]:
        for chain in self._chains:
            if chain and not set(chain) <= chosen:
                yield chosen | set(chain)

    def _exchanges(self, chosen: set[int], forced: set[int]) -> Iterable[set[int]]:
        for row in sorted(chosen - forced):
            if any(row in (self._chains[other] or ()) for other in chosen if other != row):
                continue
            rest = chosen - {row}
            yield from self._additions(rest)

    def _total_worth(self, rows: set[int]) -> float:
        distance = abs(self._seconds(rows) - self._span.wanted)
        return sum(self._ranked[row].worth for row in rows) - distance * _WORTH_OF_A_SECOND

    def _seconds(self, rows: Iterable[int]) -> float:
        return sum(self._ranked[row].sentence.seconds for row in rows)

    def _ordered(self, chosen: set[int], hook: Ranked | None) -> Selection:
        """The hook takes along the chosen sentences that lean on it, so that they still follow what they mean."""
        if hook is None:
            return Selection((), tuple(self._ranked[row] for row in sorted(chosen)))
        opening = [hook.row]
        while (following := opening[-1] + 1) in chosen and self._follows(following, opening[-1]):
            opening.append(following)
        body = sorted(chosen - set(opening))
        return Selection(tuple(self._ranked[row] for row in opening), tuple(self._ranked[row] for row in body))

    def _follows(self, row: int, before: int) -> bool:
        first, second = self._ranked[before].sentence.index, self._ranked[row].sentence.index
        return self._ranked[row].leans and second == first + 1
