"""Who makes what for a short: the person's own choice, else the administrators', else the best that is there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from studio.db.models.short import Short
from studio.domain.remote import Medium
from studio.domain.style import Style
from studio.providers.catalogue import find_spec
from studio.providers.registry import LOCAL, Models
from studio.services.settings import default_model

VOICE_MARK = "#"
"""Stands between a speech model and one of its voices, as in `fal/fal-ai/kokoro/american-english#af_heart`."""


@dataclass(frozen=True)
class Wanted:
    """What a person, or a short of theirs, asks for by name; None where they left the choice."""

    image: str | None = None
    video: str | None = None
    voice: str | None = None
    language: str = "en"

    @classmethod
    def of(cls, short: Short, style: Style) -> Wanted:
        return cls(short.image_model, short.video_model, short.voice or style.voice, short.language or "en")


@dataclass(frozen=True)
class Makers:
    """Model ids; `local` is this machine, and as `video` it means that pictures are moved."""

    image: str = LOCAL
    video: str = LOCAL
    speech: str = LOCAL
    music: str = LOCAL
    transcription: str = LOCAL
    """Listens for the words of voices that do not tell their times; `local` reckons them from the sound."""
    voice: str | None = None
    """Of the speech model."""


def makers_of(session: Session, models: Models, wanted: Wanted, *, offline: bool = False) -> Makers:
    """Who works on this. Raises NotFound, Refused or Misconfigured for a model that cannot be had."""
    if offline:
        return Makers(voice=None if is_remote_voice(wanted.voice) else wanted.voice)

    def chosen(medium: Medium, wish: str | None) -> str:
        return models.chosen(medium, wish, default_model(session, medium.value))

    speech, voice = _voice(models, wanted, chosen(Medium.SPEECH, _model_of(wanted.voice)))
    return Makers(
        image=chosen(Medium.IMAGE, wanted.image),
        video=chosen(Medium.VIDEO, wanted.video),
        speech=speech,
        music=chosen(Medium.MUSIC, None),
        transcription=chosen(Medium.TRANSCRIPTION, None),
        voice=voice,
    )


def is_remote_voice(voice: str | None) -> bool:
    return voice is not None and voice.startswith(("fal/", "openrouter/"))


def _model_of(voice: str | None) -> str | None:
    """The speech model a voice names: its own for one elsewhere, this machine's for any other name."""
    if voice is None:
        return None
    return voice.partition(VOICE_MARK)[0] if is_remote_voice(voice) else LOCAL


def _voice(models: Models, wanted: Wanted, model: str) -> tuple[str, str | None]:
    """The speech model and the voice of it. A language the chosen model does not speak is spoken here if it can be."""
    if model == LOCAL:
        return LOCAL, wanted.voice
    if wanted.voice is None and not find_spec(model).speaks(wanted.language):
        return LOCAL, None
    return model, (wanted.voice or "").partition(VOICE_MARK)[2] or None
