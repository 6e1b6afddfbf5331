"""From a picture to traits: strict JSON in, a character's own fields out."""

from __future__ import annotations

import json

import pytest

from studio.contracts.characters import CharacterFields
from studio.domain.errors import Rejected
from studio.domain.remote import Reference
from studio.services.writing.prompts import Prompts
from studio.services.writing.traits_dialogue import TraitsDialogue
from tests.services.writing.scripts import said, system_of

PICTURE = Reference("somebody/aa/picture.png", "image/png")


def answer(*, has_character: bool = True, **traits: str) -> str:
    every = dict.fromkeys(CharacterFields.model_fields, "")
    return json.dumps({"has_character": has_character, "traits": {**every, **traits}})


def test_the_picture_is_shown_and_every_field_asked_for() -> None:
    request = TraitsDialogue(PICTURE, Prompts()).next([])

    assert request is not None
    assert request.schema is not None
    assert request.pictures == (PICTURE,)
    assert [*request.schema["properties"]["traits"]["properties"]] == [*CharacterFields.model_fields]
    assert "- age: How old: 34, in her sixties. At most 60 characters." in system_of(request)


def test_what_is_seen_becomes_the_fields_of_a_character() -> None:
    made = TraitsDialogue(PICTURE, Prompts()).result(said(answer(age="60", hair_color="silver \x1b[31m")))

    assert (made.age, made.hair_color, made.clothing) == ("60", "silver", "")


def test_traits_beyond_their_length_are_mended() -> None:
    talk = TraitsDialogue(PICTURE, Prompts())

    asked_again = talk.next(said(answer(age="very " * 30)))

    assert asked_again is not None
    assert "age must have at most 60 characters" in asked_again.messages[-1].text
    assert asked_again.pictures == (PICTURE,)
    assert talk.result(said(answer(age="very " * 30), answer(age="very old"))).age == "very old"


def test_fields_nobody_asked_for_are_dropped() -> None:
    made = TraitsDialogue(PICTURE, Prompts()).result(said(answer(age="60", image_model="fal/expensive", price="0")))

    assert made == CharacterFields(age="60")


@pytest.mark.parametrize("text", [answer(), answer(has_character=False, age="60")])
def test_a_picture_without_anybody_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="saw nobody in this picture"):
        TraitsDialogue(PICTURE, Prompts()).result(said(text))
