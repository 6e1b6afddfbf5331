"""What a model answers for a script: its shape, its faults in words the model can act on, and the script it becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import Field

from studio.domain.reading import spoken_seconds
from studio.domain.script import Role, Script, ScriptBrief, ScriptScene, Shot
from studio.domain.text import one_line, short_title
from studio.services.writing.material import names_present
from studio.services.writing.spoken_words import has_words, is_in_language, narration_faults, spoken
from studio.services.writing.structured import (
    TEXT,
    Faulty,
    Strict,
    choice_schema,
    list_schema,
    object_schema,
    parsed,
)

LONGEST_NARRATION = 2_000
LONGEST_DESCRIPTION = 1_000

SCENE_FORM = """{"narration": "the sentences the voice says in this scene", "visual": "what the viewer sees", \
"image_prompt": "the picture for the painter, in English", "title": "two to five words", "shot": "wide", \
"characters": []}"""
"""How a scene is written, for models that are told the form in words alone."""


class DraftScene(Strict):
    narration: str = Field(min_length=1, max_length=LONGEST_NARRATION)
    visual: str = Field(min_length=1, max_length=LONGEST_DESCRIPTION)
    image_prompt: str = Field(min_length=1, max_length=LONGEST_DESCRIPTION)
    title: str | None = Field(None, max_length=LONGEST_DESCRIPTION)
    shot: Shot = Shot.MEDIUM
    characters: tuple[str, ...] = ()


class Draft(Strict):
    title: str = Field(min_length=1, max_length=LONGEST_DESCRIPTION)
    scenes: tuple[DraftScene, ...] = Field(min_length=1)


def scene_schema() -> dict[str, Any]:
    """The JSON schema of one scene."""
    return object_schema(
        {
            "narration": TEXT,
            "visual": TEXT,
            "image_prompt": TEXT,
            "title": TEXT,
            "shot": choice_schema(shot.value for shot in Shot),
            "characters": list_schema(TEXT),
        }
    )


def script_schema(scene_count: int) -> dict[str, Any]:
    """The JSON schema of a script of so many scenes."""
    return object_schema({"title": TEXT, "scenes": list_schema(scene_schema(), scene_count)})


def read_script(text: str, brief: ScriptBrief, language: str) -> Script:
    """The script in a model's answer. Raises Faulty with everything that is wrong with it."""
    script = _script(parsed(Draft, text), brief, language)
    faults = [*_faults(script, brief, language)]
    if faults:
        raise Faulty(faults)
    return script


def read_scene(text: str, role: Role, brief: ScriptBrief, language: str) -> ScriptScene:
    """The scene in a model's answer. Raises Faulty with everything that is wrong with it."""
    scene = _scene(parsed(DraftScene, text), role, brief, language)
    faults = [*_scene_faults(scene), *_language_faults(scene.narration, language)]
    if faults:
        raise Faulty(faults)
    return scene


def seconds_of(script: Script) -> float:
    """How long the whole narration takes to be spoken."""
    return sum(spoken_seconds(scene.narration, script.language) for scene in script.scenes)


def _script(draft: Draft, brief: ScriptBrief, language: str) -> Script:
    last = len(draft.scenes) - 1
    roles = [Role.HOOK, *[Role.BODY] * (last - 1), *([Role.CALL_TO_ACTION] if last else [])]
    scenes = (_scene(scene, role, brief, language) for scene, role in zip(draft.scenes, roles, strict=True))
    return Script(short_title(spoken(draft.title)), language, tuple(scenes))


def _scene(scene: DraftScene, role: Role, brief: ScriptBrief, language: str) -> ScriptScene:
    narration = spoken(scene.narration)
    visual = one_line(scene.visual)
    look, prompt = brief.style.visual_prompt, one_line(scene.image_prompt) or visual
    shortest = float(brief.format.rules.scene_minimum_seconds)
    return ScriptScene(
        narration=narration,
        visual=visual,
        image_prompt=prompt if not look or look in prompt else f"{prompt.rstrip(' .')}, {look}",
        title=short_title(spoken(scene.title or "")) or None,
        shot=scene.shot,
        role=role,
        duration_seconds=shortest if spoken_seconds(narration, language) < shortest else None,
        characters=names_present(scene.characters, brief.figures),
    )


def _faults(script: Script, brief: ScriptBrief, language: str) -> Iterator[str]:
    count, narrations = len(script.scenes), [scene.narration for scene in script.scenes]
    if count != brief.scene_count:
        yield f"There must be exactly {brief.scene_count} scenes, not {count}."
    for number, scene in enumerate(script.scenes, start=1):
        yield from (f"Scene {number}: {fault}" for fault in _scene_faults(scene))
    for narration, times in Counter(text.casefold() for text in narrations).items():
        if times > 1:
            yield f"{times} scenes say the same: {narration[:80]!r}."
    if not has_words(script.title):
        yield "The title has no words."
    yield from _language_faults(" ".join(narrations), language)


def _scene_faults(scene: ScriptScene) -> Iterator[str]:
    yield from narration_faults(scene.narration)
    if not scene.visual:
        yield "visual must not be empty."


def _language_faults(narration: str, language: str) -> Iterator[str]:
    if not is_in_language(narration, language):
        yield f"The narration must be in the language {language}."
