"""The media a model makes or understands. Apart from the requests, which every start would otherwise have to define."""

from __future__ import annotations

from enum import StrEnum


class Medium(StrEnum):
    """What a model makes, or for vision and transcription what it understands."""

    TEXT = "text"
    VISION = "vision"
    IMAGE = "image"
    VIDEO = "video"
    SPEECH = "speech"
    MUSIC = "music"
    TRANSCRIPTION = "transcription"
