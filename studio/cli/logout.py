"""`studio logout`: forget the API key that `studio login` stored."""

from __future__ import annotations

import typer

from studio.cli.context import context_of
from studio.cli.shared import command, group

app = group("Forget the API key that login stored.")


@command(app, None, "studio logout", "studio logout --json")
def logout(ctx: typer.Context) -> None:
    """Forget the API key that login stored.

    The key itself stays valid: studio keys revoke ends one for good."""
    from studio.app import studio_name
    from studio.cli import credentials
    from studio.contracts.account import LoginView

    context = context_of(ctx)
    name = studio_name(context.settings)
    gone = credentials.forget(name)
    view = LoginView(studio=name, email=gone.email if gone else None, stored_in=None)
    told = f"Forgot the API key of {gone.email}." if gone else f"Nobody was logged in to {name}."
    context.output.answer(view, lambda: context.output.line(told))
    if context.settings.token.get_secret_value():
        context.output.note("STUDIO_TOKEN is still set.")
