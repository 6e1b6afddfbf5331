"""The command tree. Groups are imported when they are used; the help of the root is drawn from this page alone."""

from __future__ import annotations

from typing import ClassVar

import typer

from studio import __version__
from studio.cli.lazy import LazyGroup
from studio.cli.shared import EXAMPLES, HELP_OPTIONS, help_text

GROUPS = {
    "shorts": "Make, look at and change shorts: the main job.",
    "styles": "How shorts speak and look.",
    "climates": "What shorts feel like while one watches.",
    "characters": "People who look the same in every scene and every film.",
    "login": "Log in to a studio server, or with an API key.",
    "logout": "Forget what login stored.",
    "whoami": "Who you are for studio, and by which credentials.",
    "keys": "API keys for scripts and CI.",
    "credits": "Credits: what you have, what they were spent on, and what a short would cost.",
    "plans": "What one can subscribe to.",
    "subscription": "Your subscription: choosing a plan, seeing until when it is paid, and ending it.",
    "jobs": "The paid calls: where each stands, and what it cost.",
    "storage": "Your stored files: what there is, what it takes, and bringing and fetching it.",
    "models": "Models that write, paint, film, speak and compose, with their prices.",
    "providers": "Where models come from: keys, addresses, and what is left there.",
    "serve": "Serve the API, the webhooks and the health check until Ctrl-C or SIGTERM.",
    "config": "Every setting, its value and where it came from.",
    "doctor": "Check database, storage, voices, fonts and more.",
    "admin": "Looking after the studio: plans, prices, people and the database.",
}
"""Name and help of everything at the top level; a test holds them equal to the modules' own."""


class Root(LazyGroup):
    lazy: ClassVar = {name: (name, help) for name, help in GROUPS.items()}


def build_app() -> typer.Typer:
    """The root command."""
    app = typer.Typer(
        cls=Root,
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
