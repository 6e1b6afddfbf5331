"""`studio admin payments`: what was paid, and whose money it is that nobody is known for."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.plans import money
from studio.cli.shared import Cursor, Limit, command, group
from studio.contracts.definitions import checked
from studio.contracts.payments import AssignPayment, PaymentFilter, PaymentView

app = group("Payments: what was paid, and whose money it is that nobody is known for.")

CURRENCY = "BRL"

Payment = Annotated[str, typer.Argument(help="The payment's id, or the start of it.", show_default=False)]
User = Annotated[str, typer.Argument(help="An address, the start of an id, or @last.", show_default=False)]
Plan = Annotated[str, typer.Option("--plan", help="The key of the plan it pays for.", show_default=False)]
Yearly = Annotated[bool, typer.Option("--yearly", help="It pays for a year.")]


@command(
    app,
    "list",
    "studio admin payments list",
    "studio admin payments list --unmatched",
    "studio admin payments list --json",
)
def list_payments(
    ctx: typer.Context,
    unmatched: Annotated[
        bool, typer.Option("--unmatched", help="Only money of which nobody knows whose it is.")
    ] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """The payments that money came in for, newest first."""
    context = context_of(ctx)
    page = context.studio.admin_payments.list(PaymentFilter(unmatched=unmatched), limit=limit, cursor=cursor)
    headers = ("id", "due", "status", "value", "kept", "user", "credits", "why nobody's")
    rows = [_row(each) for each in page.data]
    context.output.answer(page, lambda: context.output.table(headers, rows))
    if page.next_cursor:
        context.output.note(f"More: the same with --cursor {page.next_cursor}")


@command(app, "show", "studio admin payments show pay_080225913252", "studio admin payments show pay_0802 --json")
def show(ctx: typer.Context, payment: Payment) -> None:
    """One payment: how it stands, whose it is, and what it gave."""
    context = context_of(ctx)
    _answer(context, context.studio.admin_payments.show(payment))


@command(
    app,
    "assign",
    "studio admin payments assign pay_080225913252 ana@example.com --plan pro",
    "studio admin payments assign pay_080225913252 ana@example.com --plan pro --yearly",
)
def assign(ctx: typer.Context, payment: Payment, user: User, plan: Plan, yearly: Yearly = False) -> None:
    """Say whose a payment is and what it pays for, once and for good.

    Less money than the plan costs gives as much less of its credits. Later payments of the same customer then find
    their way by themselves."""
    context = context_of(ctx)
    fields = {"user": user, "plan": plan, "yearly": yearly}
    data = checked(AssignPayment, fields, "payment", hint="studio admin payments assign --help")
    if not context.yes:
        found = context.studio.admin_payments.show(payment)
        context.confirm(f"Give the payment {found.id} of {money(found.value, CURRENCY)} to {data.user}?")
    _answer(context, context.studio.admin_payments.assign(payment, data))


def _row(payment: PaymentView) -> tuple[object, ...]:
    return (
        payment.id,
        f"{payment.due_at:%Y-%m-%d}",
        payment.status,
        money(payment.value, CURRENCY),
        money(payment.kept, CURRENCY),
        payment.user_id,
        payment.credits_given,
        payment.reason,
    )


def _answer(context: Context, view: PaymentView) -> None:
    fields = view.model_dump(mode="json") | {
        "value": money(view.value, CURRENCY),
        "kept": money(view.kept, CURRENCY),
    }
    context.output.answer(view, lambda: context.output.record([(_name(key), value) for key, value in fields.items()]))


def _name(field: str) -> str:
    return field.replace("_", " ")
