"""Voices for German, Spanish, French, Italian and plain English: py-nanotts, small, quick and a little dated."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence

import numpy as np

from studio.domain.ports import Speech, SpeechRequest
from studio.providers.local.speech.narration import Narrator, Utterance
from studio.providers.local.speech.voice import Voice
from studio.providers.local.speech.wording import Span

_RATE = 16_000
_LOCALES = ("de-DE", "es-ES", "fr-FR", "it-IT", "en-US", "en-GB")
_MARKUP = str.maketrans({"<": " ", ">": " ", "&": " + "})
"""The engine reads these as mark-up."""
_ONE_AT_A_TIME = threading.Lock()
"""The native library keeps its state in one place and is not made for two callers."""


class NanoEngine:
    name = "nano"

    def voices(self) -> tuple[Voice, ...]:
        if importlib.util.find_spec("py_nanotts") is None:
            return ()
        return tuple(Voice(f"nano-{locale.lower()}", locale, self.name) for locale in _LOCALES)

    def speak(self, request: SpeechRequest, voice: Voice) -> Speech:
        from py_nanotts import NanoTTS

        engine = NanoTTS()

        def say(sentence: str, spans: Sequence[Span]) -> Utterance:
            data = engine.speak(sentence.translate(_MARKUP), voice=voice.language, speed=request.speed)
            return Utterance(np.frombuffer(data, "<i2").astype(np.float32) / 32768.0)

        with _ONE_AT_A_TIME:
            return Narrator(self.name, voice.name, _RATE, say).narrate(request.text, request.speed)
