"""The command tree. Groups are imported when they are used; the help of the root is drawn from this page alone."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from studio import __version__
from studio.cli.shared import EXAMPLES, HELP_OPTIONS, help_text

GROUPS = {
    "shorts": "Make, look at and change shorts: the main job.",
    "styles": "How shorts speak and look.",
    "climates": "What shorts feel like while one watches.",
    "characters": "People who look the same in every scene and every film.",
    "login": "Log in with an API key.",
    "logout": "Forget the API key that login stored.",
    "whoami": "Who you are for studio, and by which credentials.",
    "keys": "API keys for scripts and CI.",
    "plans": "What one can subscribe to.",
    "config": "Every setting, its value and where it came from.",
    "doctor": "Check database, storage, voices, fonts and more.",
    "admin": "Looking after the studio: plans, prices, people and the database.",
}
"""Name and help of everything at the top level; a test holds them equal to the modules' own."""


class LazyGroup(TyperGroup):
    """A group that imports a command only to run it, not to list it."""

    is_listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return list(GROUPS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in GROUPS:
            return None
        if self.is_listing:
            return TyperCommand(cmd_name, help=GROUPS[cmd_name])
        return load_command(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.is_listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.is_listing = False


def load_command(name: str) -> Any:
    """The real command of this name, its module imported."""
    module = import_module(f"studio.cli.{name}")
    command = typer.main.get_command(module.app)
    command.name = name
    return command


def build_app() -> typer.Typer:
    """The root command."""
    app = typer.Typer(
        cls=LazyGroup,
        help=help_text(
            "The content studio in the terminal: a topic or a text becomes a finished short film.", EXAMPLES
        ),
        no_args_is_help=True,
        context_settings=HELP_OPTIONS,
        pretty_exceptions_enable=False,
        epilog="Exit codes: 0 done, 1 refused, 2 wrong usage, 4 not allowed, 5 not enough credits, "
        "6 a provider failed, 8 partly done, 70 a bug, 75 uncertain, 130 interrupted.",
    )
    app.callback()(_root)
    return app


def _root(version: bool = typer.Option(False, "--version", is_eager=True, help="Print the version and leave.")) -> None:
    if version:
        typer.echo(f"studio {__version__}")
        raise typer.Exit(0)
