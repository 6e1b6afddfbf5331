"""`studio characters` as a person types it."""

from __future__ import annotations

import re
from pathlib import Path

from studio.contracts.characters import CharacterFields
from tests.cli.conftest import Run


def option(trait: str) -> str:
    return f"--{trait.replace('_', '-')}"


def test_every_trait_is_an_option(studio_command: Run) -> None:
    traits = {trait: f"some {trait}" for trait in CharacterFields.model_fields}
    options = [word for trait, value in traits.items() for word in (option(trait), value)]

    made = studio_command("characters", "create", "--name", "Doctor Vega", *options, "--json").json

    assert {trait: made[trait] for trait in traits} == traits
    more = ["id", "handle", "name", "built_in", "chosen", "created_at", "updated_at"]
    references = ["reference_image", "reference_model", "reference_images"]
    assert sorted(made) == sorted([*more, *references, *traits])
    assert made["chosen"] == {}


def test_lists_what_people_look_like(studio_command: Run) -> None:
    studio_command("characters", "create", "--name", "Doctor Vega", "--age", "60", "--hair-color", "silver")

    result = studio_command("characters", "list")

    assert result.out == "doctor-vega\tDoctor Vega\t60, silver hair\n"


def test_an_empty_list_says_how_to_begin(studio_command: Run) -> None:
    result = studio_command("characters", "list")

    assert (result.code, result.out) == (0, "")
    assert "studio characters create --name" in result.err


def test_edits_only_what_is_given(studio_command: Run) -> None:
    before = studio_command("characters", "create", "--name", "Doctor Vega", "--age", "60", "--json").json

    after = studio_command("characters", "edit", "@last", "--clothing", "a lab coat", "--json").json

    assert after == {**before, "clothing": "a lab coat", "chosen": after["chosen"], "updated_at": after["updated_at"]}
    assert "clothing" in before["chosen"]
    assert "clothing" not in after["chosen"]


def test_a_character_of_a_short_is_kept(studio_command: Run) -> None:
    studio_command("characters", "create", "--name", "Doctor Vega")
    studio_command("shorts", "create", "A day in the laboratory", "--character", "doctor-vega")

    result = studio_command("characters", "delete", "doctor-vega", "--yes")

    assert result.code == 1
    assert "1 short uses the character doctor-vega" in result.err


def test_somebody_without_a_name_is_refused(studio_command: Run) -> None:
    result = studio_command("characters", "create", "--age", "60", "--json")

    assert (result.code, result.out) == (1, "")
    assert '"faults": ["name is missing"]' in result.err


def test_shows_what_was_chosen_for_traits_that_were_left_out(studio_command: Run) -> None:
    made = studio_command("characters", "create", "--name", "Doctor Vega", "--hair-color", "silver", "--json").json

    shown = studio_command("characters", "show", "doctor-vega").out

    assert {"age", "gender", "hair_style", "skin_tone", "eye_color", "clothing"} <= made["chosen"].keys()
    assert re.search(r"^hair color +silver$", shown, re.MULTILINE)
    assert f"{made['chosen']['clothing']} (chosen from the name)" in shown


def test_what_show_tells_can_be_made_into_another(studio_command: Run) -> None:
    studio_command("characters", "create", "--name", "Doctor Vega")
    shown = studio_command("characters", "show", "doctor-vega", "--json").out

    twin = studio_command("characters", "create", "--from", "-", "--name", "Doctor Vegas", stdin=shown)

    assert twin.code == 0


def test_a_portrait_is_painted_here_and_written_to_a_file(studio_command: Run, tmp_path: Path) -> None:
    studio_command("characters", "create", "--name", "Doctor Vega", "--hair-color", "silver")

    made = studio_command("characters", "generate", "doctor-vega", "--output", "vega.png", "--json")
    again = studio_command("characters", "generate", "doctor-vega", "--json")

    assert (tmp_path / "vega.png").read_bytes().startswith(b"\x89PNG")
    assert (made.json["reference_model"], made.json["reference_images"]) == ("local/storyboard", 1)
    assert again.json == made.json
    assert "reference image" in studio_command("characters", "show", "doctor-vega").out


def test_what_is_no_picture_is_said_before_anybody_is_asked(studio_command: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")

    for file, sentence in (
        ("notes.txt", "notes.txt is no picture that can be read"),
        ("missing.png", "There is no file missing.png"),
        ("https://example.com/a.png", "Save the picture on this machine first"),
    ):
        result = studio_command("characters", "analyze", file)
        assert (result.code, sentence in result.err) == (1, True)


def test_without_a_vision_model_the_next_step_is_said(studio_command: Run) -> None:
    studio_command("characters", "create", "--name", "Doctor Vega")
    studio_command("characters", "generate", "doctor-vega", "--output", "vega.png")

    result = studio_command("characters", "analyze", "vega.png")

    assert result.code == 1
    assert "There is no model that can look at pictures." in result.err
    assert "studio models list --medium vision" in result.err


def test_more_characters_than_the_plan_has_room_for_are_refused(studio_command: Run) -> None:
    studio_command("admin", "plans", "edit", "free", "--limits", "characters=1")
    studio_command("characters", "create", "--name", "Doctor Vega")

    result = studio_command("characters", "create", "--name", "Maya")

    assert result.code == 1
    assert "Your plan has room for 1 character, and you have 1." in result.err
