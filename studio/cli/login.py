"""`studio login`: show an API key once, and studio keeps it for the commands that follow."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.questions import ask_secret
from studio.cli.shared import command, group
from studio.domain.api_keys import key_id
from studio.domain.errors import NotLoggedIn, Refused, UsageError

app = group("Log in with an API key.")

LONGEST_KEY_BYTES = 4096

WithToken = Annotated[bool, typer.Option("--with-token", help="Read the API key from standard input.")]
Insecure = Annotated[
    bool, typer.Option("--insecure-storage", help="Keep the key in a file of yours instead of the keyring.")
]
Server = Annotated[
    str | None,
    typer.Option("--server", help="Address of a studio server, https://…", metavar="URL", show_default=False),
]
Device = Annotated[bool, typer.Option("--device", help="Log in with a browser, on this or another machine.")]


@command(
    app,
    None,
    "studio login",
    "studio login --with-token < key.txt",
    "studio login --with-token --insecure-storage < key.txt",
)
def login(
    ctx: typer.Context,
    with_token: WithToken = False,
    insecure_storage: Insecure = False,
    server: Server = None,
    device: Device = False,
) -> None:
    """Log in with an API key.

    An administrator makes one with studio admin users create --with-key, or studio keys create --user. It is kept in
    the keyring, for the database that the settings name; STUDIO_TOKEN comes before it."""
    if server is not None or device:
        raise Refused("This studio does not talk to servers yet.", hint="studio login --with-token < key.txt")
    context = context_of(ctx)
    key = _key(context, with_token)
    if key_id(key) is None:
        raise NotLoggedIn("This is not an API key of studio.", hint="One begins with stu_live_; was it copied whole?")
    _log_in(context, key, insecure=insecure_storage)


def _key(context: Context, with_token: bool) -> str:
    if with_token:
        return sys.stdin.buffer.read(LONGEST_KEY_BYTES).decode("utf-8", "replace").strip()
    if not context.can_prompt:
        raise UsageError("There is no terminal to ask for the API key on.", hint="studio login --with-token < key.txt")
    return ask_secret("API key:")


def _log_in(context: Context, key: str, *, insecure: bool) -> None:
    from studio.app import open_studio, studio_name
    from studio.cli import credentials
    from studio.contracts.account import LoginView
    from studio.services.login import Login

    name = studio_name(context.settings)
    opened = open_studio(context.settings, Login(key, "studio login"))
    email = opened.principal.email
    opened.close()
    stored = credentials.keep(name, email, key, insecure=insecure)
    view = LoginView(studio=name, email=email, stored_in=stored.place)
    context.output.answer(view, lambda: context.output.line(f"Logged in as {email}; the API key is in {stored.place}."))
    if context.settings.token.get_secret_value():
        context.output.note("STUDIO_TOKEN is set and comes before it.")
