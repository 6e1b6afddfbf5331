"""The spoken words of a scene as they are remembered: how long they take and when each is heard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from studio.db.models.media import Media
from studio.db.models.short import Short
from studio.domain.errors import NotFound
from studio.domain.ports import Speech, WordTime
from studio.services.views import scenes_of
from studio.services.wishes import SPEECH


@dataclass(frozen=True)
class Spoken:
    """What a voice take says; `engine` is `silent` when no voice on this machine speaks the language."""

    text: str
    seconds: float
    words: tuple[WordTime, ...]
    engine: str
    voice: str
    timing: str

    @classmethod
    def of(cls, speech: Speech, text: str) -> Spoken:
        return cls(text, speech.seconds, speech.words, speech.engine, speech.voice, speech.timing)

    @classmethod
    def from_json(cls, details: str) -> Spoken:
        fields = json.loads(details)
        words = tuple(WordTime(*word) for word in fields.pop("words"))
        return cls(words=words, **fields)

    def to_json(self) -> str:
        words = [
            [word.start_char, word.end_char, round(word.start_seconds, 4), round(word.end_seconds, 4)]
            for word in self.words
        ]
        fields = {**self.__dict__, "seconds": round(self.seconds, 4), "words": words}
        return json.dumps(fields, ensure_ascii=False)


def spoken_of(session: Session, short: Short) -> Sequence[tuple[Spoken, float | None]]:
    """The selected voice of each scene in order, with the length the script wishes for the scene, in seconds."""
    found = []
    for scene in scenes_of(session, short.id):
        statement = select(Media).where(Media.scene_id == scene.id, Media.kind == SPEECH, col(Media.selected))
        take = session.exec(statement).first()
        if take is None:
            raise NotFound(
                f"Scene {scene.position} of {short.handle} has no voice yet.",
                hint=f"studio shorts media generate {short.handle}",
            )
        found.append((Spoken.from_json(take.details), scene.duration_seconds))
    return found
