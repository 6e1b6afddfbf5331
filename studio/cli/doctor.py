"""`studio doctor`: is everything as it must be, and if not, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from studio.cli.context import Context, context_of
from studio.cli.output import Output
from studio.cli.shared import command, group
from studio.cli.wrong_settings import settings_with_faults
from studio.domain.errors import Misconfigured, StudioError

if TYPE_CHECKING:
    from studio.contracts.doctor import CheckUp, Finding

app = group("Check database, storage, voices, fonts and more.")
MARKS = {"ok": "ok  ", "warning": "warn", "error": "FAIL"}


@command(app, None, "studio doctor", "studio doctor --json")
def doctor(ctx: typer.Context) -> None:
    """Check database, storage, voices, fonts and more.

    Where one works on a server: whether it answers and knows the login. Ends with code 1 when something is broken."""
    from studio.contracts.doctor import CheckUp

    context = context_of(ctx)
    server = context.target.server
    found = [*(_of_database(context) if server is None else _of_server(context, server)), _keyring()]
    result = CheckUp(healthy=all(each.level != "error" for each in found), findings=found)
    context.output.answer(result, lambda: _tell(context.output, result))
    if not result.healthy:
        raise typer.Exit(1)


def _of_database(context: Context) -> list[Finding]:
    # Late: a server is asked without any of it.
    from studio.app import examine

    settings, wrong = settings_with_faults(context)
    return examine(settings, [f"{name} {each.fault}" for name, each in wrong.items()]).findings


def _of_server(context: Context, server: str) -> list[Finding]:
    from studio.contracts.doctor import Finding
    from studio.remote.address import server_address
    from studio.remote.health import health_of
    from studio.remote.http import HttpTransport

    try:
        version = health_of(HttpTransport(server_address(server))).version
    except StudioError as error:
        return [_broken("server", error)]
    found = [Finding(check="server", level="ok", message=f"{server} answers; its version is {version}.")]
    try:
        me = context.studio.account.me()
    except StudioError as error:
        return [*found, _broken("login", error)]
    return [*found, Finding(check="login", level="ok", message=f"You are {me.email}, {me.role}.")]


def _broken(check: str, error: StudioError) -> Finding:
    from studio.contracts.doctor import Finding

    return Finding(check=check, level="error", message=error.message, hint=error.hint)


def _keyring() -> Finding:
    """Whether a login could be kept; without a login nothing needs it."""
    from studio.cli import keyrings
    from studio.contracts.doctor import Finding

    try:
        name = keyrings.check()
    except Misconfigured as error:
        return Finding(check="keyring", level="warning", message=error.message, hint=error.hint)
    return Finding(check="keyring", level="ok", message=f"Logins are kept in {name}.")


def _tell(output: Output, result: CheckUp) -> None:
    for finding in result.findings:
        output.line(f"{MARKS[finding.level]}  {finding.check:<11} {finding.message}")
        if finding.hint:
            output.line(f"      {'':<11} try: {finding.hint}")
