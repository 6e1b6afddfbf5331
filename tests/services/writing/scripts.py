"""Answers of a model: a script that fits a brief of four scenes and thirty seconds, and ways to spoil it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from studio.domain.formats import Pressure
from studio.domain.remote import Answer, ChatRequest
from studio.domain.script import Script, ScriptBrief, ScriptScene, Shot
from studio.domain.style import (
    Climate,
    ContentType,
    EmotionalState,
    Figure,
    RevelationDynamic,
    Style,
)

STYLE = Style(
    key="explainer",
    name="Explainer",
    content_type=ContentType.EDUCATIONAL,
    audience="curious people",
    language_register="plain and warm",
    visual_prompt="soft volumetric light",
)
CLIMATE = Climate(
    "curiosity", "Curiosity", EmotionalState.CURIOSITY, RevelationDynamic.PROGRESSIVE, Pressure.FLUID, "A question."
)
BRIEF = ScriptBrief("Why octopuses have three hearts", STYLE, CLIMATE, language="en")
NARRATIONS = (
    "An octopus has three hearts, and one of them stops beating whenever it does the thing it is famous for.",
    "Two small hearts push the blood through the gills, where it takes up the oxygen that the whole animal needs.",
    "The third and largest heart feeds the body, but when the octopus swims it pauses, so it gets tired very soon.",
    "That is why it would rather crawl than swim. Follow along if you want to know what else lives without a bone.",
)


def brief(**changes: Any) -> ScriptBrief:
    return replace(BRIEF, **changes)


def figures() -> tuple[Figure, ...]:
    return (Figure("Maya", hair_color="red"), Figure("Old Tom", age="70"))


def script(**changes: Any) -> dict[str, Any]:
    """A script as the model should write it; `scenes` may be changed by a list of changes, one for each scene."""
    scene_changes = changes.pop("scenes", [{}] * len(NARRATIONS))
    scenes = [
        {
            "narration": narration,
            "visual": f"an octopus, part {number}",
            "image_prompt": f"a red octopus on a reef, part {number}",
            "title": f"Part {number}",
            "shot": ["wide", "close", "detail", "medium"][number - 1],
            "characters": [],
            **change,
        }
        for number, (narration, change) in enumerate(zip(NARRATIONS, scene_changes, strict=False), start=1)
    ]
    return {"title": "Why octopuses have three hearts", "scenes": scenes, **changes}


def text(**changes: Any) -> str:
    return json.dumps(script(**changes))


def narrated(*narrations: str) -> str:
    """A script with these words, one scene each."""
    return text(scenes=[{"narration": words} for words in narrations])


def said(*texts: str, model: str = "vendor/model") -> list[Answer]:
    """What a model answered, one text after the other."""
    return [Answer(text=each, model=model) for each in texts]


def system_of(request: ChatRequest | None) -> str:
    assert request is not None
    assert request.messages[0].role == "system"
    return request.messages[0].text


def data_of(request: ChatRequest | None) -> dict[str, Any]:
    """The one block of data of a question."""
    assert request is not None
    assert request.messages[1].role == "user"
    block = json.loads(request.messages[1].text)
    assert isinstance(block, dict)
    return block


def standing() -> Script:
    """A script that stands, with the characters of `figures` in its first scene."""
    scenes = tuple(
        ScriptScene(narration, f"an octopus, part {number}", shot=Shot.WIDE if number % 2 else Shot.CLOSE)
        for number, narration in enumerate(NARRATIONS, start=1)
    )
    return Script("Why octopuses have three hearts", "en", scenes)
