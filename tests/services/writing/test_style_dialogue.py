"""A style for a topic, from a model or from those there are."""

from __future__ import annotations

import json

import pytest

from studio.contracts.styles import StyleData
from studio.domain.style import ContentType, MusicMood
from studio.services.catalogue import built_in_styles
from studio.services.writing.prompts import Prompts
from studio.services.writing.style_dialogue import StyleDialogue, matching_style
from tests.services.writing.scripts import data_of, said, system_of

SUGGESTED = {
    "name": "Deep sea notes",
    "content_type": "EDUCATIONAL",
    "description": "The sea, explained by somebody who dives.",
    "audience": "divers",
    "keywords": ["sea", "diving"],
    "hook_examples": ["Below two hundred metres there is no red."],
    "call_to_action_examples": ["Follow me down."],
    "visual_prompt": "dark blue water, one beam of light",
    "negative_prompt": "text, people",
    "palette": {"dark": "#02121f", "light": "#1b4965", "glow": "#9bd4e4", "accent": "#ffb703"},
    "music_mood": "calm",
}


def answer(**changes: object) -> str:
    return json.dumps({**SUGGESTED, **changes})


def test_topic_and_audience_are_data_and_the_language_is_that_of_the_topic() -> None:
    request = StyleDialogue("O fundo do mar e as suas luzes", "mergulhadores", Prompts()).next([])

    assert data_of(request) == {"topic": "O fundo do mar e as suas luzes", "audience": "mergulhadores"}
    assert "Everything but the pictures is in Portuguese (pt)." in system_of(request)
    assert "mergulhadores" not in system_of(request)


def test_all_of_a_style_is_asked_for_but_what_is_the_persons_own() -> None:
    request = StyleDialogue("The deep sea", "", Prompts()).next([])

    assert request is not None
    assert request.schema is not None
    assert {*request.schema["properties"]} == {*StyleData.model_fields} - {"advanced_instructions", "captions", "voice"}


def test_an_answer_becomes_a_whole_style() -> None:
    style = StyleDialogue("The deep sea", "", Prompts()).result(said(answer()))

    assert (style.name, style.content_type, style.music_mood) == (
        "Deep sea notes",
        ContentType.EDUCATIONAL,
        MusicMood.CALM,
    )
    assert (style.palette.accent, style.captions.highlight) == ("#ffb703", "#ffb703")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"palette": {**SUGGESTED["palette"], "dark": "navy"}}, "palette.dark must be a colour"),  # type: ignore[dict-item]  # a dict
        ({"content_type": "ADVERTISING"}, "content_type must be one of"),
        ({"description": "long " * 200}, "description must have at most 500 characters"),
        ({"name": ""}, "name must have at least 1 character"),
    ],
)
def test_what_is_wrong_is_mended(changes: dict[str, object], fault: str) -> None:
    talk = StyleDialogue("The deep sea", "", Prompts())

    asked_again = talk.next(said(answer(**changes)))

    assert asked_again is not None
    assert fault in asked_again.messages[-1].text


def test_neither_voice_nor_model_nor_font_is_taken_from_an_answer() -> None:
    style = StyleDialogue("The deep sea", "", Prompts()).result(
        said(answer(voice="eleven/expensive", text_model="gpt-9", captions={"font": "Comic"}))
    )

    assert (style.voice, style.captions.font) == (None, "Montserrat")


@pytest.mark.parametrize(
    ("topic", "handle"),
    [
        ("Why octopuses have three hearts", "explainer"),
        ("Breaking news about the election", "news"),
        ("How to sharpen a kitchen knife, step by step", "tutorial"),
        ("Uma piada engraçada sobre gatos", "humor"),
        ("La legenda del lago e i suoi fantasmi, una leggenda", "story"),
        ("Disciplina e bons hábitos de manhã", "motivation"),
    ],
)
def test_the_built_in_style_that_fits_is_found_without_a_model(topic: str, handle: str) -> None:
    assert matching_style(topic, "", built_in_styles()) == handle
