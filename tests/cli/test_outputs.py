"""What a command would write or ignore is refused before any work, and nothing of a person's is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

SCRIPT = "title: Tides\nscenes:\n  - narration: The sea rises.\n  - narration: The sea falls.\n"


@pytest.mark.parametrize(("kind", "option"), [("srt", "--srt"), ("vtt", "--srt"), ("png", "--thumbnail")])
def test_a_file_beside_the_film_is_left_as_it_is(studio_command: Run, tmp_path: Path, kind: str, option: str) -> None:
    beside = tmp_path / f"film.{kind}"
    beside.write_text("mine")

    result = studio_command("shorts", "make", "Tides", "--output", str(tmp_path / "film.mp4"), option)

    assert result.code == 1
    assert "exists already" in result.err
    assert beside.read_text() == "mine"
    assert studio_command("shorts", "list").out == ""


@pytest.mark.parametrize(
    "options", [["--no-captions"], ["--style", "news"], ["--aspect", "1:1"], ["--music", "none"], ["--voice", "heart"]]
)
def test_resuming_ignores_no_wish(studio_command: Run, options: list[str]) -> None:
    studio_command("shorts", "create", "--from", "-", stdin=SCRIPT)

    result = studio_command("shorts", "make", "--resume", "tides", *options)

    assert result.code == 2
    assert options[0] in result.err
    assert "studio shorts edit" in result.err


def test_a_video_model_that_is_not_there_is_named(studio_command: Run) -> None:
    result = studio_command("shorts", "make", "Tides", "--video-model", "vendor/clip")

    assert result.code == 1
    assert "no video model called vendor/clip" in result.err
    assert studio_command("shorts", "list").out == ""


def test_a_voice_that_is_not_there_is_named_before_anything_is_begun(studio_command: Run) -> None:
    result = studio_command("shorts", "make", "Tides", "--voice", "nobody")

    assert result.code == 1
    assert "nobody" in result.err
    assert studio_command("shorts", "list").out == ""


def test_film_and_json_do_not_share_standard_output(studio_command: Run) -> None:
    result = studio_command("shorts", "make", "Tides", "--output", "-", "--json")

    assert (result.code, result.out) == (2, "")


def test_a_broken_script_file_is_never_read_aloud(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "script.yaml"
    file.write_text("title: [\nscenes: x\n")

    result = studio_command("shorts", "make", "--from", str(file), "--dry-run")

    assert (result.code, result.out) == (1, "")
    assert "script.yaml" in result.err


def test_an_exported_script_carries_the_looks_of_its_film(studio_command: Run, tmp_path: Path) -> None:
    studio_command("shorts", "create", "--from", "-", "--style", "news", "--aspect", "1:1", stdin=SCRIPT)
    file = tmp_path / "out.yaml"
    studio_command("shorts", "script", "export", "tides", "--output", str(file))

    twin = studio_command("shorts", "create", "--from", str(file), "--json").json

    assert (twin["style"], twin["aspect"], twin["format"]) == ("news", "1:1", "short")


def test_the_examples_are_taken_as_they_are(studio_command: Run) -> None:
    examples = Path(__file__).parents[2] / "examples"

    for name in ("script.yaml", "octopus-hearts.md", "rio.pt.md"):
        assert studio_command("shorts", "make", "--from", str(examples / name), "--dry-run").code == 0
