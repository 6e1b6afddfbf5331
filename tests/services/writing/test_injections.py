"""People's words are material: whatever they say, the instructions, the form and the target of a question stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.contracts.assists import Assist
from studio.domain.formats import Aspect
from studio.domain.remote import ChatRequest
from studio.domain.script import Script
from studio.domain.style import Figure
from studio.services.writing.assist_dialogue import AssistDialogue
from studio.services.writing.pictures import picture_prompt
from studio.services.writing.prompts import Prompts
from studio.services.writing.scene_dialogue import SceneDialogue
from studio.services.writing.script_dialogue import ScriptDialogue
from studio.services.writing.style_dialogue import StyleDialogue
from tests.services.writing.injections import INJECTIONS
from tests.services.writing.scripts import BRIEF, CLIMATE, STYLE, data_of, standing, system_of

HARMLESS = "The sea at night."


def every_field(words: str) -> dict[str, object]:
    """A brief in which everything that people can write says the same."""
    style = replace(
        STYLE,
        key=words,
        name=words,
        description=words,
        audience=words,
        keywords=(words,),
        discourse_architecture=words,
        language_register=words,
        script_function=words,
        narrator_posture=words,
        complexity=words,
        hook_type=words,
        hook_examples=(words,),
        call_to_action_type=words,
        call_to_action_examples=(words,),
        advanced_instructions=words,
        visual_prompt=words,
        negative_prompt=words,
    )
    figure = Figure(*[words] * 12)
    climate = replace(CLIMATE, key=words, name=words, description=words)
    return {"topic": words, "source_text": words, "style": style, "climate": climate, "figures": (figure,)}


def script_question(words: str) -> ChatRequest:
    brief = replace(BRIEF, **every_field(words))  # type: ignore[arg-type]  # its fields
    return ScriptDialogue(brief, Prompts(), instructions=words, present=spoken(words)).opening


def scene_question(words: str) -> ChatRequest:
    brief = replace(BRIEF, **every_field(words))  # type: ignore[arg-type]  # its fields
    return SceneDialogue(brief, spoken(words), 2, Prompts(), instructions=words).opening


def assist_question(words: str) -> ChatRequest:
    return AssistDialogue(
        Assist.TRANSLATE, [words, words], "pt-BR", Prompts(), instructions=words, context=words
    ).opening


def spoken(words: str) -> Script:
    """The standing script, in which all scenes but the second say and show these words."""
    script = standing()
    scenes = [replace(scene, narration=words, visual=words, title=words) for scene in script.scenes]
    scenes[1] = script.scenes[1]
    return replace(script, title=words, scenes=tuple(scenes))


QUESTIONS = {"script": script_question, "scene": scene_question, "assist": assist_question}


def test_the_corpus_is_large_enough() -> None:
    assert len(set(INJECTIONS)) >= 30


@pytest.mark.parametrize("words", INJECTIONS)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_words_change_nothing_but_the_data(question: object, words: str) -> None:
    assert callable(question)
    asked, usual = question(words), question(HARMLESS)

    assert system_of(asked) == system_of(usual)
    assert [message.role for message in asked.messages] == ["system", "user"]
    assert (asked.schema, asked.schema_name, asked.pictures) == (usual.schema, usual.schema_name, usual.pictures)
    assert data_of(asked).keys() == data_of(usual).keys()


@pytest.mark.parametrize("words", INJECTIONS)
def test_a_style_is_asked_for_with_the_topic_as_data(words: str) -> None:
    request = StyleDialogue(words, words, Prompts()).opening

    assert data_of(request).keys() == {"topic", "audience"}
    assert words not in system_of(request)
    assert request.schema == StyleDialogue(HARMLESS, "", Prompts()).opening.schema


@pytest.mark.parametrize("words", INJECTIONS)
def test_a_picture_keeps_its_size_its_seed_and_its_references(words: str) -> None:
    fields = every_field(words)
    scene = replace(standing().scenes[0], image_prompt=words, visual=words, characters=(words,))

    request = picture_prompt(scene, fields["style"], fields["figures"], Aspect.VERTICAL, 7)  # type: ignore[arg-type]  # its fields

    assert (request.width, request.height, request.seed, request.references) == (1080, 1920, 7, ())
    assert "\x1b" not in request.prompt
