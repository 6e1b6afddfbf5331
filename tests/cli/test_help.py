"""Every command explains itself, and the help of the root is true without importing what it lists."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.cli import admin, credits, shorts
from studio.cli.lazy import load_command
from studio.cli.tree import GROUPS, Root
from tests.cli.conftest import Run

README = Path(__file__).parents[2] / "README.md"


def leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    for name in command.list_commands(None):
        yield from leaves(command.get_command(None, name), (*path, name))


COMMANDS = [found for name in GROUPS for found in leaves(load_command(name, name), (name,))]
IDS = [" ".join(path) for path, _ in COMMANDS]


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=IDS)
def test_every_command_has_help_with_an_example_first(path: tuple[str, ...], command: Any) -> None:
    summary, _, examples = (command.help or "").partition("Examples:")

    assert summary.strip().endswith(".\n\n\b") or summary.strip("\n\b ").endswith(".")
    assert f"$ studio {' '.join(path)}" in examples or f"studio {' '.join(path)}" in examples


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=IDS)
def test_every_option_is_explained(path: tuple[str, ...], command: Any) -> None:
    unexplained = [parameter.name for parameter in command.params if not parameter.help]

    assert unexplained == []


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=IDS)
def test_every_command_takes_the_common_options(path: tuple[str, ...], command: Any) -> None:
    options = {name for parameter in command.params for name in parameter.opts}

    assert options >= {"--json", "--yes", "--no-input", "--quiet", "--verbose"}


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=IDS)
def test_every_command_stands_in_the_readme(path: tuple[str, ...], command: Any) -> None:
    assert f"`studio {' '.join(path)}`" in README.read_text("utf-8")


LAZY = [*Root.lazy.items(), *shorts.Group.lazy.items(), *credits.Group.lazy.items(), *admin.Group.lazy.items()]


@pytest.mark.parametrize(("name", "entry"), LAZY, ids=[name for name, _ in LAZY])
def test_a_group_is_listed_with_its_own_words(name: str, entry: tuple[str, str]) -> None:
    module, help = entry

    assert (load_command(name, module).help or "").split("\n")[0] == help


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_goes_to_standard_output(studio_command: Run, option: str) -> None:
    result = studio_command("shorts", "make", option)

    assert result.code == 0
    assert "Examples:" in result.out
    assert result.err == ""


def test_a_bare_group_shows_its_help(studio_command: Run) -> None:
    assert "Commands" in studio_command("shorts").out


def test_a_typo_is_met_with_a_suggestion(studio_command: Run) -> None:
    result = studio_command("shorts", "lst")

    assert result.code == 2
    assert result.err == "error: No such command 'lst'. Did you mean 'list'?\n  try: studio shorts --help\n"


def test_version_is_one_line() -> None:
    from studio import __version__

    done = subprocess.run([sys.executable, "-m", "studio", "--version"], capture_output=True, text=True, check=True)

    assert done.stdout == f"studio {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (["--help"], {"pydantic", "sqlmodel", "httpx", "numpy", "studio.services"}),
        (["shorts", "list"], {"httpx", "numpy", "av", "cv2", "alembic", "studio.providers.local", "dbos", "rich"}),
    ],
)
def test_a_command_loads_only_what_it_needs(
    arguments: list[str], forbidden: set[str], sqlite_url: str, tmp_path: Path
) -> None:
    program = (
        "import sys; from studio.cli.main import run; code = run(sys.argv[1:]);"
        "print(code, *sys.modules, file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"STUDIO_DATABASE_URL": sqlite_url, "STUDIO_DATA_DIR": str(tmp_path), "HOME": str(tmp_path)},
    )

    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0"
    assert forbidden.isdisjoint(modules)


def test_click_is_never_imported() -> None:
    program = "import studio.cli.shorts, studio.app, sys; assert 'click' not in sys.modules"

    subprocess.run([sys.executable, "-c", program], check=True)
