"""`studio doctor`: is everything as it must be, and if not, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from studio.cli.context import context_of
from studio.cli.output import Output
from studio.cli.shared import command, group
from studio.cli.wrong_settings import settings_with_faults
from studio.domain.errors import Misconfigured

if TYPE_CHECKING:
    from studio.services.doctor import Finding

app = group("Check database, storage, voices, fonts and more.")
MARKS = {"ok": "ok  ", "warning": "warn", "error": "FAIL"}


@command(app, None, "studio doctor", "studio doctor --json")
def doctor(ctx: typer.Context) -> None:
    """Check database, storage, voices, fonts and more.

    Ends with code 1 when something is broken."""
    from studio.app import examine
    from studio.services.doctor import CheckUp

    context = context_of(ctx)
    settings, wrong = settings_with_faults(context)
    result = examine(settings, [f"{name} {each.fault}" for name, each in wrong.items()])
    result = CheckUp(healthy=result.healthy, findings=[*result.findings, _keyring()])
    context.output.answer(result, lambda: _tell(context.output, result))
    if not result.healthy:
        raise typer.Exit(1)


def _keyring() -> Finding:
    """Whether a login could be kept; without a login nothing needs it."""
    from studio.cli import keyrings
    from studio.services.doctor import Finding

    try:
        name = keyrings.check()
    except Misconfigured as error:
        return Finding(check="keyring", level="warning", message=error.message, hint=error.hint)
    return Finding(check="keyring", level="ok", message=f"Logins are kept in {name}.")


def _tell(output: Output, result: object) -> None:
    from studio.services.doctor import CheckUp

    assert isinstance(result, CheckUp)
    for finding in result.findings:
        output.line(f"{MARKS[finding.level]}  {finding.check:<11} {finding.message}")
        if finding.hint:
            output.line(f"      {'':<11} try: {finding.hint}")
