"""`studio admin webhooks`: what systems outside told, what became of it, and asking for it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from studio.cli.admin_backfill import add_backfill
from studio.cli.context import Context, context_of
from studio.cli.definitions import in_words
from studio.cli.shared import Cursor, Limit, command, group
from studio.contracts.webhooks import WebhookFilter, WebhookState, WebhookView

app = group("Messages from outside: what came, what became of it, and asking for it again.")
add_backfill(app)


@app.callback()
def webhooks() -> None:
    """Messages from outside: what came, what became of it, and asking for it again."""


def _option(name: str) -> Any:
    return typer.Option(f"--{name}", help=WebhookFilter.model_fields[name].description, show_default=False)


Message = Annotated[
    str,
    typer.Argument(help="A message as the list names it, source:id, or the sender's id alone.", show_default=False),
]


@command(
    app,
    "list",
    "studio admin webhooks list",
    "studio admin webhooks list --state dead",
    "studio admin webhooks list --source asaas --limit 100 --json",
)
def list_webhooks(
    ctx: typer.Context,
    source: Annotated[str | None, _option("source")] = None,
    state: Annotated[WebhookState | None, _option("state")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """The messages that came, newest first.

    One that is received waits for its turn, by itself; one that is dead waits for you: its error says why, and replay
    asks for it again once that is put right."""
    context = context_of(ctx)
    page = context.studio.webhooks.list(WebhookFilter(source=source, state=state), limit=limit, cursor=cursor)
    context.output.answer(page, lambda: _table(context, page.data))
    if page.next_cursor:
        context.output.note(f"More: the same with --cursor {page.next_cursor}")


@command(
    app,
    "show",
    "studio admin webhooks show clerk:msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S",
    "studio admin webhooks show msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S --json",
)
def show(ctx: typer.Context, message: Message) -> None:
    """One message with what it says and, if it has not taken effect, why."""
    context = context_of(ctx)
    found = context.studio.webhooks.show(message)

    def draw() -> None:
        _record(context, found)
        context.output.line(f"\n{_readable(found.body)}")

    context.output.answer(found, draw)


@command(
    app,
    "replay",
    "studio admin webhooks replay clerk:msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S",
    "studio admin webhooks replay msg_2g7np7Hrk0SN6kj5EDMLDaKNL0S --json",
)
def replay(ctx: typer.Context, message: Message) -> None:
    """Work again on a message that is dead or waits.

    One that has taken effect is refused: it never does so twice."""
    context = context_of(ctx)
    view = context.studio.webhooks.replay(message)
    context.output.answer(view, lambda: _record(context, view))


def _record(context: Context, view: WebhookView) -> None:
    fields = view.model_dump(mode="json", exclude={"body"})
    context.output.record([(name.replace("_", " "), in_words(value)) for name, value in fields.items()])


def _table(context: Context, messages: Sequence[WebhookView]) -> None:
    headers = ("received (UTC)", "message", "type", "state", "attempts", "error")
    rows = [
        (f"{each.received_at:%Y-%m-%d %H:%M:%S}", each.id, each.type, each.state, each.attempts, each.error)
        for each in messages
    ]
    context.output.table(headers, rows)


def _readable(body: str) -> str:
    """JSON with its lines and indents; anything else as it came."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
