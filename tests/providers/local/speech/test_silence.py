"""Without a voice a film still keeps a narrator's time."""

from __future__ import annotations

import pytest

from studio.domain.ports import SpeechRequest
from studio.providers.local.speech import wav
from studio.providers.local.speech.silence import timed_silence


def test_it_lasts_as_long_as_165_words_a_minute_take() -> None:
    speech = timed_silence(SpeechRequest("word " * 55, "pl"))

    assert speech.seconds == pytest.approx(20.0)
    assert (speech.engine, speech.timing) == ("silent", "estimate")


def test_its_sound_is_digital_silence_of_that_length() -> None:
    speech = timed_silence(SpeechRequest("Trzy serca ma ośmiornica.", "pl"))

    samples, rate = wav.decode(speech.wav)

    assert not samples.any()
    assert len(samples) / rate == speech.seconds


def test_every_word_has_its_time_in_order() -> None:
    text = "Ośmiornica ma trzy serca — dwa tłoczą krew, jedno pracuje. Naprawdę!"

    speech = timed_silence(SpeechRequest(text, "pl"))

    assert [text[word.start_char : word.end_char] for word in speech.words] == text.split()
    edges = [edge for word in speech.words for edge in (word.start_seconds, word.end_seconds)]
    assert edges == sorted(edges)
    assert edges[-1] == pytest.approx(speech.seconds, abs=0.01)


def test_japanese_is_timed_by_characters() -> None:
    speech = timed_silence(SpeechRequest("あ" * 60, "ja"))

    assert speech.seconds == pytest.approx(10.0)


def test_faster_speech_is_shorter() -> None:
    speech = timed_silence(SpeechRequest("word " * 55, "pl", speed=2.0))

    assert speech.seconds == pytest.approx(10.0)


def test_an_empty_text_takes_no_time() -> None:
    speech = timed_silence(SpeechRequest(" \n", "en"))

    assert (speech.seconds, speech.words) == (0.0, ())
