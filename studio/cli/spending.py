"""Before credits are spent: what it costs is told, above a limit a person says yes, and `--dry-run` ends there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from studio.cli.context import Context
from studio.contracts.films import PlanView
from studio.contracts.media import CostLine, CostView
from studio.domain.errors import Refused, UsageError

MaxCredits = Annotated[
    int | None,
    typer.Option("--max-credits", help="Never spend more than this.", show_default=False, min=0, metavar="CREDITS"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what it would take and cost.")]


def allow_spending(context: Context, cost: CostView | PlanView, max_credits: int | None = None) -> None:
    """Go on only when so much may be spent.

    Raises Refused above `max_credits`, UsageError where somebody has to be asked and nobody is there. Whoever cannot
    pay is not asked whether they want to: the work itself says so before it begins."""
    credits = cost.credits
    if cost.credits_missing:
        return
    if max_credits is not None and credits > max_credits:
        raise Refused(f"This costs {credits} credits and --max-credits allows {max_credits}.", hint="Nothing was done.")
    if max_credits is not None or credits <= context.settings.confirm_credits:
        return
    if not context.yes and not context.can_prompt:
        raise UsageError(
            f"This costs {credits} credits and there is no terminal to ask on.",
            hint=f"Add --yes, or --max-credits {credits}. STUDIO_CONFIRM_CREDITS sets what needs no question.",
        )
    context.confirm(f"This costs {credits} credits. Go on?")


def may_go_on(context: Context, cost: CostView, *, dry_run: bool, max_credits: int | None) -> bool:
    """The same; a dry run is answered with the price, and then there is nothing to go on with."""
    if dry_run:
        answer_cost(context, cost)
        return False
    allow_spending(context, cost, max_credits)
    return True


def may_ask(context: Context, cost: CostView, *, dry_run: bool, max_credits: int | None) -> bool:
    """The same for one question to a model: what it costs is told whenever it costs anything."""
    if not may_go_on(context, cost, dry_run=dry_run, max_credits=max_credits):
        return False
    if cost.credits and not cost.credits_missing:
        model = cost.lines[0].model
        vendor = f", about ${cost.cost_usd} at the provider" if cost.cost_usd else ""
        context.output.note(f"{model}: {cost.credits} credit{'' if cost.credits == 1 else 's'}{vendor}.")
    return True


def answer_cost(context: Context, cost: CostView) -> None:
    """What is still to be made, and what it would be charged."""

    def tell() -> None:
        tell_lines(context, cost.lines)
        tell_total(context, cost)

    context.output.answer(cost, tell)


def tell_lines(context: Context, lines: Sequence[CostLine]) -> None:
    rows = [(line.work, line.model, line.quantity, line.credits, line.cost_usd) for line in lines]
    context.output.table(("work", "model", "quantity", "credits", "USD"), rows)


def tell_total(context: Context, cost: CostView | PlanView) -> None:
    held = f", {cost.credits_held} of them set aside already" if cost.credits_held else ""
    context.output.line(f"Total: {cost.credits} credits{held}, {cost.cost_usd or '0.00'} USD")
    if cost.credits_missing:
        more = "is" if cost.credits_missing == 1 else "are"
        context.output.note(f"You have too few credits for it: {cost.credits_missing} more {more} needed.")
