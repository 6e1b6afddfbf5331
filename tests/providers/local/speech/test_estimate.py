"""Where an engine gives no times, characters inside voiced runs come close."""

from __future__ import annotations

import numpy as np
import pytest

from studio.domain.ports import SpeechRequest
from studio.providers.local.speech import estimate, voiced, wav
from studio.providers.local.speech.hibari import HibariEngine
from studio.providers.local.speech.wording import words

SENTENCES = [
    "When an octopus swims, the third heart stops beating, which is why they prefer crawling to swimming.",
    "In 1969, engineers flew to the moon with less memory than a car key.",
    "Wait ninety minutes, let your cortisol fall, and then have your cup.",
    "Archaeologists opened a three thousand year old jar in Egypt, tasted it, and it was still sweet.",
    "It means choosing one thing, finishing it, and resting; the brain files what you learned while you sleep.",
]


def test_word_starts_are_within_120_milliseconds_of_the_exact_ones() -> None:
    engine = HibariEngine()
    errors: list[float] = []
    for sentence in SENTENCES:
        speech = engine.speak(SpeechRequest(sentence, "en"), engine.voices()[0])
        samples, rate = wav.decode(speech.wav)

        estimated = estimate.word_times(sentence, words(sentence), samples, rate)

        pairs = zip(estimated, speech.words, strict=True)
        errors += [abs(found.start_seconds - exact.start_seconds) for found, exact in pairs]
    assert np.median(errors) <= 0.120
    assert np.percentile(errors, 90) <= 0.250


def test_a_rest_falls_between_the_clauses_and_not_into_a_word() -> None:
    rate = 16_000
    tone = np.sin(np.arange(rate) / 5).astype(np.float32) * 0.3
    samples = np.concatenate([tone, np.zeros(rate // 2, np.float32), tone])
    text = "one two, three fourteen"

    times = estimate.word_times(text, words(text), samples, rate)

    assert times[1].end_seconds == pytest.approx(1.0, abs=0.02)
    assert times[2].start_seconds == pytest.approx(1.5, abs=0.02)
    assert times[3].end_seconds == pytest.approx(2.5, abs=0.02)


def test_silence_still_gives_every_word_a_time() -> None:
    times = estimate.word_times("no sound here", [(0, 2), (3, 8), (9, 13)], np.zeros(16_000, np.float32), 16_000)

    assert [time.start_char for time in times] == [0, 3, 9]
    assert times[-1].end_seconds == pytest.approx(1.0)


def test_trimming_keeps_the_sound_and_tells_what_it_cut() -> None:
    rate = 16_000
    tone = np.sin(np.arange(rate) / 5).astype(np.float32) * 0.3
    samples = np.concatenate([np.zeros(rate, np.float32), tone, np.zeros(rate, np.float32)])

    trimmed, cut = voiced.trim(samples, rate)

    assert cut == pytest.approx(0.96, abs=0.011)
    assert len(trimmed) / rate == pytest.approx(1.13, abs=0.02)
