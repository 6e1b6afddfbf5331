"""What the model answers: its shape, its faults in words the model can act on, and the script it becomes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.domain.language import STOP_WORDS, guess_language, primary_language
from studio.domain.reading import spoken_seconds
from studio.domain.script import Role, Script, ScriptBrief, ScriptScene, Shot
from studio.domain.text import one_line, short_title

LONGEST_NARRATION = 2_000
LONGEST_DESCRIPTION = 1_000

_EMPHASIS = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)|^\s*#+\s*|^\s*[-•]\s+")
_EMOJI = re.compile("(?:[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u20e3]\u200d?)+")
_MARKUP = re.compile(r"[\[\]<>{}|]|https?://|www\.")
_LABEL = re.compile(
    r"^(?:scene|cena|escena|scène|szene|scena|narrat\w+|narrador\w*|voice ?-?over|host)\b[^.!?]{0,12}:", re.I
)


class Faulty(Exception):
    """An answer that is no script. `faults` are sentences for the model."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class _Strict(BaseModel):
    """Types are not converted; fields nobody asked for are dropped."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class DraftScene(_Strict):
    narration: str = Field(min_length=1, max_length=LONGEST_NARRATION)
    visual: str = Field(min_length=1, max_length=LONGEST_DESCRIPTION)
    image_prompt: str = Field(min_length=1, max_length=LONGEST_DESCRIPTION)
    title: str | None = Field(None, max_length=LONGEST_DESCRIPTION)
    shot: Shot = Shot.MEDIUM
    characters: tuple[str, ...] = ()


class Draft(_Strict):
    title: str = Field(min_length=1, max_length=LONGEST_DESCRIPTION)
    scenes: tuple[DraftScene, ...] = Field(min_length=1)


def schema(scene_count: int) -> dict[str, Any]:
    """The JSON schema of a draft of so many scenes, in the subset that strict structured output allows."""
    text = {"type": "string"}
    scene = {
        "narration": text,
        "visual": text,
        "image_prompt": text,
        "title": text,
        "shot": {"type": "string", "enum": [shot.value for shot in Shot]},
        "characters": {"type": "array", "items": text},
    }
    scenes = {"type": "array", "items": _object(scene), "minItems": scene_count, "maxItems": scene_count}
    return _object({"title": text, "scenes": scenes})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def read_draft(text: str, brief: ScriptBrief, language: str) -> Script:
    """The script in a model's answer. Raises Faulty with everything that is wrong with it."""
    try:
        draft = Draft.model_validate_json(text)
    except ValidationError as error:
        raise Faulty([_sentence(fault["loc"], fault["msg"]) for fault in error.errors()[:8]]) from error
    script = _script(draft, brief, language)
    faults = [*_faults(script, brief, language)]
    if faults:
        raise Faulty(faults)
    return script


def seconds_of(script: Script) -> float:
    """How long the whole narration takes to be spoken."""
    return sum(spoken_seconds(scene.narration, script.language) for scene in script.scenes)


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    if not place:
        return "The answer is not one JSON object of the form that was asked for."
    names = [f"scene {part + 1}" if isinstance(part, int) else str(part) for part in place if part != "scenes"]
    return f"{', '.join(names) or 'scenes'}: {message}."


def _script(draft: Draft, brief: ScriptBrief, language: str) -> Script:
    last = len(draft.scenes) - 1
    roles = [Role.HOOK, *[Role.BODY] * (last - 1), *([Role.CALL_TO_ACTION] if last else [])]
    scenes = (_scene(scene, role, brief, language) for scene, role in zip(draft.scenes, roles, strict=True))
    return Script(short_title(_plain(draft.title)), language, tuple(scenes))


def _scene(scene: DraftScene, role: Role, brief: ScriptBrief, language: str) -> ScriptScene:
    narration = _plain(scene.narration)
    visual = one_line(scene.visual)
    look, prompt = brief.style.visual_prompt, one_line(scene.image_prompt) or visual
    shortest = float(brief.format.rules.scene_minimum_seconds)
    return ScriptScene(
        narration=narration,
        visual=visual,
        image_prompt=prompt if not look or look in prompt else f"{prompt.rstrip(' .')}, {look}",
        title=short_title(_plain(scene.title or "")) or None,
        shot=scene.shot,
        role=role,
        duration_seconds=shortest if spoken_seconds(narration, language) < shortest else None,
        characters=_known(scene.characters, brief),
    )


def _plain(text: str) -> str:
    """The words alone: marks of emphasis and pictograms are for the eye, and no voice can say them."""
    return one_line(_EMOJI.sub("", _EMPHASIS.sub("", one_line(text))))


def _known(names: tuple[str, ...], brief: ScriptBrief) -> tuple[str, ...]:
    """Those of the film's characters that the scene names, in the order of the cast."""
    wanted = {one_line(name).casefold() for name in names}
    return tuple(figure.name for figure in brief.figures if one_line(figure.name).casefold() in wanted)


def _faults(script: Script, brief: ScriptBrief, language: str) -> Iterator[str]:
    count, narrations = len(script.scenes), [scene.narration for scene in script.scenes]
    if count != brief.scene_count:
        yield f"There must be exactly {brief.scene_count} scenes, not {count}."
    for number, scene in enumerate(script.scenes, start=1):
        yield from (f"Scene {number}: {fault}" for fault in _scene_faults(scene))
    for narration, times in Counter(text.casefold() for text in narrations).items():
        if times > 1:
            yield f"{times} scenes say the same: {narration[:80]!r}."
    if not any(map(str.isalnum, script.title)):
        yield "The title has no words."
    if not _speaks(" ".join(narrations), language):
        yield f"The narration must be in the language {language}."


def _scene_faults(scene: ScriptScene) -> Iterator[str]:
    if not any(map(str.isalnum, scene.narration)):
        yield "the narration has no words."
    if _MARKUP.search(scene.narration):
        yield "the narration has brackets, tags or links; it must be plain words to be spoken."
    if _LABEL.match(scene.narration):
        yield "the narration begins with a label; it must hold only what the voice says."
    if not scene.visual:
        yield "visual must not be empty."


def _speaks(text: str, language: str) -> bool:
    """Whether the words look like the language; one that studio cannot tell apart is only held to be not English."""
    tongue = primary_language(language)
    guessed = primary_language(guess_language(text, default=tongue))
    return guessed == tongue or (tongue not in STOP_WORDS and guessed != "en")
