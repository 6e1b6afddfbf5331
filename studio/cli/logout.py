"""`studio logout`: forget what `studio login` stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from studio.cli.context import Context, context_of
from studio.cli.shared import command, group
from studio.domain.errors import StudioError

if TYPE_CHECKING:
    from studio.cli.credentials import Stored

app = group("Forget what login stored.")


@command(app, None, "studio logout", "studio logout --json")
def logout(ctx: typer.Context) -> None:
    """Forget what login stored.

    Its server is worked on no more. A login by browser is ended for good; an API key stays valid until studio keys
    revoke ends it."""
    from studio.cli import credentials
    from studio.cli.opening import studio_named
    from studio.contracts.account import LoginView

    context = context_of(ctx)
    name = studio_named(context)
    secret = _secret(name)
    gone = credentials.forget(name)
    view = LoginView(studio=name, email=gone.email if gone else None, stored_in=None)
    context.output.answer(view, lambda: context.output.line(_told(name, gone)))
    if gone is not None and secret is not None:
        _end(context, gone, secret)
    if context.target.token:
        context.output.note("STUDIO_TOKEN is still set.")


def _told(name: str, gone: Stored | None) -> str:
    if gone is None:
        return f"Nobody was logged in to {name}."
    return f"Forgot the {'login' if gone.issuer else 'API key'} of {gone.email}."


def _secret(name: str) -> str | None:
    """The key of a login that has to be ended elsewhere, too; None for one that cannot be read any more."""
    from studio.cli import credentials

    try:
        entry = credentials.find(name)
        return None if entry is None or entry.issuer is None else credentials.secret_of(name, entry)
    except StudioError:
        return None


def _end(context: Context, gone: Stored, secret: str) -> None:
    from studio.cli.server_login import end_grant

    end_grant(context, gone, secret)
