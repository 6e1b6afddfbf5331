"""What is accepted as a script, what is cleaned, and what is sent back."""

from __future__ import annotations

import json

import pytest

from studio.domain.script import ScriptScene
from studio.services.writing.draft import read_script, script_schema
from studio.services.writing.structured import Faulty
from tests.services.writing.scripts import NARRATIONS, brief, narrated, script, text


def first_scene(**changes: object) -> ScriptScene:
    return read_script(text(scenes=[changes, {}, {}, {}]), brief(), "en").scenes[0]


def faults_of(answer: str, language: str = "en") -> list[str]:
    with pytest.raises(Faulty) as caught:
        read_script(answer, brief(), language)
    return caught.value.faults


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("**An octopus** has _three_ hearts.", "An octopus has three hearts."),
        ("# An octopus has `three` hearts.", "An octopus has three hearts."),
        ("An octopus 🐙 has three ❤️ hearts.", "An octopus has three hearts."),
        ("- An octopus\nhas three hearts.", "An octopus has three hearts."),
        ("It is 37 °C, not snake_case – “really”.", "It is 37 °C, not snake_case – “really”."),
    ],
)
def test_the_narration_is_left_with_words_to_be_spoken(written: str, spoken: str) -> None:
    assert first_scene(narration=written).narration == spoken


@pytest.mark.parametrize(
    "narration",
    [
        "An octopus [dramatic music] has three hearts.",
        "See https://example.com for all of it.",
        "<b>Three</b> of them.",
        "…",
    ],
)
def test_a_narration_that_cannot_be_spoken_is_a_fault(narration: str) -> None:
    assert faults_of(narrated(narration, *NARRATIONS[1:]))[0].startswith("Scene 1: the narration has")


@pytest.mark.parametrize(
    "narration", ["Scene 1: An octopus has three hearts.", "Narrator: It has three.", "Voiceover: It is."]
)
def test_a_label_before_the_words_is_a_fault(narration: str) -> None:
    assert faults_of(narrated(narration, *NARRATIONS[1:])) == [
        "Scene 1: the narration begins with a label; it must hold only what the voice says."
    ]


def test_every_fault_of_form_is_named_with_its_scene() -> None:
    answer = script(scenes=[{"narration": 7}, {"shot": "aerial"}, {"visual": ""}, {}])
    del answer["title"]

    faults = faults_of(json.dumps(answer))

    assert [fault.split(":")[0] for fault in faults] == [
        "title",
        "scene 1, narration",
        "scene 2, shot",
        "scene 3, visual",
    ]


@pytest.mark.parametrize("answer", ["", "no JSON", "[]", "[" * 100_000])
def test_what_is_no_object_is_one_fault(answer: str) -> None:
    assert faults_of(answer) == ["The answer is not one JSON object of the form that was asked for."]


def test_two_scenes_that_say_the_same_are_a_fault() -> None:
    assert faults_of(narrated(NARRATIONS[0], NARRATIONS[0].upper(), *NARRATIONS[2:]))[0].startswith(
        "2 scenes say the same"
    )


def test_another_language_than_the_one_asked_for_is_a_fault() -> None:
    assert faults_of(text(), "pt-BR") == ["The narration must be in the language pt-BR."]
    assert faults_of(text(), "sw") == ["The narration must be in the language sw."]


@pytest.mark.parametrize(
    ("language", "narration"),
    [
        ("pt-BR", "O polvo tem três corações, e um deles para quando ele nada."),
        ("ja", "タコには三つの心臓があります。"),
        ("ca", "El pop té tres cors, i un d'ells s'atura quan neda."),
    ],
)
def test_the_language_asked_for_is_recognised(language: str, narration: str) -> None:
    parts = [f"{narration} {number}" for number in range(4)]

    assert read_script(narrated(*parts), brief(), language).language == language


def test_titles_are_short_and_empty_ones_are_none() -> None:
    written = read_script(
        text(title="Hearts " * 20, scenes=[{"title": ""}, {"title": None}, {"title": "*Two*."}, {}]), brief(), "en"
    )

    assert len(written.title) <= 70
    assert [scene.title for scene in written.scenes] == [None, None, "Two", "Part 4"]


def test_a_scene_too_short_to_be_seen_wishes_for_the_shortest_length() -> None:
    assert first_scene(narration="It has three hearts.").duration_seconds == 3
    assert first_scene().duration_seconds is None


def test_an_image_prompt_of_nothing_is_the_visual() -> None:
    assert first_scene(image_prompt=" ").image_prompt == "an octopus, part 1, soft volumetric light"


def test_the_schema_holds_to_the_strict_subset() -> None:
    wanted = script_schema(4)

    scene = wanted["properties"]["scenes"]["items"]
    assert (wanted["properties"]["scenes"]["minItems"], wanted["properties"]["scenes"]["maxItems"]) == (4, 4)
    for described in (wanted, scene):
        assert described["additionalProperties"] is False
        assert described["required"] == list(described["properties"])
