"""The English voice speaks, and knows when it says each word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from studio.domain.ports import Speech, SpeechRequest
from studio.providers.local.speech import hibari, wav
from studio.providers.local.speech.hibari import HibariEngine
from tests.providers.local.speech.listening import (
    assert_covers_every_word,
    assert_no_silent_ends,
    assert_sounds_in_the_words_and_rests_between,
)

TEXT = "In 2024, a TikTok about it cost $9.99 — and went 5km viral at example.com/three-hearts. Why? Nobody knows!"


def spoken(text: str, speed: float = 1.0) -> Speech:
    engine = HibariEngine()
    return engine.speak(SpeechRequest(text, "en", speed=speed), engine.voices()[0])


@pytest.fixture(scope="module")
def speech() -> Speech:
    return spoken(TEXT)


def test_numbers_units_and_addresses_keep_their_place_in_the_text(speech: Speech) -> None:
    assert_covers_every_word(speech, TEXT)
    assert speech.timing == "model"


def test_what_is_long_to_say_takes_long(speech: Speech) -> None:
    seconds = {TEXT[w.start_char : w.end_char]: w.end_seconds - w.start_seconds for w in speech.words}

    assert seconds["$9.99"] > 1.2
    assert seconds["2024,"] > 0.7
    assert seconds["example.com/three-hearts."] > 1.5
    assert seconds["a"] < 0.2


def test_speech_lies_inside_its_words(speech: Speech) -> None:
    assert_sounds_in_the_words_and_rests_between(speech)
    assert_no_silent_ends(speech)


def test_the_wav_is_mono_at_24_kilohertz_of_the_length_it_says(speech: Speech) -> None:
    samples, rate = wav.decode(speech.wav)

    assert rate == 24_000
    assert len(samples) / rate == speech.seconds


def test_the_same_words_give_the_same_bytes_from_any_thread() -> None:
    with ThreadPoolExecutor(3) as pool:
        spoken_thrice = list(pool.map(spoken, ["Three hearts beat."] * 3))

    assert len({speech.wav for speech in spoken_thrice}) == 1


def test_speed_shortens_the_speech() -> None:
    assert (
        spoken("Three hearts beat in one body.", 1.5).seconds < 0.8 * spoken("Three hearts beat in one body.").seconds
    )


def test_text_without_anything_to_say_is_silent() -> None:
    speech = spoken("— … !")

    assert (speech.seconds, len(speech.words)) == (0.0, 3)


def test_an_unknown_model_is_not_believed_about_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hibari, "_KNOWN_MODEL", "another")
    model = hibari._Model()

    utterance = model.say("Three hearts.", [(0, 5), (6, 13)], 1.0)

    assert utterance.times is None
    assert len(utterance.samples) > 10_000
