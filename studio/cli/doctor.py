"""`studio doctor`: is everything as it must be, and if not, what to do."""

from __future__ import annotations

import typer

from studio.cli.context import context_of
from studio.cli.output import Output
from studio.cli.shared import command, group
from studio.cli.wrong_settings import settings_with_faults

app = group("Check database, storage, voices, fonts and more.")
MARKS = {"ok": "ok  ", "warning": "warn", "error": "FAIL"}


@command(app, None, "studio doctor", "studio doctor --json")
def doctor(ctx: typer.Context) -> None:
    """Check database, storage, voices, fonts and more.

    Ends with code 1 when something is broken."""
    from studio.app import examine

    context = context_of(ctx)
    settings, wrong = settings_with_faults(context)
    result = examine(settings, [f"{name} {each.fault}" for name, each in wrong.items()])
    context.output.answer(result, lambda: _tell(context.output, result))
    if not result.healthy:
        raise typer.Exit(1)


def _tell(output: Output, result: object) -> None:
    from studio.services.doctor import CheckUp

    assert isinstance(result, CheckUp)
    for finding in result.findings:
        output.line(f"{MARKS[finding.level]}  {finding.check:<11} {finding.message}")
        if finding.hint:
            output.line(f"      {'':<11} try: {finding.hint}")
