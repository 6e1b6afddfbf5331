"""A recording that somebody else spoke: when each written word is heard in it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from studio.domain.ports import Speech, WordTime
from studio.providers.local.speech import estimate, voiced, wav
from studio.providers.local.speech.narration import ordered
from studio.providers.local.speech.wording import Span, words

Heard = Sequence[tuple[str, float, float]]
"""Words as a model heard or said them, each with its start and end in seconds."""

ENOUGH = 0.5
"""Share of the written words that must be found among the heard ones for the times to be worth using."""


def timed_recording(sound: bytes, text: str, engine: str, voice: str, heard: Heard = ()) -> Speech:
    """The WAV as speech of this text, its silent ends cut. Without usable times words get theirs from the sound.

    Raises ValueError for what is not a 16-bit WAV."""
    samples, rate = wav.decode(sound)
    samples, cut = voiced.trim(samples, rate)
    spans = words(text)
    seconds = len(samples) / rate
    times = _from_heard(text, spans, heard, cut, seconds)
    timing = "model"
    if times is None:
        times, timing = estimate.word_times(text, spans, samples, rate), "estimate"
    return Speech(wav.encode(samples, rate), seconds, ordered(times), engine, voice, timing)


def heard_times(text: str, seconds: float, heard: Heard) -> tuple[WordTime, ...] | None:
    """The times of what was heard, given to the written words; None when the two do not fit."""
    times = _from_heard(text, words(text), heard, 0.0, seconds)
    return None if times is None else ordered(times)


def _from_heard(
    text: str, spans: Sequence[Span], heard: Heard, cut: float, seconds: float
) -> tuple[WordTime, ...] | None:
    """The model's times given to the written words; None when the two do not fit. What it left out is filled in."""
    written = [_plain(text[start:end]) for start, end in spans]
    known = [(_plain(word), start - cut, end - cut) for word, start, end in heard if _plain(word)]
    matches = SequenceMatcher(None, written, [word for word, _, _ in known], autojunk=False).get_matching_blocks()
    found = {block.a + step: known[block.b + step][1:] for block in matches for step in range(block.size)}
    if len(found) < ENOUGH * max(1, len([word for word in written if word])):
        return None
    edges = _filled(found, [estimate.weight(text[start:end]) for start, end in spans], seconds)
    return tuple(WordTime(*span, *edge) for span, edge in zip(spans, edges, strict=True))


def _filled(
    found: dict[int, tuple[float, float]], weights: Sequence[float], seconds: float
) -> list[tuple[float, float]]:
    """Words that were not found share the time between their neighbours by their length."""
    before = np.concatenate(([0.0], np.cumsum(weights)))
    places, times = [0.0], [0.0]
    for index, (start, end) in sorted(found.items()):
        places += [before[index], before[index + 1]]
        times += [max(times[-1], start), max(times[-1], start, end)]
    places.append(before[-1])
    times.append(max(times[-1], seconds))
    between = np.interp(before, places, times)
    whole = range(len(weights))
    edges = [found.get(index, (float(between[index]), float(between[index + 1]))) for index in whole]
    return [(min(max(0.0, start), seconds), min(max(0.0, end), seconds)) for start, end in edges]


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word)).casefold()
