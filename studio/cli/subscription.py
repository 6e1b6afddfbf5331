"""`studio subscription`: choosing a plan, seeing until when it is paid, and ending it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.plans import money
from studio.cli.shared import command, group
from studio.contracts.definitions import checked
from studio.contracts.subscriptions import StartSubscription, SubscriptionView

app = group("Your subscription: choosing a plan, seeing until when it is paid, and ending it.")

IN_WORDS = {
    "none": "no subscription",
    "starting": "begun; the page to pay on is not known yet",
    "pending": "waits for its payment",
    "active": "active",
    "overdue": "active, and its next payment is late",
    "canceled": "canceled; what is paid stays until its end",
    "ended": "ended",
}

Plan = Annotated[str, typer.Argument(help="The plan's key, as studio plans list shows it.", show_default=False)]
Yearly = Annotated[bool, typer.Option("--yearly", help="Pay for a year at once.")]
TaxId = Annotated[
    str | None,
    typer.Option("--tax-id", help="CPF or CNPJ of who pays; without it the page asks.", show_default=False),
]
Open = Annotated[
    bool | None,
    typer.Option("--open/--no-open", help="Open the page in a browser, as is done on a terminal.", show_default=False),
]


@command(
    app,
    "start",
    "studio subscription start pro",
    "studio subscription start pro --yearly --tax-id 123.456.789-09",
    "studio subscription start pro --no-open --json",
)
def start(ctx: typer.Context, plan: Plan, yearly: Yearly = False, tax_id: TaxId = None, opens: Open = None) -> None:
    """Choose a plan and get the page where it is paid.

    Credits come with the payment, not before. The same command again gives the same page while it can be paid on."""
    context = context_of(ctx)
    fields = {"plan": plan, "yearly": yearly, "tax_id": tax_id}
    wanted = checked(StartSubscription, fields, "subscription", hint="studio subscription start --help")
    view = context.studio.subscription.start(wanted)
    context.output.answer(view, lambda: _tell_page(context, view))
    if view.checkout_url is not None and (context.can_prompt if opens is None else opens):
        _open(view.checkout_url)


@command(app, "show", "studio subscription show", "studio subscription show --json")
def show(ctx: typer.Context) -> None:
    """Your plan, where it stands, until when it is paid and what comes next."""
    context = context_of(ctx)
    view = context.studio.subscription.show()
    context.output.answer(view, lambda: _tell(context, view))


@command(app, "cancel", "studio subscription cancel", "studio subscription cancel --yes --json")
def cancel(ctx: typer.Context) -> None:
    """Have nothing charged any more; what is paid stays until its end."""
    context = context_of(ctx)
    if not context.yes:
        _ask(context, context.studio.subscription.show())
    view = context.studio.subscription.cancel()
    context.output.answer(view, lambda: _tell(context, view))


def _ask(context: Context, view: SubscriptionView) -> None:
    """Ask before something is ended; where nothing is, there is nothing to ask."""
    if view.state in ("active", "overdue"):
        context.confirm(f"Cancel the plan {view.plan}? It stays until {_day(view.paid_until)}.")
    elif view.state in ("starting", "pending"):
        context.confirm(f"Take back the wish for the plan {view.plan}? Nothing was paid yet.")


def _tell_page(context: Context, view: SubscriptionView) -> None:
    if view.checkout_url is None:
        _tell(context, view)
        return
    price = money(view.price, view.currency or "BRL")
    term = "a year" if view.months == 12 else "a month"
    context.output.note(f"Plan {view.plan}: {price} {term}, {view.credits} credits with each payment. Pay here:")
    context.output.line(view.checkout_url)


def _tell(context: Context, view: SubscriptionView) -> None:
    price = money(view.price, view.currency or "BRL")
    context.output.record(
        [
            ("plan", view.plan),
            ("state", IN_WORDS.get(view.state, view.state)),
            ("price", price and f"{price} for {'a year' if view.months == 12 else 'a month'}, {view.credits} credits"),
            ("paid until", _day(view.paid_until)),
            ("next", _next(view)),
            ("page", view.checkout_url),
        ]
    )


def _next(view: SubscriptionView) -> str | None:
    if view.next_charge_at is not None:
        return f"{money(view.price, view.currency or 'BRL')} on {_day(view.next_charge_at)}"
    if view.state == "canceled":
        return f"it ends on {_day(view.ends_at)}"
    return "pay on the page below" if view.checkout_url else None


def _day(time: datetime | None) -> str | None:
    return None if time is None else f"{time:%Y-%m-%d}"


def _open(url: str) -> None:
    # Late: finding browsers runs programs.
    import webbrowser

    webbrowser.open(url)
