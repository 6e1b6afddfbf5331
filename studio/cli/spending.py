"""Asking before credits are spent: above a limit a person says yes, and a script says so beforehand."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.context import Context
from studio.contracts.media import CostView
from studio.domain.errors import Refused, UsageError

MaxCredits = Annotated[
    int | None,
    typer.Option("--max-credits", help="Never spend more than this.", show_default=False, min=0, metavar="CREDITS"),
]


def allow_spending(context: Context, credits: int, max_credits: int | None = None) -> None:
    """Go on only when so many credits may be spent.

    Raises Refused above `max_credits`, UsageError where somebody has to be asked and nobody is there."""
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


def allow_question(context: Context, cost: CostView, max_credits: int | None = None) -> None:
    """The same for one question to a model: what it costs is told whenever it costs anything."""
    allow_spending(context, cost.credits, max_credits)
    if cost.credits:
        model = cost.lines[0].model
        vendor = f", about ${cost.cost_usd} at the provider" if cost.cost_usd else ""
        context.output.note(f"{model}: {cost.credits} credit{'' if cost.credits == 1 else 's'}{vendor}.")
