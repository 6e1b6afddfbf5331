"""`studio characters` as a person types it."""

from __future__ import annotations

from studio.contracts.characters import CharacterFields
from tests.cli.conftest import Run


def option(trait: str) -> str:
    return f"--{trait.replace('_', '-')}"


def test_every_trait_is_an_option(studio_command: Run) -> None:
    traits = {trait: f"some {trait}" for trait in CharacterFields.model_fields}
    options = [word for trait, value in traits.items() for word in (option(trait), value)]

    made = studio_command("characters", "create", "--name", "Doctor Vega", *options, "--json").json

    assert {trait: made[trait] for trait in traits} == traits
    assert sorted(made) == sorted(["id", "handle", "name", "built_in", "created_at", "updated_at", *traits])


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

    assert after == {**before, "clothing": "a lab coat", "updated_at": after["updated_at"]}


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
