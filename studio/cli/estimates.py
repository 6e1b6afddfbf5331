"""`studio credits estimate`: what a short would cost, or what is left of one that was begun."""

from __future__ import annotations

from dataclasses import replace

import typer

from studio.cli import films
from studio.cli.context import Context, context_of
from studio.cli.film_options import Preview, Wishes, takes_wishes
from studio.cli.shared import LAST, command, group
from studio.contracts.films import PlanView
from studio.domain.errors import NotFound, UsageError
from studio.domain.text import slug

app = group("What making a short would cost, by the same prices that are charged; nothing is made.")


@command(
    app,
    None,
    'studio credits estimate "Why octopuses have three hearts"',
    "studio credits estimate --from examples/octopus-hearts.md --image-model local --json",
    "studio credits estimate @last",
)
@takes_wishes
def estimate(ctx: typer.Context, wishes: Wishes, preview: Preview = False) -> None:
    """What making a short would cost, by the same prices that are charged; nothing is made.

    With the handle of a short, its id or @last it is what is left of that short."""
    context = context_of(ctx)
    plan = _rest_of(context, wishes, preview)
    if plan is None:
        plan = context.studio.credits.estimate(wishes.request(context, is_kept=False), preview=preview)
    else:
        context.output.note(f"This is what is left of {plan.handle}.")
    films.answer_plan(context, plan)


def _rest_of(context: Context, wishes: Wishes, preview: bool) -> PlanView | None:
    """The plan of the short that is named in the place of a topic; None where it is a topic."""
    name = wishes.topic.strip()
    if replace(wishes, topic="") != Wishes():
        if name == LAST:
            raise UsageError("What is left of a short is told of it as it is.", hint=f"studio credits estimate {LAST}")
        return None
    if name != LAST and (not name or slug(name, fallback="") != name):
        return None
    try:
        return context.studio.films.plan_rest(name, preview=preview)
    except NotFound:
        if name == LAST:
            raise
        return None
