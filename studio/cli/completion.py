"""Handles for a shell that completes one. It waits at every key: nothing is opened but the file, nothing is told."""

from __future__ import annotations

from collections.abc import Callable

import typer

NOUNS = ("short", "style", "climate", "character")


def handles_of_argument(ctx: typer.Context, incomplete: str) -> list[str]:
    """Handles of what the command is about, which is how its argument is called: `studio styles show STYLE`."""
    names = {parameter.name for parameter in ctx.command.params if parameter.param_type_name == "argument"}
    noun = next((noun for noun in NOUNS if noun in names), None)
    return _handles(noun, incomplete) if noun else []


def handles_of(noun: str) -> Callable[[str], list[str]]:
    """The completion of an option that names one: `--style`."""

    def complete(incomplete: str) -> list[str]:
        return _handles(noun, incomplete)

    return complete


def _handles(noun: str, incomplete: str) -> list[str]:
    # Late: most commands complete nothing.
    from studio.cli.target import find_target
    from studio.config import load_settings
    from studio.domain.errors import StudioError

    try:
        target, settings = find_target(), load_settings()
    except StudioError:
        return []
    is_own = target.server is None and not target.token
    from studio.services.handles import known_handles

    known = known_handles(settings.effective_database_url if is_own else None, noun)
    return [handle for handle in known if handle.startswith(incomplete)]
