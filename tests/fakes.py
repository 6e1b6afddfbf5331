"""Models that work at once and remember what they were asked; they fail a test that asks them inside a transaction."""

from __future__ import annotations

import io
import threading
import wave
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image
from sqlalchemy import Engine, event

from studio.domain.errors import ServiceFailed
from studio.domain.ports import (
    ImageRequest,
    Music,
    MusicRequest,
    Picture,
    Speech,
    SpeechRequest,
    WordTime,
)
from studio.domain.remote import Medium, RemoteModel
from studio.domain.script import Role, Script, ScriptBrief, ScriptScene
from studio.providers.access import ProviderAccess
from studio.providers.registry import TextServer

SECONDS_PER_WORD = 0.2


class _OpenConnections(threading.local):
    count = 0

    def add(self, change: int) -> None:
        self.count += change


@dataclass
class FakeModels:
    """Stands in for `providers.registry.Models`; `asked` holds every request in order."""

    engine: Engine
    asked: list[Any] = field(default_factory=list)
    failing_words: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=lambda: {"en", "pt"})
    model_id: str = "local/fake"
    """Under which id they work; one that is not local costs credits."""

    remotes: dict[Medium, RemoteModel] = field(default_factory=dict)
    """Models elsewhere that work by themselves, by what they make."""

    others: dict[str, RemoteModel] = field(default_factory=dict)
    """Models elsewhere that have to be named."""

    access = ProviderAccess()
    text_server = TextServer(is_looked_for=False)

    def __post_init__(self) -> None:
        # Other threads may rightly write while a model works: only the asking thread must hold no connection.
        self._open = _OpenConnections()
        event.listen(self.engine, "checkout", lambda *_: self._open.add(1))
        event.listen(self.engine, "checkin", lambda *_: self._open.add(-1))

    @property
    def name(self) -> str:
        return self.model_id

    @property
    def is_offline(self) -> bool:
        return self.model_id.startswith("local")

    def chosen(self, medium: Medium, wanted: str | None = None, setting: str = "auto") -> str:
        there = self.remotes.get(medium)
        return wanted or (there.name if there else "local")

    def remote(self, model: str, medium: Medium) -> RemoteModel | None:
        there = self.remotes.get(medium)
        return there if there and there.name == model else self.others.get(model)

    def close(self) -> None:
        pass

    def keyed(self, medium: Medium) -> None:
        return None

    def is_ready(self, model: str) -> bool:
        return model.startswith("local")

    def writer(self, model: str | None = None, *, has_text: bool = False) -> FakeModels:
        return self

    def image(self, model: str | None = None) -> FakeModels:
        return self

    def video(self, model: str | None) -> None:
        pass

    def speech(self) -> FakeModels:
        return self

    def music(self) -> FakeModels:
        return self

    def speaks(self, language: str) -> bool:
        return language.split("-")[0] in self.languages

    def voice_of(self, request: SpeechRequest) -> str | None:
        return f"{self.model_id}/voice" if self.speaks(request.language) else None

    def release(self) -> None:
        pass

    def timed_silence(self, request: SpeechRequest) -> Speech:
        spoken = self.speak(request)
        return replace(spoken, engine="silent", voice="", timing="estimate")

    def write(self, brief: ScriptBrief) -> Script:
        self._note(brief)
        sentences = [part.strip() for part in (brief.source_text or brief.topic).split(".") if part.strip()]
        scenes = tuple(
            ScriptScene(f"{text}.", visual=text, role=Role.HOOK if index == 0 else Role.BODY)
            for index, text in enumerate(sentences)
        )
        return Script(brief.topic or sentences[0], brief.language or "en", scenes, is_outline=not brief.source_text)

    def paint(self, request: ImageRequest) -> Picture:
        self._note(request)
        colour = tuple(int(value) for value in np.random.default_rng(request.seed).integers(0, 255, 3))
        data = io.BytesIO()
        Image.new("RGB", (request.width // 10, request.height // 10), colour).save(data, "PNG")
        return Picture(data.getvalue(), request.width // 10, request.height // 10)

    def speak(self, request: SpeechRequest) -> Speech:
        self._note(request)
        if request.text in self.failing_words:
            raise ServiceFailed("The voice is hoarse.", hint="Try again later.")
        words, position = [], 0
        for index, word in enumerate(request.text.split()):
            start = request.text.index(word, position)
            position = start + len(word)
            words.append(WordTime(start, position, index * SECONDS_PER_WORD, (index + 0.9) * SECONDS_PER_WORD))
        seconds = len(words) * SECONDS_PER_WORD
        return Speech(tone(seconds, 24_000, 1), seconds, tuple(words), "fake", "voice", "model")

    def compose(self, request: MusicRequest) -> Music:
        self._note(request)
        return Music(tone(request.seconds, 48_000, 2), request.seconds)

    def asked_for(self, kind: type) -> list[Any]:
        return [request for request in self.asked if isinstance(request, kind)]

    def forget(self) -> None:
        self.asked.clear()

    def _note(self, request: Any) -> None:
        assert self._open.count == 0, "a model was asked while a transaction was open"
        self.asked.append(request)


def tone(seconds: float, rate: int, channels: int) -> bytes:
    """A quiet 220 Hz tone as 16-bit WAV."""
    times = np.arange(round(seconds * rate)) / rate
    samples = (np.sin(2 * np.pi * 220 * times) * 3000).astype("<i2")
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(samples, channels).tobytes())
    return data.getvalue()
