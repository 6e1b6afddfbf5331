"""The answers of the test servers are such as studio's own readers take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from studio.domain.remote import Answer, ChatRequest, Reference
from studio.domain.script import ScriptBrief
from studio.services.writing.assist_dialogue import Assist, AssistDialogue
from studio.services.writing.dialogue import Dialogue
from studio.services.writing.prompts import Prompts
from studio.services.writing.scene_dialogue import SceneDialogue
from studio.services.writing.script_dialogue import ScriptDialogue
from studio.services.writing.style_dialogue import StyleDialogue
from studio.services.writing.traits_dialogue import TraitsDialogue
from tests.servers.written import answer_to
from tests.services.writing.scripts import brief, figures


def heard(request: ChatRequest) -> str:
    messages: list[Mapping[str, Any]] = [
        {"role": message.role, "content": message.text} for message in request.messages
    ]
    return answer_to(messages, request.schema)


def brief_in(language: str, scenes_seconds: float = 30) -> ScriptBrief:
    return brief(language=language, duration_seconds=scenes_seconds, figures=figures())


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("seconds", [20, 30, 60])
def test_a_script_fits_its_brief_at_once(language: str, seconds: float) -> None:
    dialogue = ScriptDialogue(brief_in(language, seconds), Prompts())
    answer = Answer(text=heard(dialogue.opening))

    script = dialogue.result([answer])

    assert dialogue.next([answer]) is None
    assert script.scenes[0].characters == ("Maya", "Old Tom")


def test_a_scene_fits_between_its_neighbours() -> None:
    wanted = brief_in("en")
    script = ScriptDialogue(wanted, Prompts())
    written = script.result([Answer(text=heard(script.opening))])
    dialogue = SceneDialogue(wanted, written, 3, Prompts())

    assert dialogue.result([Answer(text=heard(dialogue.opening))]).narration


@pytest.mark.parametrize(
    "dialogue",
    [
        AssistDialogue(Assist.IMPROVE, ["One text.", "And another one."], "en", Prompts()),
        AssistDialogue(Assist.TRANSLATE, ["One text.", "And another one."], "pt-BR", Prompts()),
        StyleDialogue("octopuses", "curious people", Prompts()),
        TraitsDialogue(Reference("ab.png", "image/png"), Prompts()),
    ],
    ids=lambda dialogue: type(dialogue).__name__,
)
def test_every_other_question_is_answered_well(dialogue: Dialogue[Any]) -> None:
    answer = Answer(text=heard(dialogue.opening))

    assert dialogue.result([answer])
