"""What people wrote, as the data of a question; and what studio itself says of length, language and manner."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from studio.domain.reading import text_filling
from studio.domain.script import ScriptBrief
from studio.domain.style import Climate, Figure, Style
from studio.domain.text import one_line, safe
from studio.services.writing.craft import (
    CONTENT_TYPES,
    EMOTIONAL_STATES,
    PRESSURES,
    REVELATION_DYNAMICS,
    language_name,
)
from studio.services.writing.structured import lines_of

_STYLE_LISTS = {"hook_examples": " / ", "call_to_action_examples": " / ", "keywords": ", "}
_STYLE_LINES = (
    "description",
    "audience",
    "discourse_architecture",
    "language_register",
    "script_function",
    "narrator_posture",
    "complexity",
    "hook_type",
    "hook_examples",
    "call_to_action_type",
    "call_to_action_examples",
    "keywords",
    "visual_prompt",
    "negative_prompt",
    "advanced_instructions",
)
_TOLD_AS = {
    "visual_prompt": "look_of_the_pictures",
    "negative_prompt": "never_in_the_pictures",
    "advanced_instructions": "further_wishes",
}


def brief_data(brief: ScriptBrief) -> dict[str, Any]:
    """Everything in a brief that people wrote."""
    return {
        "topic": one_line(brief.topic),
        "source_text": None if brief.source_text is None else safe(brief.source_text),
        "style": style_data(brief.style),
        "climate": one_line(brief.climate.description),
        "cast": [lines_of(asdict(figure)) for figure in brief.figures],
    }


def style_data(style: Style) -> dict[str, str]:
    """What a style asks of a writer, in its owner's words."""
    fields = {_TOLD_AS.get(name, name): _line(style, name) for name in _STYLE_LINES}
    return lines_of(fields)


def _line(style: Style, name: str) -> str:
    value = getattr(style, name)
    return _STYLE_LISTS[name].join(value) if name in _STYLE_LISTS else str(value)


def film_section(brief: ScriptBrief, language: str) -> str:
    """Length, number of scenes and language, which nobody's words can change."""
    count, unit = text_filling(brief.duration_seconds, language)
    each = max(1, count // brief.scene_count)
    return (
        "THE FILM\n"
        f"It lasts {brief.duration_seconds:.0f} seconds and has exactly {brief.scene_count} scenes. The narration has "
        f"about {count} {unit} in all, about {each} in each scene: count them, for the film is as long as its words.\n"
        f"{language_section(language)}"
    )


def language_section(language: str) -> str:
    return (
        f"Title, narration, scene titles and visuals are in {language_name(language)}, as a native speaker would say "
        "them. Only image_prompt is in English."
    )


def manner_section(style: Style, climate: Climate) -> str:
    """What the kind of content and the climate ask for, in studio's own sentences."""
    lines = [
        CONTENT_TYPES[style.content_type],
        EMOTIONAL_STATES[climate.emotional_state],
        REVELATION_DYNAMICS[climate.revelation_dynamic],
        PRESSURES[climate.pressure],
    ]
    return "\n".join(["THE MANNER", *lines])


def names_present(names: tuple[str, ...], figures: tuple[Figure, ...]) -> tuple[str, ...]:
    """Those of the film's characters that an answer names, in the order of the cast."""
    wanted = {one_line(name).casefold() for name in names}
    return tuple(figure.name for figure in figures if one_line(figure.name).casefold() in wanted)
