"""Handles are offered to a shell that completes them; looking for them makes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from studio.cli.main import run
from tests.cli.conftest import Run

Completed = Callable[[str], list[str]]


@pytest.fixture
def completed(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], studio_command: Run) -> Completed:
    def complete(words: str) -> list[str]:
        with monkeypatch.context() as shell:
            shell.setenv("_STUDIO_COMPLETE", "complete_bash")
            shell.setenv("COMP_WORDS", words)
            shell.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
            capfd.readouterr()
            with suppress(SystemExit):
                run([])
            sys.stdout.flush()
            return capfd.readouterr().out.split()

    return complete


@pytest.fixture
def things(studio_command: Run) -> None:
    studio_command("characters", "create", "--name", "Doctor Vega")
    studio_command("styles", "create", "--like", "news", "--name", "Night news")
    studio_command("shorts", "create", "Tides")
    studio_command("shorts", "create", "Moons")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("studio shorts show ", ["moons", "tides"]),
        ("studio shorts render ti", ["tides"]),
        ("studio shorts scene list ti", ["tides"]),
        ("studio shorts make --resume m", ["moons"]),
        ("studio characters edit d", ["doctor-vega"]),
        ("studio shorts make --character ", ["doctor-vega"]),
        ("studio styles show n", ["night-news", "news"]),
        ("studio shorts make --style sto", ["story"]),
        ("studio shorts edit tides --climate cur", ["curiosity"]),
        ("studio climates show cur", ["curiosity"]),
    ],
)
def test_existing_handles_are_offered(completed: Completed, things: None, words: str, expected: list[str]) -> None:
    assert completed(words) == expected


def test_nothing_is_offered_or_made_where_there_is_no_database(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = {
        **os.environ,
        "STUDIO_DATA_DIR": str(data),
        "STUDIO_DATABASE_URL": "",
        "_STUDIO_COMPLETE": "complete_bash",
        "COMP_WORDS": "studio shorts show ",
        "COMP_CWORD": "3",
    }

    done = subprocess.run(
        [sys.executable, "-m", "studio"], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.stderr) == ("", "")
    assert not data.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STUDIO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/studio"),
        ("STUDIO_WORKERS", "many"),
        ("STUDIO_TOKEN", "stu_live_somebody"),
    ],
)
def test_what_cannot_be_asked_quickly_is_silent(
    completed: Completed, things: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    assert completed("studio shorts show ") == []


def test_a_damaged_database_is_silent(completed: Completed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "broken.sqlite3"
    file.write_bytes(b"no database")
    monkeypatch.setenv("STUDIO_DATABASE_URL", f"sqlite:///{file}")

    assert completed("studio shorts show ") == []
