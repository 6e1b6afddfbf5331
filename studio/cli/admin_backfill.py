"""`studio admin webhooks backfill`: what no webhook told of, from the payment service's own lists."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.progress import watched
from studio.cli.shared import command
from studio.contracts.definitions import checked
from studio.contracts.payments import Backfill, BackfillReport

Since = Annotated[
    str | None,
    typer.Option("--since", help="The first day to look at; fifteen days back.", metavar="DATE", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what it would change, and change nothing.")]


def add_backfill(app: typer.Typer) -> None:
    """Add the command to the group of webhooks."""
    command(
        app,
        "backfill",
        "studio admin webhooks backfill",
        "studio admin webhooks backfill --since 2026-01-31 --dry-run",
        "studio admin webhooks backfill --json",
    )(backfill)


def backfill(ctx: typer.Context, since: Since = None, dry_run: DryRun = False) -> None:
    """Look through Asaas' payments for what no webhook told of, and let it take effect.

    What is known is left alone, so it may be run at any time and as often as one likes."""
    context = context_of(ctx)
    data = checked(Backfill, {"since": since, "dry_run": dry_run}, "backfill", hint="Write --since 2026-01-31.")
    with watched(context) as watching:
        report = context.studio.admin_payments.backfill(data, **watching)
    context.output.answer(report, lambda: _tell(context, report))


def _tell(context: Context, report: BackfillReport) -> None:
    headers = ("payment", "status", "user", "credits", "why nobody's")
    rows = [(each.payment_id, each.status, each.user_id, each.credits, each.reason) for each in report.data]
    if rows:
        context.output.table(headers, rows)
    verb = "would change" if report.dry_run else "changed"
    context.output.note(
        f"Of {report.looked_at} payments since {report.since}, {report.changed} {verb}: {report.credits_given} credits"
        f" given, {report.credits_taken_back} taken back, {report.unmatched} payments are nobody's."
    )
