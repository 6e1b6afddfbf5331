"""What a short wants of the models: one wish per picture, voice and piece of music, each with its content key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.formats import Aspect
from studio.domain.ports import ImageRequest, MusicRequest, SpeechModel, SpeechRequest
from studio.domain.remote import RemoteRequest
from studio.domain.script import Role, Shot
from studio.domain.short import SEED_STEP, TURNS
from studio.domain.style import Figure, MusicMood, Style
from studio.render.zones import title_zone
from studio.services.keys import content_key

PICTURE = "picture"
VIDEO = "video"
SPEECH = "speech"
MUSIC = "music"
TIMES = "times"
"""When each word of a voice is heard: no take of its own, but a part of the voice's."""

SILENT = "silent"
"""Model name of a voice take in a language that no voice here speaks: timed silence under captions."""

IMPORTED = "import"
"""Model name of a take that a person brought; it stands whatever the script says."""


@dataclass(frozen=True)
class Wish:
    """One take to be made. Equal keys mean equal takes, whichever short or scene asks."""

    kind: str
    scene_id: str | None
    order: int
    request: ImageRequest | MusicRequest | RemoteRequest
    model: str
    quantity: int = 1
    """Units that are paid for, such as blocks of five seconds of video."""
    is_remote: bool = False
    """Whether a provider makes it."""

    @cached_property
    def key(self) -> str:
        return content_key(self.kind, self.model, self.request)


def picture_wish(short: Short, scene: ShortScene, style: Style, figures: Sequence[Figure], model: str) -> Wish:
    width, height = Aspect(short.aspect).size
    present = json.loads(scene.characters)
    request = ImageRequest(
        prompt=scene.image_prompt or scene.visual,
        # What is seen is told by `visual`, so that changing the words of a scene keeps its picture.
        narration=scene.visual or scene.narration,
        width=width,
        height=height,
        seed=scene.seed,
        style=_what_shows(style),
        shot=Shot(scene.shot),
        figures=tuple(figure for figure in figures if not present or figure.name in present),
        language=short.language or "en",
        headroom=title_zone((width, height)).bottom / height if scene.role == Role.HOOK.value else 0.0,
        turn=scene.seed // SEED_STEP % TURNS,
    )
    return Wish(PICTURE, scene.id, scene.position, request, model)


def speech_wish(short: Short, scene: ShortScene, voice: str | None, speech: SpeechModel) -> Wish:
    """The words of a scene in the voice that would speak them now, so that a new voice is heard at the next render."""
    request = SpeechRequest(scene.narration, short.language or "en", voice)
    return Wish(SPEECH, scene.id, scene.position, request, speech.voice_of(request) or SILENT)


def music_wish(short: Short, mood: MusicMood, seconds: float, model: str) -> Wish:
    return Wish(MUSIC, None, 0, MusicRequest(mood, seconds, short.seed), model)


def mood_of(short: Short, style: Style) -> MusicMood | None:
    """The mood the music is composed in; None when somebody's own piece plays instead."""
    return wanted_mood(short.music, style)


def wanted_mood(music: str | None, style: Style) -> MusicMood | None:
    """The same for what somebody asks for: a mood, a piece of their own, or the style's own mood."""
    if music is None:
        return style.music_mood
    try:
        return MusicMood(music)
    except ValueError:
        return None


def _what_shows(style: Style) -> Style:
    """The style reduced to what a picture shows, so that another caption look paints nothing anew."""
    return Style(
        key=style.key,
        name=style.name,
        content_type=style.content_type,
        visual_prompt=style.visual_prompt,
        negative_prompt=style.negative_prompt,
        palette=style.palette,
        music_mood=style.music_mood,
    )


def details_of(wish: Wish, **more: Any) -> str:
    return json.dumps({"order": wish.order, **more}, ensure_ascii=False)
