"""`studio shorts` as a person types it, without making films: tests/cli/test_films.py makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Result, Run


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
        (b"word " * 250_000, "is larger than 512 KB, which is the most studio reads."),
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
        ([], 2, "There is no topic"),
        (["Tides", "--style", "nowhere"], 1, "There is no style called nowhere"),
        (["Tides", "--climate", "nowhere"], 1, "There is no climate called nowhere"),
        (["Tides", "--duration", "-5"], 2, "error: --duration must be greater than 0.\n"),
        (["Tides", "--duration", "5000"], 2, "error: --duration must be at most 600.\n"),
        (["Tides", "--format", "novel"], 2, "novel"),
        (["Tides", "--aspect", "3:2"], 2, "3:2"),
        (["Tides", "--language", "!!"], 1, "!!"),
        (["Tides", "--from", "missing.md"], 1, "There is no file missing.md"),
        (["Tides", "--output", "nowhere/film.mp4"], 1, "There is no folder"),
        (["Tides", "--output", "."], 1, "is a folder"),
        (["Tides", "--image-model", "unknown"], 1, "no model called unknown"),
        (["Tides", "--resume", "tides"], 2, "--resume"),
        (["T" * 400], 2, "error: TOPIC is longer than 300 characters.\n  try: studio shorts make --help\n"),
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


def test_several_wrong_options_are_named_together(studio_command: Run) -> None:
    result = studio_command("shorts", "make", "T" * 400, "--duration", "-5")

    assert result.code == 2
    assert "  - TOPIC is longer than 300 characters\n  - --duration must be greater than 0\n" in result.err


def kept_file(result: Result) -> Path:
    return Path(result.err.split("Your text is kept in ")[1].split(": correct it")[0])


def test_a_script_that_is_refused_after_editing_is_kept(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    studio_command("shorts", "create", "--from", "-", stdin="title: Tides\nscenes:\n  - narration: The sea rises.\n")
    monkeypatch.setenv("EDITOR", "sed -i s/narration:/words:/")

    result = studio_command("shorts", "script", "edit", "tides")

    file = kept_file(result)
    assert result.code == 1
    assert "words: The sea rises." in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"import it with studio shorts script import tides {file}" in result.err


def test_words_of_a_scene_that_are_refused_after_editing_are_kept(
    studio_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio_command("shorts", "create", "--from", "-", stdin="title: Tides\nscenes:\n  - narration: The sea rises.\n")
    monkeypatch.setenv("EDITOR", "sed -i s/rises/" + "rises,\\ " * 400 + "/")

    result = studio_command("shorts", "scene", "edit", "tides", "1")

    assert result.code == 1
    assert "narration is longer than 2,000 characters" in result.err
    assert kept_file(result).read_text().startswith("The sea rises, rises,")


def test_takes_are_listed_with_their_scene(studio_command: Run) -> None:
    script = "title: Tides\nscenes:\n  - narration: The sea rises.\n  - narration: The sea falls.\n"
    studio_command("shorts", "create", "--from", "-", stdin=script)

    made = studio_command("shorts", "media", "generate", "tides", "--scene", "2")

    rows = [row.split("\t") for row in made.out.splitlines()]
    assert sorted(row[1:3] for row in rows) == [["2", "picture"], ["2", "speech"]]


def test_an_outline_says_that_it_is_one_and_a_standing_script_that_it_stands(studio_command: Run) -> None:
    studio_command("shorts", "create", "Tides")

    first = studio_command("shorts", "script", "generate", "tides")
    second = studio_command("shorts", "script", "generate", "tides")

    assert "The script is only an outline" in first.err
    assert "The script stands" not in first.err
    assert "The script stands; --again writes it anew." in second.err
    assert second.out == first.out
