"""`studio shorts media`: the takes of a short."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.output import clock_time, megabytes
from studio.cli.progress import watched
from studio.cli.shared import Handle, command, group
from studio.cli.spending import MaxCredits, allow_spending
from studio.contracts.media import MediaList

app = group("The takes of a short: pictures, voices and music.")


@command(app, "generate", "studio shorts media generate octopus-hearts", "studio shorts media generate @last --scene 2")
def generate(
    ctx: typer.Context,
    short: Handle,
    scene: Annotated[int | None, typer.Option(help="Only this scene.", show_default="all", min=1)] = None,
    max_credits: MaxCredits = None,
) -> None:
    """Make the pictures, voices and music that are missing."""
    context = context_of(ctx)
    allow_spending(context, context.studio.media.cost(short, scene=scene).credits, max_credits)
    with watched(context) as watching:
        found = context.studio.media.generate(short, scene=scene, **watching)
    _answer(context, short, found)
    context.output.note(f"Next: studio shorts render {short}")


@command(app, "list", "studio shorts media list octopus-hearts")
def list_media(ctx: typer.Context, short: Handle) -> None:
    """All takes; a star marks those the film uses."""
    context = context_of(ctx)
    _answer(context, short, context.studio.media.list(short))


def _answer(context: Context, short: str, found: MediaList) -> None:
    scenes = context.studio.shorts.show(short).scenes
    scene_of = {take.id: scene.order for scene in scenes for take in scene.media}
    rows = [
        (
            "*" if take.selected else "",
            scene_of.get(take.id),
            take.kind,
            take.model,
            clock_time(take.seconds),
            megabytes(take.size_bytes),
            take.id,
        )
        for take in found.data
    ]
    context.output.answer(
        found, lambda: context.output.table(("", "scene", "kind", "model", "length", "size", "id"), rows)
    )
