"""What Typer and the system raise, in studio's own words."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from typer._click.exceptions import ClickException

from studio.domain.errors import Interrupted, Invalid, Misconfigured, StudioError, UsageError

_OTHER_NAMES = {"source_text": "source", "source_name": "source", "duration_seconds": "duration", "order": "at"}
"""Parameters of commands that are not called like the field they fill."""

_BOUNDS = {
    "missing": "is missing",
    "greater_than": "must be greater than {gt:,}",
    "greater_than_equal": "must be at least {ge:,}",
    "less_than": "must be less than {lt:,}",
    "less_than_equal": "must be at most {le:,}",
    "string_too_long": "is longer than {max_length:,} characters",
    "string_too_short": "is shorter than {min_length:,} characters",
    "too_long": "has {actual_length:,}, and at most {max_length:,} are possible",
    "enum": "must be one of {expected}",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "extra_forbidden": "is not known",
}


def foreign_error(error: Exception, command: typer.Context | None = None) -> StudioError | None:
    """The studio error that a foreign one means; None when it is a bug. `command` is the one that was run."""
    if isinstance(error, ClickException):
        return UsageError(error.format_message(), hint=_help_of(error))
    if isinstance(error, typer.Abort):
        return Interrupted("Stopped.")
    if isinstance(error, OSError):
        return _system_error(error)
    if type(error).__name__ == "ValidationError":
        return _invalid(error, command)
    return None


def _invalid(error: Exception, command: typer.Context | None) -> StudioError | None:
    """Data that a contract refused, all faults at once. Told by name: pydantic is not loaded for every command."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return None
    options = {} if command is None else _words_of(command)
    found = [(_option(fault["loc"], options), fault) for fault in error.errors()]
    faults = [f"{option or '.'.join(map(str, fault['loc']))} {in_words(fault)}" for option, fault in found]
    if command is not None and all(option for option, _ in found):
        return _wrong_options(faults, hint=f"{command.command_path} --help")
    return Invalid("This cannot be taken as it is.", faults=faults, hint="The command's --help lists the options.")


def _wrong_options(faults: Sequence[str], *, hint: str) -> UsageError:
    if len(faults) == 1:
        return UsageError(f"{faults[0]}.", hint=hint)
    return UsageError("These options cannot be taken as they are:", hint=hint, details={"faults": list(faults)})


def _option(place: Sequence[int | str], options: Mapping[str, str]) -> str | None:
    field = str(place[0]) if place else ""
    return options.get(_OTHER_NAMES.get(field, field)) or options.get(field)


def _words_of(command: typer.Context) -> dict[str, str]:
    """How a person writes each parameter of a command: `--duration`, or `TOPIC` for an argument."""
    parameters = command.command.params
    return {
        str(each.name): each.opts[0] if each.opts[0].startswith("-") else each.opts[0].upper() for each in parameters
    }


def in_words(fault: Mapping[str, Any]) -> str:
    """What is wrong with a value, to be read after its name: `must be greater than 0`."""
    if fault["type"] in _BOUNDS:
        bounds = fault.get("ctx", {})
        return _BOUNDS[fault["type"]].format(**{name: _plain(bound) for name, bound in bounds.items()})
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"is wrong: {message[:1].lower()}{message[1:]}"


def _plain(bound: object) -> object:
    """600 for the 600.0 that a field of fractions has as its bound."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _help_of(error: ClickException) -> str:
    command = getattr(getattr(error, "ctx", None), "command_path", "studio")
    return f"{command} --help"


def _system_error(error: OSError) -> StudioError | None:
    if error.errno == errno.ENOSPC:
        return Misconfigured(
            "The disk is full; nothing half written was left.",
            hint="Free some space, then run the same command again: it continues.",
        )
    if error.filename is None:
        return None
    return Misconfigured(f"{error.filename}: {error.strerror}.", hint="studio doctor looks at folders and disk.")
