"""`studio shorts` as a person types it, without making films: tests/cli/test_films.py makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_an_empty_list_says_how_to_begin(studio_command: Run) -> None:
    result = studio_command("shorts", "list")

    assert (result.code, result.out) == (0, "")
    assert "studio shorts make" in result.err


def test_lists_one_short_a_line_when_nobody_looks(studio_command: Run) -> None:
    studio_command("shorts", "create", "Tides [/bold] \x1b[31mred")

    result = studio_command("shorts", "list")

    assert result.out == "tides-bold-red\tDRAFT\t0\t\tshort 9:16\tTides [/bold] red\n"


def test_json_of_a_list_is_data_and_cursor(studio_command: Run) -> None:
    studio_command("shorts", "create", "Tides")
    studio_command("shorts", "create", "Moons")

    page = studio_command("shorts", "list", "--limit", "1", "--json").json

    assert [short["handle"] for short in page["data"]] == ["moons"]
    rest = studio_command("shorts", "list", "--cursor", page["next_cursor"], "--json").json
    assert [short["handle"] for short in rest["data"]] == ["tides"]
    assert rest["next_cursor"] is None


def test_times_are_utc_with_z(studio_command: Run) -> None:
    short = studio_command("shorts", "create", "Tides", "--json").json

    assert short["created_at"].endswith("Z")


def test_deleting_without_a_terminal_needs_yes(studio_command: Run) -> None:
    studio_command("shorts", "create", "Tides")

    refused = studio_command("shorts", "delete", "tides")
    done = studio_command("shorts", "delete", "tides", "--yes")

    assert refused.code == 2
    assert "Add --yes" in refused.err
    assert (done.code, done.out) == (0, "Deleted tides.\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "There are no words in"),
        (b"\x00\x01\x02" * 100, "is not readable as text"),
        (b"\x80\x81\xfa" * 100, "is not readable as text"),
        (b"word " * 250_000, "studio reads at most 512 KB"),
        (b'{"title": "None", "scenes": []}', "scenes"),
        (b'{"title": "Many", "scenes": [' + b",".join([b'{"narration": "Word."}'] * 400) + b"]}", "scenes"),
        (b'{"title": "Back", "scenes": [{"narration": "Word.", "duration_seconds": -4}]}', "duration_seconds"),
    ],
    ids=["empty", "nul", "not-utf-8", "1-MB", "no-scenes", "400-scenes", "negative-duration"],
)
def test_bad_texts_are_named_and_nothing_is_written(
    studio_command: Run, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "text.md"
    file.write_bytes(content)

    result = studio_command("shorts", "make", "--from", str(file))

    assert result.code == 1
    assert message in result.err
    assert "try:" in result.err
    assert studio_command("shorts", "list").out == ""
    assert list(tmp_path.glob("*.mp4")) == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 1, "There is no topic"),
        (["Tides", "--style", "nowhere"], 1, "There is no style called nowhere"),
        (["Tides", "--climate", "nowhere"], 1, "There is no climate called nowhere"),
        (["Tides", "--duration", "-5"], 1, "duration"),
        (["Tides", "--duration", "5000"], 1, "duration"),
        (["Tides", "--format", "novel"], 2, "novel"),
        (["Tides", "--aspect", "3:2"], 2, "3:2"),
        (["Tides", "--language", "!!"], 1, "!!"),
        (["Tides", "--from", "missing.md"], 1, "There is no file missing.md"),
        (["Tides", "--output", "nowhere/film.mp4"], 1, "There is no folder"),
        (["Tides", "--output", "."], 1, "is a folder"),
        (["Tides", "--image-model", "unknown"], 1, "no image model called unknown"),
        (["Tides", "--resume", "tides"], 2, "--resume"),
        (["T" * 400], 1, "topic"),
    ],
)
def test_bad_requests_are_named_before_any_work(
    studio_command: Run, arguments: list[str], code: int, message: str
) -> None:
    result = studio_command("shorts", "make", *arguments)

    assert (result.code, result.out) == (code, "")
    assert message in result.err


def test_an_existing_film_is_left_as_it_is(studio_command: Run, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"mine")

    result = studio_command("shorts", "make", "Tides", "--output", str(film))

    assert result.code == 1
    assert "exists already" in result.err
    assert film.read_bytes() == b"mine"


def test_a_plan_costs_nothing_and_writes_nothing(studio_command: Run) -> None:
    result = studio_command("shorts", "make", "Why octopuses have three hearts", "--dry-run", "--json")

    plan = result.json
    assert (plan["credits"], plan["cost_usd"], plan["is_outline"]) == (0, "0.00", True)
    assert 24 <= plan["duration_seconds"] <= 40
    assert studio_command("shorts", "list").out == ""


def test_scenes_are_changed_from_the_command_line(studio_command: Run) -> None:
    script = "title: Tides\nscenes:\n  - narration: The sea rises.\n  - narration: The sea falls.\n"
    studio_command("shorts", "create", "--from", "-", stdin=script)

    studio_command("shorts", "scene", "add", "tides", "--words", "Twice a day.")
    studio_command("shorts", "scene", "move", "tides", "3", "1")
    studio_command("shorts", "scene", "edit", "tides", "2", "--words", "The sea climbs.")
    studio_command("shorts", "scene", "delete", "tides", "3", "--yes")

    scenes = studio_command("shorts", "scene", "list", "tides", "--json").json["data"]
    assert [(scene["order"], scene["narration"]) for scene in scenes] == [(1, "Twice a day."), (2, "The sea climbs.")]


def test_a_script_goes_out_and_comes_back(studio_command: Run, tmp_path: Path) -> None:
    script = "title: Tides\nscenes:\n  - narration: The sea rises.\n"
    studio_command("shorts", "create", "--from", "-", stdin=script)
    file = tmp_path / "script.yaml"

    exported = studio_command("shorts", "script", "export", "tides", "--output", str(file))
    file.write_text(file.read_text().replace("rises", "falls"))
    imported = studio_command("shorts", "script", "import", "tides", str(file), "--json")

    assert exported.code == 0
    assert [scene["narration"] for scene in imported.json["scenes"]] == ["The sea falls."]


def test_the_editor_changes_the_words(studio_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studio_command("shorts", "create", "--from", "-", stdin="title: Tides\nscenes:\n  - narration: The sea rises.\n")
    monkeypatch.setenv("EDITOR", "sed -i s/rises/falls/")

    scene = studio_command("shorts", "scene", "edit", "tides", "1", "--json").json
    script = studio_command("shorts", "script", "edit", "tides", "--json").json

    assert scene["narration"] == "The sea falls."
    assert script["scenes"][0]["narration"] == "The sea falls."


def test_an_editor_that_fails_changes_nothing(studio_command: Run) -> None:
    studio_command("shorts", "create", "--from", "-", stdin="title: Tides\nscenes:\n  - narration: The sea rises.\n")

    result = studio_command("shorts", "script", "edit", "tides")

    assert result.code == 1
    assert "nothing was changed" in result.err
