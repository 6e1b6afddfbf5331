"""The façade chooses the engine by language and voice."""

from __future__ import annotations

import pytest

from studio.domain.errors import Invalid, NotFound
from studio.domain.ports import Speech, SpeechRequest
from studio.providers.local.speech import LocalSpeech, Voice
from studio.providers.local.speech.silence import timed_silence


class Echo:
    """An engine that says nothing, and remembers with which voice."""

    def __init__(self, name: str, *voices: tuple[str, str]) -> None:
        self.name = name
        self.heard: list[str] = []
        self._voices = tuple(Voice(voice, language, name) for voice, language in voices)

    def voices(self) -> tuple[Voice, ...]:
        return self._voices

    def speak(self, request: SpeechRequest, voice: Voice) -> Speech:
        self.heard.append(voice.name)
        return timed_silence(request)


@pytest.fixture
def best() -> Echo:
    return Echo("best", ("ann", "en-US"))


@pytest.fixture
def plain() -> Echo:
    return Echo("plain", ("bob", "en-US"), ("eve", "en-GB"), ("ida", "pt-BR"))


@pytest.fixture
def local(best: Echo, plain: Echo) -> LocalSpeech:
    return LocalSpeech(engines=[best, plain])


def test_the_first_engine_that_speaks_the_language_is_preferred(local: LocalSpeech, best: Echo) -> None:
    local.speak(SpeechRequest("Hello", "en-GB"))

    assert best.heard == ["ann"]


def test_a_named_voice_is_used(local: LocalSpeech, plain: Echo) -> None:
    local.speak(SpeechRequest("Hello", "en", voice="eve"))

    assert plain.heard == ["eve"]


def test_a_language_is_spoken_whatever_its_region(local: LocalSpeech, plain: Echo) -> None:
    assert local.speaks("pt-PT")

    local.speak(SpeechRequest("Olá", "pt_PT"))

    assert plain.heard == ["ida"]


def test_a_language_without_a_voice_is_refused_with_a_remedy(local: LocalSpeech) -> None:
    assert not local.speaks("ja")

    with pytest.raises(NotFound, match="no offline voice for ja") as refusal:
        local.speak(SpeechRequest("こんにちは", "ja"))

    assert "Piper" in str(refusal.value.hint)


def test_a_voice_of_another_language_is_refused(local: LocalSpeech) -> None:
    with pytest.raises(Invalid, match="The voice ann speaks en-US, not pt-BR"):
        local.speak(SpeechRequest("Olá", "pt-BR", voice="ann"))


def test_an_unknown_voice_is_refused_with_those_there_are(local: LocalSpeech) -> None:
    with pytest.raises(Invalid, match="zoe is not an offline voice") as refusal:
        local.speak(SpeechRequest("Hello", "en", voice="zoe"))

    assert refusal.value.hint == "voices for en here: ann, bob, eve"


def test_english_has_a_voice_out_of_the_box() -> None:
    assert Voice("heart", "en-US", "hibari") in LocalSpeech().voices()
