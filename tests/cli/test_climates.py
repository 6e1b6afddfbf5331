"""`studio climates` as a person types it."""

from __future__ import annotations

from tests.cli.conftest import Run

FIELDS = [
    *("id", "handle", "built_in", "name", "emotional_state", "revelation_dynamic", "pressure", "description"),
    *("created_at", "updated_at"),
]
DREAD = ("--name", "Slow dread", "--emotional-state", "threat", "--revelation-dynamic", "hidden")


def test_lists_the_built_in_climates_one_a_line(studio_command: Run) -> None:
    result = studio_command("climates", "list")

    assert [line.split("\t")[:3] for line in result.out.splitlines()] == [
        ["curiosity", "yes", "CURIOSITY PROGRESSIVE FLUID"],
        ["wonder", "yes", "FASCINATION EARLY SLOW"],
        ["alarm", "yes", "THREAT FRAGMENTS FAST"],
        ["challenge", "yes", "CONFRONTATION EARLY FAST"],
        ["rise", "yes", "DARK_INSPIRATION HIDDEN FLUID"],
    ]


def test_creates_shows_and_deletes_a_climate(studio_command: Run) -> None:
    made = studio_command("climates", "create", *DREAD, "--json").json

    shown = studio_command("climates", "show", "slow-dread", "--json").json
    gone = studio_command("climates", "delete", "slow-dread", "--yes", "--json").json

    assert sorted(made) == sorted(FIELDS)
    assert (made["handle"], made["pressure"], made["built_in"]) == ("slow-dread", "FLUID", False)
    assert shown == made
    assert gone == {"id": made["id"], "deleted": True}


def test_a_contradiction_is_refused_with_its_reason(studio_command: Run) -> None:
    result = studio_command("climates", "create", *DREAD[:4], "--revelation-dynamic", "early")

    assert (result.code, result.out) == (1, "")
    assert "EARLY does not go with THREAT: a danger seen whole at the start leaves nothing to dread" in result.err


def test_edits_from_a_file_change_only_what_it_names(studio_command: Run) -> None:
    before = studio_command("climates", "create", *DREAD, "--json").json

    after = studio_command("climates", "edit", "slow-dread", "--from", "-", "--json", stdin="pressure: SLOW\n").json

    assert after == {**before, "pressure": "SLOW", "updated_at": after["updated_at"]}


def test_a_built_in_climate_cannot_be_deleted(studio_command: Run) -> None:
    result = studio_command("climates", "delete", "rise")

    assert result.code == 1
    assert result.err == ("error: rise is built in and stays as it is.\n  try: studio climates create --like rise\n")


def test_nothing_to_make_a_climate_from_is_a_usage_error(studio_command: Run) -> None:
    result = studio_command("climates", "create", "--no-input")

    assert result.code == 2
    assert "--name, --emotional-state and --revelation-dynamic, or --like HANDLE, or --from FILE" in result.err
