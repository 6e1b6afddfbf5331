"""`studio plans`: what one can subscribe to."""

from __future__ import annotations

import typer

from studio.cli.context import context_of
from studio.cli.output import Output
from studio.cli.shared import Cursor, Limit, command, group
from studio.contracts.base import Page
from studio.contracts.plans import PlanView

app = group("What one can subscribe to.")


@app.callback()
def plans() -> None:
    """What one can subscribe to."""


@command(app, "list", "studio plans list", "studio plans list --json")
def list_plans(ctx: typer.Context, limit: Limit = 20, cursor: Cursor = None) -> None:
    """The plans on offer, with credits and prices."""
    context = context_of(ctx)
    page = context.studio.plans.list(limit=limit, cursor=cursor)
    context.output.answer(page, lambda: _tell(context.output, page))


def _tell(output: Output, page: Page[PlanView]) -> None:
    headers = ("key", "name", "credits a month", "monthly", "yearly", "badge", "what one gets")
    output.table(headers, [(*_row(plan), "; ".join(plan.features)) for plan in page.data])
    if page.next_cursor:
        output.note(f"More: studio plans list --cursor {page.next_cursor}")


def _row(plan: PlanView) -> tuple[object, ...]:
    monthly, yearly = money(plan.price_monthly, plan.currency), money(plan.price_yearly, plan.currency)
    return plan.key, plan.name, plan.credits, monthly, yearly, plan.badge


def money(hundredths: int | None, currency: str) -> str | None:
    """`29.90 BRL`; None stays None."""
    return None if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d} {currency}"
