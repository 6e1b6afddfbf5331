"""`studio shorts media`: the takes of a short."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.output import clock_time, megabytes
from studio.cli.progress import watched
from studio.cli.shared import Handle, command, group
from studio.cli.spending import DryRun, MaxCredits, may_go_on
from studio.contracts.media import GenerateMedia, ImportMedia, MediaKind, MediaList

app = group("The takes of a short: pictures, clips, voices and music.")

Scene = Annotated[int | None, typer.Option(help="Only this scene.", show_default="all", min=1)]
Kind = Annotated[
    MediaKind | None, typer.Option(help="Only takes of this kind.", show_default="all", case_sensitive=False)
]


@command(
    app,
    "generate",
    "studio shorts media generate octopus-hearts",
    "studio shorts media generate @last --scene 2 --kind picture --again",
    "studio shorts media generate @last --kind video --max-credits 40",
    "studio shorts media generate @last --dry-run",
)
def generate(
    ctx: typer.Context,
    short: Handle,
    scene: Scene = None,
    kind: Kind = None,
    again: Annotated[bool, typer.Option("--again", help="Make another take although one stands.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Free, made on this machine.")] = False,
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Make the pictures, clips, voices and music that are missing."""
    context = context_of(ctx)
    wanted = GenerateMedia(scene=scene, kind=kind, again=again, offline=preview)
    cost = context.studio.media.cost(short, wanted)
    if not may_go_on(context, cost, dry_run=dry_run, max_credits=max_credits):
        return
    with watched(context) as watching:
        found = context.studio.media.generate(short, wanted, **watching)
    _answer(context, short, found)
    context.output.note(f"Next: studio shorts render {short}")


@command(app, "list", "studio shorts media list octopus-hearts")
def list_media(ctx: typer.Context, short: Handle) -> None:
    """All takes; a star marks those the film uses."""
    context = context_of(ctx)
    _answer(context, short, context.studio.media.list(short))


@command(app, "select", "studio shorts media select octopus-hearts 019f3c2a")
def select(
    ctx: typer.Context,
    short: Handle,
    take: Annotated[str, typer.Argument(help="Id of the take, or its beginning.", show_default=False)],
) -> None:
    """Have the film use this take; it stays until another is asked for with generate --again."""
    context = context_of(ctx)
    _answer(context, short, context.studio.media.select(short, take))
    context.output.note(f"Next: studio shorts render {short}")


@command(
    app,
    "import",
    "studio shorts media import octopus-hearts reef.jpg --scene 2",
    "studio shorts media import @last swim.mp4 --scene 3",
    "studio shorts media import @last my-voice.wav --scene 1",
)
def import_media(
    ctx: typer.Context,
    short: Handle,
    file: Annotated[Path, typer.Argument(help="A picture, a clip or a recording of the words.", show_default=False)],
    scene: Annotated[int, typer.Option(help="The scene it is for.", show_default=False, min=1)],
) -> None:
    """Give a scene a picture, a clip or a voice of your own; it stands whatever the script says."""
    context = context_of(ctx)
    _answer(context, short, context.studio.media.import_(short, ImportMedia(scene=scene), file))
    context.output.note(f"Next: studio shorts render {short}")


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
            take.credits_used or None,
            take.id,
        )
        for take in found.data
    ]
    columns = ("", "scene", "kind", "model", "length", "size", "credits", "id")
    context.output.answer(found, lambda: context.output.table(columns, rows))
