"""What the tests of every engine listen for."""

from __future__ import annotations

import numpy as np

from studio.domain.ports import Speech
from studio.providers.local.speech import voiced, wav


def assert_covers_every_word(speech: Speech, text: str) -> None:
    assert [text[word.start_char : word.end_char] for word in speech.words] == text.split()
    edges = [edge for word in speech.words for edge in (word.start_seconds, word.end_seconds)]
    assert edges == sorted(edges)
    assert 0.0 <= edges[0] <= edges[-1] <= speech.seconds


def assert_sounds_in_the_words_and_rests_between(speech: Speech) -> None:
    """Nearly all sound lies in words; the long gaps between words are quiet."""
    samples, rate = wav.decode(speech.wav)
    curve = voiced.loudness_curve(samples, rate)
    times = np.arange(len(curve)) * voiced.FRAME_SECONDS
    inside = np.zeros(len(curve), bool)
    for word in speech.words:
        inside |= (times >= word.start_seconds - 0.03) & (times < word.end_seconds + 0.03)

    assert (curve[inside] ** 2).sum() > 0.98 * (curve**2).sum()
    assert float(np.abs(samples).max()) < 1.0


def assert_no_silent_ends(speech: Speech) -> None:
    samples, rate = wav.decode(speech.wav)
    start, end = voiced.runs(samples, rate)[0][0], voiced.runs(samples, rate)[-1][1]

    assert start < 0.06
    assert len(samples) / rate - end < 0.12
