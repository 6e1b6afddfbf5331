"""The prompt engineer: scenes and people as a picture, a motion and a music model are asked for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.domain.formats import Aspect, Pressure
from studio.domain.remote import Reference
from studio.domain.script import ScriptScene, Shot
from studio.domain.style import Figure, MusicMood
from studio.services.writing.motion import motion_prompt
from studio.services.writing.pictures import LONGEST_PROMPT, PORTRAIT_SIZE, picture_prompt, portrait_prompt
from studio.services.writing.score import score_prompt
from tests.services.writing.scripts import STYLE

MAYA = Figure("Maya", age="30", gender="woman", hair_color="red", hair_style="curly hair", clothing="a yellow raincoat")
TOM = Figure("Old Tom", age="70", gender="man", hair_color="grey", clothing="a blue jersey")
SCENE = ScriptScene(
    "The sea takes what it wants.",
    "Maya looks at the sea",
    "Maya on a pier, storm clouds behind Maya",
    shot=Shot.WIDE,
    characters=("Maya",),
)
NOBODY = replace(SCENE, image_prompt="a red octopus on a reef", visual="an octopus", characters=())


def test_a_scene_becomes_a_picture_without_names() -> None:
    request = picture_prompt(SCENE, STYLE, [MAYA, TOM], Aspect.VERTICAL, 7)

    assert request.prompt.startswith(
        "The 30-year-old woman with red curly hair on a pier, storm clouds behind the 30-year-old woman with red curly"
        " hair."
    )
    assert "wearing a yellow raincoat" in request.prompt
    assert "Maya" not in request.prompt
    assert "jersey" not in request.prompt
    assert "Soft volumetric light" in request.prompt
    assert "Wide shot" in request.prompt
    assert "Vertical 9:16" in request.prompt
    assert (request.width, request.height, request.seed) == (1080, 1920, 7)


def test_the_same_scene_is_always_the_same_request() -> None:
    first = picture_prompt(SCENE, STYLE, [MAYA], Aspect.SQUARE, 7)

    assert picture_prompt(SCENE, STYLE, [MAYA], Aspect.SQUARE, 7) == first


def test_people_whom_the_scene_does_not_name_are_left_out() -> None:
    request = picture_prompt(NOBODY, STYLE, [MAYA], Aspect.WIDE, 7)

    assert "raincoat" not in request.prompt


def test_people_whom_only_the_words_of_the_picture_name_are_shown() -> None:
    scene = replace(NOBODY, visual="Maya beside a red octopus")

    request = picture_prompt(scene, STYLE, [MAYA, TOM], Aspect.WIDE, 7)

    assert "raincoat" in request.prompt
    assert "jersey" not in request.prompt


def test_references_ask_for_the_same_people() -> None:
    shown = (Reference("me/aa/maya.png", "image/png"),)

    request = picture_prompt(SCENE, STYLE, [MAYA], Aspect.VERTICAL, 7, shown)

    assert request.references == shown
    assert "keep face, hair, body and clothes exactly" in request.prompt
    assert "keep face" not in picture_prompt(NOBODY, STYLE, [MAYA], Aspect.VERTICAL, 7, shown).prompt


def test_the_look_of_the_style_is_said_once() -> None:
    scene = replace(NOBODY, image_prompt="a red octopus, soft volumetric light")

    assert picture_prompt(scene, STYLE, [], Aspect.VERTICAL, 7).prompt.count("soft volumetric light") == 1


def test_what_a_style_never_shows_joins_what_no_picture_shows() -> None:
    request = picture_prompt(NOBODY, replace(STYLE, negative_prompt="people; text, rain"), [], Aspect.VERTICAL, 7)

    assert request.negative_prompt.startswith("people, text, rain, letters, watermark")


def test_a_scene_without_a_prompt_is_painted_from_what_is_seen() -> None:
    bare = ScriptScene("The tide turns.")

    assert picture_prompt(replace(bare, visual="a beach"), STYLE, [], Aspect.VERTICAL, 1).prompt.startswith("A beach.")
    assert picture_prompt(bare, STYLE, [], Aspect.VERTICAL, 1).prompt.startswith("The tide turns.")


def test_no_prompt_is_endless() -> None:
    scene = replace(NOBODY, image_prompt="waves " * 5000)

    assert len(picture_prompt(scene, STYLE, [], Aspect.VERTICAL, 1).prompt) <= LONGEST_PROMPT


def test_a_portrait_shows_one_person_and_no_name() -> None:
    request = portrait_prompt(replace(MAYA, description="Maya always smiles."), 3)

    assert "30-year-old woman" in request.prompt
    assert "yellow raincoat" in request.prompt
    assert "Maya" not in request.prompt
    assert (request.width, request.height) == PORTRAIT_SIZE


@pytest.mark.parametrize("shot", Shot)
@pytest.mark.parametrize("pressure", Pressure)
def test_a_motion_is_chosen_by_shot_pressure_and_seed(shot: Shot, pressure: Pressure) -> None:
    scene = replace(SCENE, shot=shot)

    prompts = {motion_prompt(scene, pressure, seed, [MAYA]) for seed in range(30)}

    assert motion_prompt(scene, pressure, 1, [MAYA]) == motion_prompt(scene, pressure, 1, [MAYA])
    assert len(prompts) > 1
    assert all("Maya" not in prompt and "No text or letters appear." in prompt for prompt in prompts)


def test_the_pace_of_a_motion_is_that_of_the_climate() -> None:
    slow, fast = (motion_prompt(NOBODY, pressure, 1) for pressure in (Pressure.SLOW, Pressure.FAST))

    assert slow.startswith("Very slowly")
    assert fast.startswith("Quickly")


def test_music_is_asked_for_by_mood_kind_and_length() -> None:
    prompt = score_prompt(MusicMood.TENSE, STYLE, 31.4)

    assert "tense and dark" in prompt
    assert "under an explanation" in prompt
    assert "31 seconds" in prompt
    assert "No vocals" in prompt


def test_no_music_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="no music"):
        score_prompt(MusicMood.NONE, STYLE, 30)
