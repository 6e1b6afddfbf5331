"""What the model is told: the craft and the brief as instructions, and everything people wrote as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from studio.domain.language import primary_language
from studio.domain.reading import text_filling
from studio.domain.script import ScriptBrief
from studio.domain.style import Figure
from studio.domain.text import one_line, safe
from studio.providers.openai_compatible.chat import Message
from studio.providers.openai_compatible.craft import (
    ANSWER,
    CAST,
    CONTENT_TYPES,
    CRAFT,
    DATA,
    EMOTIONAL_STATES,
    FROM_TOPIC,
    OWN_WORDS,
    PICTURES,
    PRESSURES,
    REVELATION_DYNAMICS,
)

_LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "pt-BR": "Brazilian Portuguese",
    "pt-PT": "European Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}


def opening(brief: ScriptBrief, language: str) -> list[Message]:
    """The conversation before the first answer: one system message and one block of data."""
    return [
        {"role": "system", "content": instructions(brief, language)},
        {"role": "user", "content": material(brief)},
    ]


def instructions(brief: ScriptBrief, language: str) -> str:
    """The system message. It holds the style, which is its owner's instruction, but neither topic nor text."""
    parts = [
        CRAFT,
        PICTURES,
        _film(brief, language),
        _style(brief),
        _climate(brief),
        FROM_TOPIC if brief.source_text is None else OWN_WORDS,
        *([CAST] if brief.figures else []),
        DATA,
        ANSWER.format(scene_count=brief.scene_count),
    ]
    return "\n\n".join(parts)


def material(brief: ScriptBrief) -> str:
    """The user message: one JSON object, so that no words in it can end it and pass for an instruction."""
    fields: dict[str, object] = {"topic": one_line(brief.topic)}
    if brief.source_text is not None:
        fields["source_text"] = safe(brief.source_text)
    if brief.figures:
        fields["cast"] = [_looks(figure) for figure in brief.figures]
    return json.dumps(fields, ensure_ascii=False)


def repair(faults: Sequence[str]) -> Message:
    """The one request to mend an answer that is no script."""
    listed = "\n".join(f"- {fault}" for fault in faults)
    return _again(f"That answer cannot be filmed:\n{listed}")


def other_length(spoken: float, brief: ScriptBrief, language: str) -> Message:
    """The one request to write a shorter or longer narration."""
    present, unit = text_filling(spoken, language)
    wanted, _ = text_filling(brief.duration_seconds, language)
    change = "Cut it down" if spoken > brief.duration_seconds else "Write more"
    return _again(
        f"The narration takes about {spoken:.0f} seconds to speak ({present} {unit}), but the film lasts "
        f"{brief.duration_seconds:.0f}. {change}: it needs about {wanted} {unit} in all, "
        f"about {max(1, wanted // brief.scene_count)} in each scene. Keep the hook, the order and the number of scenes."
    )


def _again(what: str) -> Message:
    return {"role": "user", "content": f"{what}\nAnswer with the whole corrected script as one JSON object."}


def _film(brief: ScriptBrief, language: str) -> str:
    count, unit = text_filling(brief.duration_seconds, language)
    each = max(1, count // brief.scene_count)
    name = _LANGUAGES.get(language) or _LANGUAGES.get(primary_language(language))
    spoken_as = f"{name} ({language})" if name else f"the language with the BCP 47 tag {language}"
    return (
        "THE FILM\n"
        f"It lasts {brief.duration_seconds:.0f} seconds and has exactly {brief.scene_count} scenes. The narration has "
        f"about {count} {unit} in all, about {each} in each scene: count them, for the film is as long as its words.\n"
        f"Title, narration, scene titles and visuals are in {spoken_as}, as a native speaker would say them. "
        "Only image_prompt is in English."
    )


def _style(brief: ScriptBrief) -> str:
    return "\n".join(["THE STYLE", CONTENT_TYPES[brief.style.content_type], *_style_lines(brief)])


def _style_lines(brief: ScriptBrief) -> Iterator[str]:
    style = brief.style
    told = (
        ("In short", style.description),
        ("Audience", style.audience),
        ("Order of the argument", style.discourse_architecture),
        ("Register", style.language_register),
        ("What the script is for", style.script_function),
        ("Who seems to be speaking", style.narrator_posture),
        ("Complexity", style.complexity),
        ("Kind of hook", style.hook_type),
        ("Hooks in this manner (do not copy them)", " / ".join(style.hook_examples)),
        ("Kind of call to action", style.call_to_action_type),
        ("Calls to action in this manner", " / ".join(style.call_to_action_examples)),
        ("Keywords", ", ".join(style.keywords)),
        ("Look of the pictures", style.visual_prompt),
        ("Never in the pictures", style.negative_prompt),
        ("Further wishes", style.advanced_instructions),
    )
    return (f"{name}: {one_line(text)}" for name, text in told if one_line(text))


def _climate(brief: ScriptBrief) -> str:
    climate = brief.climate
    lines = [
        "THE CLIMATE",
        EMOTIONAL_STATES[climate.emotional_state],
        REVELATION_DYNAMICS[climate.revelation_dynamic],
        PRESSURES[climate.pressure],
        one_line(climate.description),
    ]
    return "\n".join(line for line in lines if line)


def _looks(figure: Figure) -> dict[str, str]:
    return {name: one_line(value) for name, value in asdict(figure).items() if one_line(value)}
