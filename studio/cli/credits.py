"""`studio credits`: what one has, what it was spent on, what a short would cost, and every entry explained."""

from __future__ import annotations

import sys
from typing import Annotated, Any, ClassVar

import typer
from pydantic import ValidationError

from studio.cli.bars import draw_bars
from studio.cli.context import Context, context_of
from studio.cli.lazy import LazyGroup
from studio.cli.output import is_terminal
from studio.cli.shared import Cursor, Limit, command, group
from studio.contracts.base import Page
from studio.contracts.credits import CreditsView, DayList, ExplanationView, UsageFilter, UsageView
from studio.domain.errors import Invalid


class Group(LazyGroup):
    # What knows every option of a film takes longer to load than all the rest here.
    lazy: ClassVar = {
        "estimate": (
            "estimates",
            "What making a short would cost, by the same prices that are charged; nothing is made.",
        )
    }


app = group("Credits: what you have, what they were spent on, and what a short would cost.", cls=Group)


def _option(name: str) -> Any:
    return typer.Option(f"--{name}", help=UsageFilter.model_fields[name].description, show_default=False)


@command(app, "show", "studio credits show", "studio credits show --json")
def show(ctx: typer.Context) -> None:
    """What you have, what is set aside, what you spent this month and what expires when."""
    context = context_of(ctx)
    view = context.studio.credits.me()
    context.output.answer(view, lambda: _tell_credits(context, view))


@command(
    app,
    "history",
    "studio credits history",
    "studio credits history --since 2026-05-01 --feature image_generation --json",
    "studio credits history --short octopus-hearts",
    "studio credits history --plot",
)
def history(
    ctx: typer.Context,
    since: Annotated[str | None, _option("since")] = None,
    until: Annotated[str | None, _option("until")] = None,
    feature: Annotated[str | None, _option("feature")] = None,
    short: Annotated[str | None, _option("short")] = None,
    plot: Annotated[bool, typer.Option("--plot", help="Draw what was spent on each day.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """What credits were spent on, newest first."""
    context = context_of(ctx)
    wanted = _filter(since=since, until=until, feature=feature, short=short)
    if plot:
        days = context.studio.credits.days(wanted)
        context.output.answer(days, lambda: _plot(context, days))
        return
    page = context.studio.credits.history(wanted, limit=limit, cursor=cursor)
    context.output.answer(page, lambda: _table(context, page))
    if page.next_cursor:
        context.output.note(f"More: the same with --cursor {page.next_cursor}")


@command(
    app,
    "explain",
    "studio credits explain 0199f3a2-7c11-7d3e-9a55-0f6b2c1d4e8f",
    "studio credits explain 0199f3a2-7c11-7d3e-9a55-0f6b2c1d4e8f --json",
)
def explain(
    ctx: typer.Context,
    entry: Annotated[
        str, typer.Argument(help="The id of an entry, a spending or a grant, or its beginning.", show_default=False)
    ],
) -> None:
    """One entry down to the scene, the model, the provider's request and the price rule."""
    context = context_of(ctx)
    view = context.studio.credits.explain(entry)
    context.output.answer(view, lambda: _tell_entry(context, view))


def _filter(**fields: str | None) -> UsageFilter:
    try:
        return UsageFilter.model_validate(fields)
    except ValidationError as error:
        from studio.contracts.definitions import faults_of  # late: most people make no mistake

        raise Invalid(
            "The history cannot be searched for this.",
            faults=faults_of(error, UsageFilter),
            hint="studio credits history --help has examples.",
        ) from error


def _tell_credits(context: Context, view: CreditsView) -> None:
    output = context.output
    output.record(
        [
            ("credits", view.credits_remaining),
            ("held", view.credits_held or None),
            ("owed", view.credits_debt or None),
            ("plan", view.plan),
            ("this month", f"{view.usage_this_month} spent"),
        ]
    )
    if view.grants:
        output.line()
        rows = [
            (
                grant.source,
                grant.remaining,
                grant.amount,
                f"{grant.expires_at:%Y-%m-%d}" if grant.expires_at else "never",
            )
            for grant in view.grants
        ]
        output.table(("from", "left", "of", "expires"), rows)


def _table(context: Context, page: Page[UsageView]) -> None:
    rows = [
        (f"{use.created_at:%Y-%m-%d %H:%M}", use.credits, use.feature, use.model, use.scene, use.short_id, use.id)
        for use in page.data
    ]
    context.output.table(("when (UTC)", "credits", "for", "model", "scene", "short", "id"), rows)
    if not page.data:
        context.output.note("Nothing was spent. What is made offline costs nothing.")


def _plot(context: Context, days: DayList) -> None:
    rows = [(day.day, day.credits) for day in days.data]
    if is_terminal(sys.stdout):
        for line in draw_bars(rows):
            context.output.line(line)
    else:
        context.output.table(("day", "credits"), rows)


def _tell_entry(context: Context, view: ExplanationView) -> None:
    use, call, output = view.usage, view.call, context.output
    output.record(
        [
            ("entry", f"{view.number}: {view.kind} of {view.amount:+d} credits"),
            ("when", f"{view.created_at:%Y-%m-%d %H:%M:%S} UTC"),
            ("after it", f"{view.net_after} credits"),
            ("by", view.actor),
            ("why", view.reason),
            ("given as", f"{view.grant.source} {view.grant.source_id}" if view.grant else None),
            ("for", f"{use.feature} ({use.operation})" if use else None),
            ("short", (view.short or use.short_id) if use else None),
            ("scene", use.scene if use else None),
            ("model", use.model if use else None),
            ("provider", use.provider if use else None),
            ("request", use.provider_request_id if use else None),
            ("price", use.price_rule if use else None),
            ("cost", f"{use.cost_usd} USD" if use and use.cost_usd else None),
            ("job", f"{call.id}, {call.state}" if call else None),
            ("paid from", ", ".join(f"{lot.amount} of {lot.source} {lot.source_id}" for lot in view.paid_from)),
            ("key", view.key),
            ("id", view.id),
        ]
    )
