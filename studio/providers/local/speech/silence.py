"""A silent reading of a text at a natural pace, so that captions and scenes keep time without a voice."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from studio.domain.formats import SPEAKING_WORDS_PER_MINUTE
from studio.domain.ports import Speech, SpeechRequest, WordTime
from studio.providers.local.speech import estimate, wav
from studio.providers.local.speech.narration import ordered
from studio.providers.local.speech.wording import CLAUSE_MARKS, SENTENCE_MARKS, is_unspaced, last_mark, words

_RATE = 24_000
_THAI_LIKE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_THAI_CHARACTERS_PER_SECOND = 12.0
_CJK_CHARACTERS_PER_SECOND = 6.0
"""Natural narrating paces: about 360 characters a minute in Japanese and Chinese, twice the signs in Thai."""


def timed_silence(request: SpeechRequest) -> Speech:
    """Silence as long as the text takes to say at 165 words a minute, and when each word would be heard."""
    spans = words(request.text)
    pieces = [request.text[start:end] for start, end in spans]
    seconds = sum(_seconds(piece) for piece in pieces) / request.speed
    edges = _edges(pieces, seconds)
    times = [WordTime(*span, *edge) for span, edge in zip(spans, edges, strict=True)]
    silence = np.zeros(round(seconds * _RATE), np.float32)
    return Speech(wav.encode(silence, _RATE), len(silence) / _RATE, ordered(times), "silent", "silent", "estimate")


def _seconds(piece: str) -> float:
    if not any(character.isalnum() for character in piece):
        return 0.0
    if not is_unspaced(piece):
        return 60.0 / SPEAKING_WORDS_PER_MINUTE
    pace = _THAI_CHARACTERS_PER_SECOND if _THAI_LIKE.search(piece) else _CJK_CHARACTERS_PER_SECOND
    return len(piece) / pace


def _edges(pieces: Sequence[str], seconds: float) -> list[tuple[float, float]]:
    """Share the time by letters, with a rest after punctuation."""
    said = np.array([estimate.weight(piece) for piece in pieces])
    rests = np.array([_rest(piece) for piece in pieces])
    if not seconds:
        return [(0.0, 0.0)] * len(pieces)
    rests[-1] = 0.0
    scale = seconds / float(said.sum() + rests.sum())
    starts = (np.cumsum(said + rests) - said - rests) * scale
    return [(float(start), float(start + length * scale)) for start, length in zip(starts, said, strict=True)]


def _rest(piece: str) -> float:
    """In letters: what a narrator leaves after a sentence, a clause, a word."""
    mark = last_mark(piece)
    if mark in SENTENCE_MARKS:
        return 4.0
    return 2.0 if mark in CLAUSE_MARKS else 0.0
