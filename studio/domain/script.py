"""What a script is: a title and scenes, each with the words that are spoken and a sentence that says what is seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from studio.domain.formats import ShortFormat
from studio.domain.style import Climate, Figure, Style

MAXIMUM_SCENES = 120
MAXIMUM_SOURCE_BYTES = 512 * 1024
"""Half a megabyte of text is more than any ten-minute film can be cut from."""

OUTLINE_NOTICE = "The script is only an outline: there was a topic, but no text of yours and no language model."
OUTLINE_HINT = (
    "Give your own text with --from, run Ollama, or set OPENROUTER_API_KEY or STUDIO_OPENAI_BASE_URL; then make it "
    "with --new."
)
"""Said after the notice, in one line, wherever a person is told that a script is an outline."""


class Shot(StrEnum):
    """How near the camera stands; scenes vary it so that two neighbours never look alike."""

    WIDE = "wide"
    MEDIUM = "medium"
    CLOSE = "close"
    DETAIL = "detail"


class Role(StrEnum):
    """What a scene does in the film."""

    HOOK = "hook"
    BODY = "body"
    CALL_TO_ACTION = "call_to_action"


@dataclass(frozen=True)
class ScriptScene:
    """One scene. `duration_seconds` is a wish: spoken words are never cut, the film follows the voice."""

    narration: str
    visual: str = ""
    image_prompt: str = ""
    title: str | None = None
    shot: Shot = Shot.MEDIUM
    role: Role = Role.BODY
    duration_seconds: float | None = None
    characters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Script:
    """`is_outline` says that no author wrote these words: they are an honest skeleton of the right length."""

    title: str
    language: str
    scenes: tuple[ScriptScene, ...]
    is_outline: bool = False


@dataclass(frozen=True)
class ScriptBrief:
    """What a writer is asked for. `source_text` is the author's own text; without it there is only the topic."""

    topic: str
    style: Style
    climate: Climate
    source_text: str | None = None
    format: ShortFormat = ShortFormat.SHORT
    duration_seconds: float = 30.0
    scene_count: int = 4
    language: str | None = None
    figures: tuple[Figure, ...] = field(default_factory=tuple)
