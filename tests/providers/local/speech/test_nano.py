"""The small voices of five languages."""

from __future__ import annotations

import pytest

from studio.domain.ports import SpeechRequest
from studio.providers.local.speech.nano import NanoEngine
from tests.providers.local.speech.listening import (
    assert_covers_every_word,
    assert_no_silent_ends,
    assert_sounds_in_the_words_and_rests_between,
)

pytest.importorskip("py_nanotts", reason="py-nanotts has no wheel for this system")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Kraken haben drei Herzen. Zwei davon pumpen Blut in die Kiemen & eins in den Körper!"),
        ("es", "Los pulpos tienen tres corazones; dos bombean sangre a las branquias. ¿Lo sabías?"),
        ("fr", "Les pieuvres ont trois cœurs, et leur sang est <bleu>."),
        ("it", "I polpi hanno tre cuori. Davvero!"),
    ],
)
def test_it_speaks_and_times_every_word(language: str, text: str) -> None:
    engine = NanoEngine()
    voice = next(voice for voice in engine.voices() if voice.speaks(language))

    speech = engine.speak(SpeechRequest(text, language), voice)

    assert speech.timing == "estimate"
    assert 1.5 < speech.seconds < 10.0
    assert_covers_every_word(speech, text)
    assert_sounds_in_the_words_and_rests_between(speech)
    assert_no_silent_ends(speech)
