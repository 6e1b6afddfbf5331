"""A text spoken sentence by sentence and joined with natural rests: what all offline engines share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from studio.domain.ports import Speech, WordTime
from studio.providers.local.speech import estimate, voiced, wav
from studio.providers.local.speech.wav import Samples
from studio.providers.local.speech.wording import Span, pause_after, sentences, words


@dataclass(frozen=True)
class Utterance:
    """One spoken piece. `times` are starts and ends in seconds for each word, or None if the engine knows none."""

    samples: Samples
    times: Sequence[tuple[float, float]] | None = None


Say = Callable[[str, Sequence[Span]], Utterance]
"""Speak one sentence, given its text and where its words stand in it."""


@dataclass(frozen=True)
class Narrator:
    """Speaks whole texts with one engine's way of saying a sentence. `rate` is in samples per second."""

    engine: str
    voice: str
    rate: int
    say: Say
    longest_chars: int = 280

    def narrate(self, text: str, speed: float = 1.0) -> Speech:
        """The text as one WAV, silence trimmed at both ends of every sentence, with a time for every word."""
        pieces: list[Samples] = [np.zeros(0, np.float32)]
        times: list[WordTime] = []
        elapsed = 0
        origins = set()
        for (start, end), rest in self._sentences(text):
            samples, found, origin = self._sentence(text[start:end])
            quiet = np.zeros(round(rest / speed * self.rate) if len(samples) else 0, np.float32)
            times += [_moved(time, start, elapsed / self.rate) for time in found]
            pieces += [samples, quiet]
            elapsed += len(samples) + len(quiet)
            origins.add(origin)
        timing = "model" if origins == {"model"} else "estimate"
        sound = wav.encode(np.concatenate(pieces), self.rate)
        return Speech(sound, elapsed / self.rate, ordered(times), self.engine, self.voice, timing)

    def _sentences(self, text: str) -> list[tuple[Span, float]]:
        """Each sentence with the rest after it in seconds; none after the last."""
        spans = sentences(text, self.longest_chars)
        return [(span, pause_after(text, span[1]) if span is not spans[-1] else 0.0) for span in spans]

    def _sentence(self, sentence: str) -> tuple[Samples, tuple[WordTime, ...], str]:
        spans = words(sentence)
        utterance = self.say(sentence, spans) if any(map(str.isalnum, sentence)) else _unspoken(spans)
        samples, cut = voiced.trim(utterance.samples, self.rate)
        if utterance.times is None:
            return samples, estimate.word_times(sentence, spans, samples, self.rate), "estimate"
        length = len(samples) / self.rate
        clipped = np.clip(np.array(utterance.times).reshape(-1, 2) - cut, 0.0, length)
        pairs = voiced.without_silent_ends([(float(start), float(end)) for start, end in clipped], samples, self.rate)
        return samples, tuple(WordTime(*s, *t) for s, t in zip(spans, pairs, strict=True)), "model"


def _unspoken(spans: Sequence[Span]) -> Utterance:
    """Punctuation on its own: nothing is heard, and it takes no time."""
    return Utterance(np.zeros(0, np.float32), [(0.0, 0.0)] * len(spans))


def _moved(time: WordTime, chars: int, seconds: float) -> WordTime:
    return WordTime(
        time.start_char + chars, time.end_char + chars, time.start_seconds + seconds, time.end_seconds + seconds
    )


def ordered(times: Sequence[WordTime]) -> tuple[WordTime, ...]:
    """The same words, each starting no earlier than the one before it ends, rounded to milliseconds."""
    result: list[WordTime] = []
    earliest = 0.0
    for time in times:
        start = round(max(earliest, time.start_seconds), 3)
        earliest = round(max(start, time.end_seconds), 3)
        result.append(WordTime(time.start_char, time.end_char, start, earliest))
    return tuple(result)
