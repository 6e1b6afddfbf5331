"""What a command would write or ignore is refused before any work, and nothing of a person's is lost."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.cli.delivery import write_file
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
    assert "no model called vendor/clip" in result.err
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


def test_a_film_of_the_same_name_stops_the_work_before_it_begins(studio_command: Run, tmp_path: Path) -> None:
    (tmp_path / "tides.mp4").write_bytes(b"mine")

    result = studio_command("shorts", "make", "Tides", "--aspect", "1:1", "--preview")

    assert result.code == 1
    assert "tides.mp4 exists already and was left as it is." in result.err
    assert "--force" in result.err
    assert "--output" in result.err
    assert (tmp_path / "tides.mp4").read_bytes() == b"mine"
    assert studio_command("shorts", "list").out == ""


def test_a_render_looks_at_its_place_first(studio_command: Run, tmp_path: Path) -> None:
    studio_command("shorts", "create", "--from", "-", stdin=SCRIPT)
    (tmp_path / "tides.mp4").write_bytes(b"mine")

    result = studio_command("shorts", "render", "tides")

    assert result.code == 1
    assert "exists already" in result.err
    assert studio_command("shorts", "media", "list", "tides").out == ""


def test_the_topic_is_the_title_of_ones_own_text(studio_command: Run) -> None:
    text = "# An old heading\n\nThe sea rises twice a day. The moon pulls it up. It falls again at night."

    plan = studio_command("shorts", "make", "Why tides", "--from", "-", "--dry-run", "--json", stdin=text).json
    studio_command("shorts", "create", "Why tides", "--from", "-", stdin=text)
    written = studio_command("shorts", "script", "generate", "@last", "--json").json

    assert (plan["title"], plan["handle"]) == ("Why tides", "tides")
    assert (written["title"], written["handle"]) == ("Why tides", "tides")


def test_the_topic_is_the_title_of_a_finished_script(studio_command: Run) -> None:
    made = studio_command("shorts", "create", "Why tides", "--from", "-", "--json", stdin=SCRIPT).json

    assert (made["title"], len(made["scenes"])) == ("Why tides", 2)


def test_a_stranger_in_a_script_is_a_fault_and_nothing_is_begun(studio_command: Run) -> None:
    script = SCRIPT.replace("rises.", "rises.\n    characters: [Nobody]")

    result = studio_command("shorts", "make", "--from", "-", stdin=script)

    assert result.code == 1
    assert "scenes[0].characters (scene 1): Nobody is not a character of this film" in result.err
    assert studio_command("shorts", "list").out == ""


def test_a_change_shows_no_defaults_of_make(studio_command: Run) -> None:
    result = studio_command("shorts", "edit", "--help")

    assert "default" not in result.out
    assert "unchanged" in result.out


def test_a_full_disk_behind_standard_output_is_noticed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "STUDIO_DATA_DIR": str(tmp_path / "data")}
    imports = "from pathlib import Path; from studio.cli.delivery import write_file"
    write = f"{imports}; write_file(Path('-'), b'x' * 100_000)"

    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", write], stdout=full, stderr=subprocess.PIPE, env=environment, check=False
        )

    assert done.returncode != 0
    assert b"No space left" in done.stderr


def test_a_stream_that_takes_little_at_a_time_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(io.BytesIO):
        def write(self, data: Any) -> int:
            return super().write(data[:3])

    class Stream:
        buffer = Slow()

    monkeypatch.setattr(sys, "stdout", Stream())

    write_file(Path("-"), b"all of the film")

    assert Stream.buffer.getvalue() == b"all of the film"


def test_a_short_is_gone_on_with_by_its_handle_alone(studio_command: Run) -> None:
    studio_command("shorts", "create", "--from", "-", stdin="One sea. Two moons. Three tides.")

    plan = studio_command("shorts", "make", "--resume", "@last", "--dry-run")

    assert plan.code == 0
    assert "0 credits" in plan.out
