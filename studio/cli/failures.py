"""What Typer and the system raise, in studio's own words."""

from __future__ import annotations

import errno

import typer
from typer._click.exceptions import ClickException

from studio.domain.errors import Interrupted, Invalid, Misconfigured, StudioError, UsageError


def foreign_error(error: Exception) -> StudioError | None:
    """The studio error that a foreign one means; None when it is a bug."""
    if isinstance(error, ClickException):
        return UsageError(error.format_message(), hint=_help_of(error))
    if isinstance(error, typer.Abort):
        return Interrupted("Stopped.")
    if isinstance(error, OSError):
        return _system_error(error)
    if type(error).__name__ == "ValidationError":
        return _invalid(error)
    return None


def _invalid(error: Exception) -> StudioError | None:
    """Data that a contract refused, all faults at once. Told by name: pydantic is not loaded for every command."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return None
    faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    return Invalid("This cannot be taken as it is.", faults=faults, hint="The command's --help has the bounds.")


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
