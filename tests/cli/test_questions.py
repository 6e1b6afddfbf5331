"""What studio asks on a real terminal, and that an answer can be taken back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from tests.cli.conftest import Run

DOWN, ENTER, CONTROL_C = "\x1b[B", "\r", "\x03"

Terminal = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def terminal(sqlite_url: str, tmp_path: Path) -> Iterator[Terminal]:
    """Start studio on a terminal of its own."""
    started: list[pexpect.spawn[str]] = []

    def start(*arguments: str, editor: str = "false") -> pexpect.spawn[str]:
        environment = {name: value for name, value in os.environ.items() if name != "CI"}
        environment |= {"STUDIO_DATABASE_URL": sqlite_url, "TERM": "xterm", "EDITOR": editor, "NO_COLOR": "1"}
        environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "STUDIO_DATA_DIR": str(tmp_path / "data")}
        child = pexpect.spawn(
            sys.executable,
            ["-m", "studio", *arguments],
            env=environment,
            cwd=str(tmp_path),
            encoding="utf-8",
            dimensions=(40, 100),
            timeout=60,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def ended(child: pexpect.spawn[str]) -> int | None:
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus


def test_a_climate_is_asked_for_and_only_possible_dynamics_are_offered(terminal: Terminal, studio_command: Run) -> None:
    child = terminal("climates", "create")

    child.expect("What is it called")
    child.send(f"Slow dread{ENTER}")
    child.expect("Which state")
    child.send(f"{DOWN}{ENTER}")
    child.expect("How does it let one know")
    child.send(f"{DOWN}{DOWN}{ENTER}")
    child.expect("How densely")
    child.send(ENTER)
    child.expect("in a sentence")
    child.send(ENTER)

    child.expect("Next: studio shorts make")
    assert ended(child) == 0
    climate = studio_command("climates", "show", "slow-dread", "--json").json
    # EARLY is not among the offers for THREAT: the third is FRAGMENTS.
    assert (climate["emotional_state"], climate["revelation_dynamic"]) == ("THREAT", "FRAGMENTS")
    assert climate["pressure"] == "SLOW"


def test_control_c_leaves_everything_as_it_was(terminal: Terminal, studio_command: Run) -> None:
    child = terminal("characters", "create")

    child.expect("What is the person called")
    child.send(CONTROL_C)

    assert ended(child) == 130
    assert studio_command("characters", "list", "--json").json["data"] == []


def test_an_edit_without_options_opens_the_editor_on_the_fields(
    terminal: Terminal, studio_command: Run, tmp_path: Path
) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text("#!/bin/sh\nsed -i 's/^clothing:.*/clothing: a red coat/' \"$1\"\n")
    editor.chmod(0o755)
    studio_command("characters", "create", "--name", "Doctor Vega", "--age", "60")

    assert ended(terminal("characters", "edit", "doctor-vega", editor=str(editor))) == 0

    character = studio_command("characters", "show", "doctor-vega", "--json").json
    assert (character["age"], character["clothing"]) == ("60", "a red coat")


def test_the_api_key_is_asked_for_and_never_shown(terminal: Terminal, studio_command: Run) -> None:
    made = studio_command("admin", "users", "create", "--email", "ana@example.com", "--with-key", "--json").json
    child = terminal("login", "--insecure-storage")

    child.expect("API key:")
    child.send(f"{made['api_key']}{ENTER}")
    child.expect("Logged in as ana@example.com")

    shown = child.before or ""
    assert ended(child) == 0
    assert made["api_key"][-20:] not in shown


@pytest.mark.parametrize(
    ("change", "refusal"),
    [("s/^name:.*/name: {a: 1}/", "cannot be taken as it is"), ("s/^name: Doctor/name: [Doctor/", "cannot be read")],
)
def test_fields_that_are_refused_after_editing_are_kept(
    terminal: Terminal, studio_command: Run, change: str, refusal: str
) -> None:
    studio_command("characters", "create", "--name", "Doctor Vega", "--clothing", "a lab coat")

    child = terminal("characters", "edit", "@last", editor=f"sed -i '{change}'")

    child.expect(refusal)
    child.expect(r"Your text is kept in (\S+): correct it and give it with studio")
    assert "a lab coat" in Path(child.match[1]).read_text()  # type: ignore[index,arg-type]  # what expect found
    child.expect("characters edit doctor-vega --from")
    assert ended(child) == 1
