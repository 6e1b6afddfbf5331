"""What is made of the answers of models elsewhere: checked files of the kinds a film is cut from."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from studio.domain.errors import Rejected
from studio.domain.ports import Speech, SpeechRequest
from studio.domain.remote import Answer, ClipRequest, PaintRequest, RemoteFile, RemoteRequest, ScoreRequest
from studio.services.spoken import Spoken

Fetch = Callable[[RemoteFile], bytes]


@dataclass(frozen=True)
class Made:
    """What a model gave for a wish: the bytes of a file, and what has to be remembered about it as JSON."""

    data: bytes
    extension: str
    details: str
    cost_microusd: int = 0
    seconds: float = 0.0


class Recorded(Protocol):
    """Finds the words in a recording: `providers.registry.Models.recorded`."""

    def __call__(
        self, request: SpeechRequest, sound: bytes, voice: str, heard: Sequence[tuple[str, float, float]]
    ) -> Speech: ...


class _OneOrder:
    """Work that is done with one answer. `order` is the number of the scene."""

    request: RemoteRequest
    order: int

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        return None if answers else self.request

    def stands(self, answers: Sequence[Answer]) -> bool:
        return bool(answers)

    def details(self, **more: Any) -> str:
        return json.dumps({"order": self.order, **more}, ensure_ascii=False)


@dataclass(frozen=True)
class PictureWork(_OneOrder):
    request: PaintRequest
    order: int

    def result(self, answers: Sequence[Answer], fetch: Fetch) -> Made:
        from studio.render.picture import picture_facts

        data = fetch(_only_file(answers[0], "picture"))
        width, height, extension = picture_facts(data)
        return Made(data, extension, self.details(width=width, height=height), _cost(answers))


@dataclass(frozen=True)
class ClipWork(_OneOrder):
    request: ClipRequest
    order: int

    def result(self, answers: Sequence[Answer], fetch: Fetch) -> Made:
        from studio.render.clip import probe_clip

        data = fetch(_only_file(answers[0], "clip"))
        with tempfile.TemporaryDirectory(prefix="studio-") as folder:
            path = Path(folder) / "clip.mp4"
            path.write_bytes(data)
            facts = probe_clip(path)
        details = self.details(width=facts.width, height=facts.height, seconds=round(facts.seconds, 3))
        return Made(data, "mp4", details, _cost(answers), facts.seconds)


@dataclass(frozen=True)
class SpeechWork(_OneOrder):
    request: SpeechRequest
    order: int
    voice: str
    """As it stands in the record: the model and its voice."""
    recorded: Recorded

    def result(self, answers: Sequence[Answer], fetch: Fetch) -> Made:
        from studio.render.sound import read_speech

        answer = answers[0]
        sound = read_speech(fetch(_only_file(answer, "voice")))
        heard = [(str(word), float(start), float(end)) for word, start, end in answer.data.get("words", ())]
        speech = self.recorded(self.request, sound, self.voice, heard)
        return Made(speech.wav, "wav", Spoken.of(speech, self.request.text).to_json(), _cost(answers), speech.seconds)


@dataclass(frozen=True)
class ScoreWork(_OneOrder):
    request: ScoreRequest
    order: int

    def result(self, answers: Sequence[Answer], fetch: Fetch) -> Made:
        from studio.render.sound import read_music

        sound = read_music(fetch(_only_file(answers[0], "music")))
        return Made(sound, "wav", self.details(seconds=self.request.seconds), _cost(answers))


def _only_file(answer: Answer, what: str) -> RemoteFile:
    if not answer.files:
        raise Rejected(
            f"{answer.model or 'The model'} delivered no {what}.", hint="Run it again, or use another model."
        )
    return answer.files[0]


def _cost(answers: Sequence[Answer]) -> int:
    return sum(answer.cost_microusd or 0 for answer in answers)
