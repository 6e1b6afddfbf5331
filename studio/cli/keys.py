"""`studio keys`: API keys for scripts and CI."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

import typer

from studio.cli.context import context_of
from studio.cli.shared import Cursor, Limit, command, group
from studio.contracts.keys import CreateKey, KeyView
from studio.domain.errors import UsageError

app = group("API keys for scripts and CI.")

_UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
_DURATION = re.compile(r"(\d{1,4})([mhdwy])", re.ASCII)

Key = Annotated[str, typer.Argument(help="The key's id or name, as list shows them.", show_default=False)]
Name = Annotated[str, typer.Option("--name", help="What it is for.", show_default=False)]
Scopes = Annotated[
    list[str] | None,
    typer.Option("--scope", help="All it may do, such as shorts:read. Can be repeated.", show_default=False),
]
Expires = Annotated[
    str | None, typer.Option("--expires", help="When it ends: 30m, 12h, 90d, 8w or 1y from now.", show_default=False)
]
ForUser = Annotated[
    str | None, typer.Option("--user", help="The creator whose it will be; for administrators.", show_default=False)
]


@command(app, "list", "studio keys list", "studio keys list --json")
def list_keys(ctx: typer.Context, limit: Limit = 20, cursor: Cursor = None) -> None:
    """Your API keys, newest first; what is secret about them is not known any more."""
    context = context_of(ctx)
    page = context.studio.keys.list(limit=limit, cursor=cursor)
    headers = ("id", "name", "state", "scopes", "expires", "last used")
    rows = [
        (key.id, key.name, key.state, _scopes(key), _minute(key.expires_at), _minute(key.last_used_at))
        for key in page.data
    ]

    def tell() -> None:
        context.output.table(headers, rows)
        if page.next_cursor:
            context.output.note(f"More: studio keys list --cursor {page.next_cursor}")

    context.output.answer(page, tell)


@command(
    app,
    "create",
    "studio keys create --name CI --scope shorts:read --scope shorts:write --expires 90d",
    "studio keys create --name laptop --json",
    "studio keys create --name laptop --user ana@example.com",
)
def create(ctx: typer.Context, name: Name, scope: Scopes = None, expires: Expires = None, user: ForUser = None) -> None:
    """Make an API key and show it, this once.

    Without --scope it may do everything that its owner may do."""
    context = context_of(ctx)
    scopes = tuple(scope) if scope else None
    data = CreateKey(name=name, scopes=scopes, expires_in_seconds=_seconds(expires), user=user)
    key = context.studio.keys.create(data)

    def tell() -> None:
        context.output.note(f"API key {key.id} for {key.name}. It is shown this once: keep it in a safe place.")
        context.output.line(key.api_key)

    context.output.answer(key, tell)


@command(app, "revoke", "studio keys revoke CI", "studio keys revoke 4fK2mQ9z --yes")
def revoke(ctx: typer.Context, key: Key) -> None:
    """End an API key for good."""
    context = context_of(ctx)
    if not context.yes:
        found = context.studio.keys.show(key)
        context.confirm(f"Revoke the API key {found.id} ({found.name})? Whatever uses it will be turned away.")
    view = context.studio.keys.revoke(key)
    context.output.answer(view, lambda: context.output.line(f"Revoked {view.id} ({view.name})."))


def _scopes(key: KeyView) -> str:
    return "all" if key.scopes is None else ", ".join(key.scopes)


def _minute(time: datetime | None) -> str | None:
    return None if time is None else f"{time:%Y-%m-%d %H:%M}"


def _seconds(duration: str | None) -> int | None:
    if duration is None:
        return None
    found = _DURATION.fullmatch(duration.strip())
    if found is None:
        raise UsageError(f"{duration} is no length of time.", hint="Write 30m, 12h, 90d, 8w or 1y.")
    return int(found[1]) * _UNITS[found[2]]
