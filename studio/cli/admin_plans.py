"""`studio admin plans`: making and changing what people can subscribe to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from studio.cli.context import Context, context_of
from studio.cli.definitions import in_words
from studio.cli.fields import given, with_fields
from studio.cli.files import FromFile, row_file
from studio.cli.plans import money
from studio.cli.shared import Cursor, Limit, command, group
from studio.contracts.definitions import checked
from studio.contracts.plans import LIMITS, CreatePlan, EditPlan, PlanFile, PlanList, PlanView
from studio.contracts.rows import csv_text, named_numbers
from studio.domain.errors import UsageError

app = group("Plans: making, changing and archiving what people can subscribe to.")

Plan = Annotated[str, typer.Argument(help="The plan's key.", show_default=False)]
Limits = Annotated[
    list[str] | None,
    typer.Option(
        "--limits",
        help=f"The most of something: {', '.join(LIMITS)}. Can be repeated.",
        metavar="NAME=NUMBER",
        show_default=False,
    ),
]
WITHOUT_TIMES = tuple(
    name for name in PlanView.model_fields if name not in ("id", "version", "created_at", "updated_at")
)
"""The columns of a file that can be read again."""


@command(
    app,
    "list",
    "studio admin plans list",
    "studio admin plans list --json",
    "studio admin plans list --csv > plans.csv",
)
def list_plans(
    ctx: typer.Context,
    limit: Limit = 20,
    cursor: Cursor = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV that create and edit take with --from.")] = False,
) -> None:
    """All plans in their order, also those that are archived."""
    context = context_of(ctx)
    page = context.studio.admin_plans.list(limit=limit, cursor=cursor)
    context.output.answer(page, lambda: _csv(context, page.data) if csv else _table(context, page.data))
    if page.next_cursor:
        context.output.note(f"More: studio admin plans list --cursor {page.next_cursor}")


@command(app, "show", "studio admin plans show pro", "studio admin plans show pro --json")
def show(ctx: typer.Context, plan: Plan) -> None:
    """One plan with everything about it, also its version."""
    context = context_of(ctx)
    _answer(context, context.studio.admin_plans.show(plan))


@command(
    app,
    "create",
    "studio admin plans create --name Pro --key pro --credits 500 --price-monthly 4990",
    "studio admin plans create --name Team --key team --credits 2000 --price-monthly 14990 --limits characters=50",
    "studio admin plans create --from plans.csv",
)
@with_fields(CreatePlan)
def create(ctx: typer.Context, limits: Limits = None, source: FromFile = None, *, fields: dict[str, Any]) -> None:
    """Make a plan, or all plans of a file.

    Prices are centavos: 4990 is R$ 49.90. The credits are what the plan promises for a month: a plan gives
    none by itself, studio admin credits grant does."""
    context = context_of(ctx)
    fields = _with_limits(fields, limits)
    if source is not None:
        _answer_many(context, context.studio.admin_plans.create_many(row_file(PlanFile, source, fields)))
        return
    _answer(context, context.studio.admin_plans.create(_checked(CreatePlan, fields, "create")))


@command(
    app,
    "edit",
    "studio admin plans edit pro --price-monthly 5990",
    "studio admin plans edit pro --credits 600 --version 3",
    "studio admin plans edit --from plans.csv",
)
@with_fields(EditPlan)
def edit(
    ctx: typer.Context,
    plan: Annotated[str | None, typer.Argument(help="The plan's key.", show_default=False)] = None,
    limits: Limits = None,
    no_yearly: Annotated[bool, typer.Option("--no-yearly", help="No price for a year.")] = False,
    source: FromFile = None,
    *,
    fields: dict[str, Any],
) -> None:
    """Change a plan, or all plans a file names; what is left out stays.

    With --version the change is refused when another administrator was faster; without it the last one wins."""
    context = context_of(ctx)
    fields = _with_limits({**fields, "price_yearly": None} if no_yearly else fields, limits)
    if source is not None:
        _answer_many(
            context, context.studio.admin_plans.edit_many(row_file(PlanFile, source, {**fields, **given(plan=plan)}))
        )
        return
    if plan is None:
        raise UsageError("No plan is named.", hint="studio admin plans edit KEY, or --from FILE.")
    if not fields.keys() - {"version"}:
        raise UsageError("There is nothing to change.", hint="studio admin plans edit --help lists the options.")
    _answer(context, context.studio.admin_plans.edit(plan, _checked(EditPlan, fields, "edit")))


@command(app, "archive", "studio admin plans archive pro", "studio admin plans archive pro --json")
def archive(ctx: typer.Context, plan: Plan) -> None:
    """Take a plan off the offer; people who have it keep it, and edit --active brings it back."""
    context = context_of(ctx)
    view = context.studio.admin_plans.archive(plan)
    context.output.answer(view, lambda: context.output.line(f"Archived {view.key}."))


@command(app, "delete", "studio admin plans delete old", "studio admin plans delete old --yes")
def delete(ctx: typer.Context, plan: Plan) -> None:
    """Remove a plan that nobody has."""
    context = context_of(ctx)
    view = context.studio.admin_plans.show(plan)
    context.confirm(f"Delete the plan {view.key}?")
    gone = context.studio.admin_plans.delete(view.id)
    context.output.answer(gone, lambda: context.output.line(f"Deleted {view.key}."))


def _with_limits(fields: dict[str, Any], limits: list[str] | None) -> dict[str, Any]:
    return {**fields, "limits": named_numbers(limits)} if limits else fields


def _checked(model: type[BaseModel], fields: dict[str, Any], verb: str) -> Any:
    return checked(model, fields, "plan", hint=f"studio admin plans {verb} --help lists the options.")


def _answer(context: Context, plan: PlanView) -> None:
    fields = plan.model_dump(mode="json")
    fields["price_monthly"] = money(plan.price_monthly, plan.currency)
    fields["price_yearly"] = money(plan.price_yearly, plan.currency)
    rows = [(name.replace("_", " "), in_words(value)) for name, value in fields.items() if name != "id"]
    context.output.answer(plan, lambda: context.output.record([*rows, ("id", plan.id)]))


def _answer_many(context: Context, plans: PlanList) -> None:
    context.output.answer(plans, lambda: _table(context, plans.data))


def _table(context: Context, plans: Sequence[PlanView]) -> None:
    headers = ("key", "name", "credits", "monthly", "yearly", "on offer", "version")
    context.output.table(
        headers,
        [
            (
                plan.key,
                plan.name,
                plan.credits,
                money(plan.price_monthly, plan.currency),
                money(plan.price_yearly, plan.currency),
                in_words(plan.active),
                plan.version,
            )
            for plan in plans
        ],
    )


def _csv(context: Context, plans: Sequence[PlanView]) -> None:
    fields = [plan.model_dump(mode="json") for plan in plans]
    text = csv_text(WITHOUT_TIMES, [[plan[name] for name in WITHOUT_TIMES] for plan in fields])
    context.output.line_raw(text.rstrip("\n"))
