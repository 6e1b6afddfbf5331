"""`studio admin audit`: who changed what, when and why."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from studio.cli.context import Context, context_of
from studio.cli.shared import Cursor, Limit, command, group
from studio.contracts.audit import AuditFilter, AuditView
from studio.contracts.base import Page
from studio.contracts.definitions import faults_of
from studio.contracts.rows import csv_text
from studio.domain.errors import Invalid

app = group("The audit trail: who changed what, when and why.")


@app.callback()
def audit() -> None:
    """The audit trail: who changed what, when and why."""


def _option(name: str) -> Any:
    return typer.Option(f"--{name}", help=AuditFilter.model_fields[name].description, show_default=False)


@command(
    app,
    "list",
    "studio admin audit list",
    "studio admin audit list --subject plan:pro --json",
    "studio admin audit list --actor maria@example.com --since 2026-05-01",
    "studio admin audit list --action setting.set --limit 100 --csv > audit.csv",
)
def list_changes(
    ctx: typer.Context,
    actor: Annotated[str | None, _option("actor")] = None,
    action: Annotated[str | None, _option("action")] = None,
    subject: Annotated[str | None, _option("subject")] = None,
    since: Annotated[str | None, _option("since")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV for a spreadsheet.")] = False,
) -> None:
    """What administrators changed, newest first."""
    context = context_of(ctx)
    wanted = _filter(actor=actor, action=action, subject=subject, since=since)
    page = context.studio.audit.list(wanted, limit=limit, cursor=cursor)
    context.output.answer(page, lambda: _csv(context, page) if csv else _table(context, page))
    if page.next_cursor:
        context.output.note(f"More: the same with --cursor {page.next_cursor}")


def _filter(**fields: str | None) -> AuditFilter:
    try:
        return AuditFilter.model_validate(fields)
    except ValidationError as error:
        raise Invalid(
            "The audit trail cannot be searched for this.",
            faults=faults_of(error, AuditFilter),
            hint="studio admin audit list --help has examples.",
        ) from error


def _table(context: Context, page: Page[AuditView]) -> None:
    headers = ("when (UTC)", "who", "action", "subject", "before", "after", "reason")
    rows = [(f"{each.created_at:%Y-%m-%d %H:%M:%S}", *_cells(each)) for each in page.data]
    context.output.table(headers, rows)


def _csv(context: Context, page: Page[AuditView]) -> None:
    names = ("created_at", "actor_email", "action", "subject", "before", "after", "reason", "request_id")
    rows = [(each.model_dump(mode="json")["created_at"], *_cells(each), each.request_id) for each in page.data]
    context.output.line_raw(csv_text(names, rows).rstrip("\n"))


def _cells(entry: AuditView) -> tuple[str | None, ...]:
    subject = f"{entry.subject_type}:{entry.subject_id}"
    return entry.actor_email, entry.action, subject, _json(entry.before), _json(entry.after), entry.reason


def _json(fields: dict[str, Any] | None) -> str | None:
    return None if fields is None else json.dumps(fields, ensure_ascii=False)
