"""Style, climate and figure: how a short speaks, what it feels like, who appears in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from studio.domain.formats import Pressure


class ContentType(StrEnum):
    NEWS = "NEWS"
    STORIES = "STORIES"
    MEMES_HUMOR = "MEMES_HUMOR"
    EDUCATIONAL = "EDUCATIONAL"
    MOTIVATIONAL = "MOTIVATIONAL"
    TUTORIAL = "TUTORIAL"
    CUSTOM = "CUSTOM"


class EmotionalState(StrEnum):
    CURIOSITY = "CURIOSITY"
    THREAT = "THREAT"
    FASCINATION = "FASCINATION"
    CONFRONTATION = "CONFRONTATION"
    DARK_INSPIRATION = "DARK_INSPIRATION"


class RevelationDynamic(StrEnum):
    PROGRESSIVE = "PROGRESSIVE"
    HIDDEN = "HIDDEN"
    EARLY = "EARLY"
    FRAGMENTS = "FRAGMENTS"


_CONTRADICTIONS = {
    (EmotionalState.CURIOSITY, RevelationDynamic.EARLY): "the answer comes before anybody has wondered",
    (EmotionalState.THREAT, RevelationDynamic.EARLY): "a danger seen whole at the start leaves nothing to dread",
    (EmotionalState.CONFRONTATION, RevelationDynamic.HIDDEN): "nobody can object to a claim that is kept back",
    (EmotionalState.DARK_INSPIRATION, RevelationDynamic.EARLY): "the way up is nothing once its end has been shown",
}


def contradiction(state: EmotionalState, dynamic: RevelationDynamic) -> str | None:
    """Why a climate cannot have both, as the end of a sentence; None when they go together."""
    return _CONTRADICTIONS.get((state, dynamic))


class MusicMood(StrEnum):
    CALM = "calm"
    CURIOUS = "curious"
    TENSE = "tense"
    EPIC = "epic"
    PLAYFUL = "playful"
    NONE = "none"


@dataclass(frozen=True)
class Palette:
    """Colours as `#rrggbb`: two ends of the background, its light, and the accent that pictures and captions share."""

    dark: str
    light: str
    glow: str
    accent: str


@dataclass(frozen=True)
class CaptionLook:
    """How spoken words stand on the picture. Sizes are shares of the film's shorter side, so every aspect fits."""

    font: str = "Montserrat"
    weight: int = 800
    size: float = 0.074
    colour: str = "#ffffff"
    highlight: str = "#ffd400"
    outline: str = "#101014"
    outline_width: float = 0.0085
    uppercase: bool = False
    words_per_page: int = 3


@dataclass(frozen=True)
class Style:
    """How a short speaks and looks. Built-in styles and people's own have the same fields."""

    key: str
    name: str
    content_type: ContentType
    description: str = ""
    audience: str = ""
    keywords: tuple[str, ...] = ()
    discourse_architecture: str = ""
    language_register: str = ""
    script_function: str = ""
    narrator_posture: str = ""
    complexity: str = ""
    hook_type: str = ""
    hook_examples: tuple[str, ...] = ()
    call_to_action_type: str = ""
    call_to_action_examples: tuple[str, ...] = ()
    advanced_instructions: str = ""
    visual_prompt: str = ""
    negative_prompt: str = ""
    palette: Palette = Palette(dark="#14213d", light="#3a6ea5", glow="#8ecae6", accent="#ffb703")
    captions: CaptionLook = field(default_factory=CaptionLook)
    voice: str | None = None
    music_mood: MusicMood = MusicMood.CURIOUS


@dataclass(frozen=True)
class Climate:
    """What a short feels like while one watches: the state it puts one in, how it reveals, how fast it cuts."""

    key: str
    name: str
    emotional_state: EmotionalState
    revelation_dynamic: RevelationDynamic
    pressure: Pressure
    description: str = ""


@dataclass(frozen=True)
class Figure:
    """A character as a picture maker needs it: the same traits give the same person in every scene."""

    name: str
    age: str = ""
    gender: str = ""
    hair_color: str = ""
    hair_style: str = ""
    skin_tone: str = ""
    eye_color: str = ""
    clothing: str = ""
    accessories: str = ""
    body_type: str = ""
    distinctive_features: str = ""
    description: str = ""
