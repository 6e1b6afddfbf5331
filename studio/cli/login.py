"""`studio login`: prove once who one is, and studio remembers it for the commands that follow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.shared import command, group
from studio.domain.api_keys import key_id
from studio.domain.errors import NotLoggedIn, Refused, UsageError

if TYPE_CHECKING:
    from studio.cli.credentials import Stored

app = group("Log in to a studio server, or with an API key.")

LONGEST_TOKEN_BYTES = 16_384

WithToken = Annotated[bool, typer.Option("--with-token", help="Read an API key or a token from standard input.")]
Insecure = Annotated[
    bool, typer.Option("--insecure-storage", help="Keep the key in a file of yours instead of the keyring.")
]
Server = Annotated[
    str | None,
    typer.Option("--server", help="Address of a studio server, https://…", metavar="URL", show_default=False),
]
Device = Annotated[bool, typer.Option("--device", help="Log in with a browser on another machine, by a code.")]


@command(
    app,
    None,
    "studio login --server https://studio.example.com",
    "studio login --server https://studio.example.com --device",
    "studio login --server https://studio.example.com --with-token < key.txt",
    "studio login --with-token --insecure-storage < key.txt",
)
def login(
    ctx: typer.Context,
    with_token: WithToken = False,
    insecure_storage: Insecure = False,
    server: Server = None,
    device: Device = False,
) -> None:
    """Log in to a studio server, or with an API key.

    With --server every command works on that server from then on, until studio logout. It says how one logs in: in a
    browser, or by an API key that an administrator made with studio keys create --user. Without --server the key is
    for the database that the settings name.

    What you log in with is kept in the keyring; STUDIO_TOKEN comes before it."""
    context = context_of(ctx)
    if with_token and device:
        raise UsageError("--device and --with-token are two ways to log in.", hint="Leave one of them out.")
    named = _address(context, server)
    if named is not None:
        _at_server(context, named, with_token=with_token, device=device, insecure=insecure_storage)
        return
    if device:
        raise Refused("Without a server there is no browser to log in with.", hint="studio login --server URL --device")
    _at_database(context, _key(context, with_token), insecure=insecure_storage)


def _address(context: Context, server: str | None) -> str | None:
    if server is None:
        return context.target.server
    from studio.remote.address import server_address

    return str(server_address(server))


def _key(context: Context, with_token: bool) -> str:
    key = token_from(context, with_token)
    if key_id(key) is None:
        raise NotLoggedIn("This is not an API key of studio.", hint="One begins with stu_live_; was it copied whole?")
    return key


def token_from(context: Context, with_token: bool) -> str:
    """What is on standard input, or what the person types. Raises UsageError where there is nobody to ask."""
    if with_token:
        return sys.stdin.buffer.read(LONGEST_TOKEN_BYTES).decode("utf-8", "replace").strip()
    if not context.can_prompt:
        raise UsageError("There is no terminal to ask for the API key on.", hint="studio login --with-token < key.txt")
    # Late: whoever pipes the key in is asked nothing.
    from studio.cli.questions import ask_secret

    return ask_secret("API key:")


def _at_server(context: Context, server: str, *, with_token: bool, device: bool, insecure: bool) -> None:
    from studio.cli.server_login import log_in

    stored = log_in(context, server, with_token=with_token, device=device, insecure=insecure)
    _tell(context, server, stored, f"Logged in to {server} as {stored.email}; the login is in {stored.place}.")
    target = context.target
    if target.server not in (None, server):
        context.output.note(f"STUDIO_SERVER is {target.server} and comes before it.")
    elif target.server is None and target.database_is_named:
        context.output.note("STUDIO_DATABASE_URL is set and comes before it.")


def _at_database(context: Context, key: str, *, insecure: bool) -> None:
    from studio.app import open_studio, studio_name
    from studio.cli import credentials
    from studio.cli.credentials import Stored
    from studio.domain.login import Login

    name = studio_name(context.settings)
    opened = open_studio(context.settings, Login(key, "studio login"))
    email = opened.principal.email
    opened.close()
    stored = credentials.keep(name, Stored(email, ""), key, insecure=insecure)
    _tell(context, name, stored, f"Logged in as {email}; the API key is in {stored.place}.")


def _tell(context: Context, studio: str, stored: Stored, told: str) -> None:
    from studio.contracts.account import LoginView

    view = LoginView(studio=studio, email=stored.email, stored_in=stored.place)
    context.output.answer(view, lambda: context.output.line(told))
    if context.target.token:
        context.output.note("STUDIO_TOKEN is set and comes before it.")
