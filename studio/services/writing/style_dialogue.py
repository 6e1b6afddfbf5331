"""A style for a topic: what a language model is asked, what its answer becomes, and which built-in one fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from studio.contracts.definitions import faults_of
from studio.contracts.styles import StyleData
from studio.domain.language import STOP_WORDS, guess_language
from studio.domain.remote import ChatRequest
from studio.domain.style import ContentType, MusicMood
from studio.domain.text import one_line
from studio.services.writing.craft import DATA, language_name
from studio.services.writing.dialogue import Dialogue, question
from studio.services.writing.prompts import Prompts
from studio.services.writing.structured import (
    TEXT,
    Faulty,
    Strict,
    choice_schema,
    data_block,
    list_schema,
    object_schema,
    parsed,
)
from studio.services.writing.style_cues import CUES

_COLOURS = {
    "dark": "the dark end of the background",
    "light": "the light end of the background",
    "glow": "where light falls",
    "accent": "what must be noticed",
}
_TEXTS = (
    "name",
    "description",
    "audience",
    "discourse_architecture",
    "language_register",
    "script_function",
    "narrator_posture",
    "complexity",
    "hook_type",
    "call_to_action_type",
    "visual_prompt",
    "negative_prompt",
)
_LISTS = ("keywords", "hook_examples", "call_to_action_examples")


class StyleDialogue(Dialogue[StyleData]):
    """Neither a voice nor a model is asked for: no answer chooses what a film is made with."""

    noun = "a style"
    way_out = "Use a larger model, or studio styles create --like HANDLE."

    def __init__(self, topic: str, audience: str, prompts: Prompts) -> None:
        super().__init__(style_request(topic, audience, prompts))

    def read(self, text: str) -> StyleData:
        fields = parsed(_Suggestion, text).model_dump()
        palette = fields["palette"]
        try:
            return StyleData.model_validate(
                {**fields, "captions": {"highlight": palette.get("accent")}} if "accent" in palette else fields
            )
        except ValidationError as error:
            raise Faulty(f"{fault}." for fault in faults_of(error, StyleData)) from error


class _Suggestion(Strict):
    """What a model may say of a style; `StyleData` looks at lengths, colours and names."""

    name: str
    content_type: str
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
    visual_prompt: str = ""
    negative_prompt: str = ""
    palette: dict[str, str]
    music_mood: str


def style_request(topic: str, audience: str, prompts: Prompts) -> ChatRequest:
    """The question for a language model: one whole style, as strict JSON."""
    language = guess_language(topic)
    system = "\n\n".join([prompts.text("style.suggest"), _language(language), DATA, _ANSWER])
    data = data_block({"topic": one_line(topic), "audience": one_line(audience)})
    return ChatRequest(question(system, data), "style", _schema())


def matching_style(topic: str, audience: str, styles: Mapping[str, StyleData]) -> str:
    """The handle of the style whose kind, keywords and audience fit best; the first one where none tells more."""
    words = f"{topic} {audience}".casefold()
    return max(styles, key=lambda handle: _closeness(words, styles[handle]))


def _closeness(words: str, style: StyleData) -> int:
    cues = "|".join(CUES.get(style.content_type, ()))
    has_cue = bool(cues) and re.search(rf"(?<!\w)(?:{cues})(?!\w)", words) is not None
    told = [*style.keywords, *style.audience.split(), *style.name.split()]
    return 10 * has_cue + sum(1 for word in told if word not in STOP_WORDS["en"] and _has(words, word))


def _has(words: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", words) is not None


def _language(language: str) -> str:
    return f"THE LANGUAGE\nEverything but the pictures is in {language_name(language)}."


def _schema() -> dict[str, Any]:
    return object_schema(
        {
            **dict.fromkeys(_TEXTS, TEXT),
            **dict.fromkeys(_LISTS, list_schema(TEXT)),
            "content_type": choice_schema(kind.value for kind in ContentType),
            "music_mood": choice_schema(mood.value for mood in MusicMood),
            "palette": object_schema(dict.fromkeys(_COLOURS, TEXT)),
        }
    )


_ANSWER = "\n".join(
    [
        "THE ANSWER",
        f"Answer with one JSON object and nothing else. These fields are texts: {', '.join(_TEXTS)}; name has at most "
        f"60 characters, the others at most 200. These are lists of two to five texts: {', '.join(_LISTS)}; a keyword "
        "has at most 60 characters.",
        f"content_type is one of {', '.join(ContentType)}; music_mood is one of {', '.join(MusicMood)}.",
        "palette has four colours written as #rrggbb: "
        + ", ".join(f"{name} ({meaning})" for name, meaning in _COLOURS.items())
        + ".",
    ]
)
