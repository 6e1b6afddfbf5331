"""`studio whoami`: as whom studio works, and where it got that from."""

from __future__ import annotations

import typer

from studio.cli.context import context_of
from studio.cli.shared import command, group

app = group("Who you are for studio, and by which credentials.")

NO_LOGIN = "none: the embedded studio needs no login"


@command(app, None, "studio whoami", "studio whoami --json")
def whoami(ctx: typer.Context) -> None:
    """Who you are for studio, and by which credentials."""
    context = context_of(ctx)
    login = context.login
    me = context.studio.account.me().model_copy(update={"credentials": login.origin if login else NO_LOGIN})
    rows = [
        ("user", me.email),
        ("name", me.name),
        ("role", me.role),
        ("plan", me.plan),
        ("credits", me.credits_remaining),
        ("server", context.target.server),
        ("credentials", me.credentials),
        ("API key", me.key_id),
        ("scopes", ", ".join(me.scopes) if me.scopes else None),
        ("id", me.id),
    ]
    context.output.answer(me, lambda: context.output.record(rows))
