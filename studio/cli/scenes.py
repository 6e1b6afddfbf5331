"""`studio shorts scene`: the scenes of a short, one by one."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.editor import edited, kept
from studio.cli.output import clock_time
from studio.cli.progress import watched
from studio.cli.scripts import Instructions, check_instructions
from studio.cli.shared import Handle, SceneNumber, command, group
from studio.cli.spending import DryRun, MaxCredits, may_ask
from studio.contracts.assists import RegenerateScene
from studio.contracts.scenes import AddScene, EditScene, MoveScene, SceneList, SceneView
from studio.domain.script import Role, Shot

app = group("The scenes of a short, one by one.")

Words = Annotated[str | None, typer.Option("--narration", "--words", help="What is spoken.", show_default=False)]
Visual = Annotated[str | None, typer.Option(help="What is seen.", show_default=False)]
Prompt = Annotated[
    str | None, typer.Option("--image-prompt", help="The words for the picture maker.", show_default=False)
]
Title = Annotated[str | None, typer.Option(help="A short phrase that may stand on the picture.", show_default=False)]
ShotOption = Annotated[Shot | None, typer.Option(help="How near the camera is.", show_default=False)]
Seconds = Annotated[
    float | None, typer.Option("--duration", help="Seconds it lasts at least.", show_default=False, metavar="SECONDS")
]
Who = Annotated[list[str] | None, typer.Option("--character", help="Who appears; can be repeated.", show_default=False)]


@command(app, "list", "studio shorts scene list octopus-hearts")
def list_scenes(ctx: typer.Context, short: Handle) -> None:
    """All scenes in order."""
    context = context_of(ctx)
    _answer_list(context, context.studio.scenes.list(short))


@command(app, "show", "studio shorts scene show octopus-hearts 2")
def show(ctx: typer.Context, short: Handle, scene: SceneNumber) -> None:
    """One scene with its takes."""
    context = context_of(ctx)
    _answer(context, context.studio.scenes.show(short, scene))


@command(app, "add", 'studio shorts scene add octopus-hearts --words "Its blood is blue." --at 3')
def add(
    ctx: typer.Context,
    short: Handle,
    narration: Annotated[str, typer.Option("--narration", "--words", help="What is spoken.", show_default=False)],
    visual: Visual = None,
    image_prompt: Prompt = None,
    title: Title = None,
    shot: ShotOption = None,
    duration: Seconds = None,
    character: Who = None,
    at: Annotated[int | None, typer.Option(help="The number it gets.", show_default="the last", min=1)] = None,
) -> None:
    """Add a scene."""
    context = context_of(ctx)
    data = AddScene(
        narration=narration,
        visual=visual or "",
        image_prompt=image_prompt or "",
        title=title,
        shot=shot or Shot.MEDIUM,
        role=Role.BODY,
        duration_seconds=duration,
        characters=tuple(character or ()),
        order=at,
    )
    _answer(context, context.studio.scenes.add(short, data))


@command(
    app,
    "edit",
    'studio shorts scene edit octopus-hearts 2 --words "Two of them stop when it swims."',
    "studio shorts scene edit octopus-hearts 2 --new-picture",
    "studio shorts scene edit octopus-hearts 2   (opens your editor)",
)
def edit(
    ctx: typer.Context,
    short: Handle,
    scene: SceneNumber,
    narration: Words = None,
    visual: Visual = None,
    image_prompt: Prompt = None,
    title: Title = None,
    shot: ShotOption = None,
    duration: Seconds = None,
    character: Who = None,
    new_picture: Annotated[
        bool, typer.Option("--new-picture", help="Paint another picture from the same words.")
    ] = False,
) -> None:
    """Change a scene; the next render makes anew only what the change touches."""
    context = context_of(ctx)
    changes = {
        "narration": narration,
        "visual": visual,
        "image_prompt": image_prompt,
        "title": title,
        "shot": shot,
        "duration_seconds": duration,
        "characters": tuple(character) if character else None,
        "new_picture": new_picture or None,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    if not given:
        before = context.studio.scenes.show(short, scene).narration
        words = edited(before, suffix=".txt", can_prompt=context.can_prompt).strip()
        # By its handle: @last may be another short by the time the text is corrected.
        handle = context.studio.shorts.show(short).handle
        again = f'give it with studio shorts scene edit {handle} {scene} --words "$(cat {{file}})"'
        with kept(context, words, suffix=".txt", again=again):
            view = context.studio.scenes.edit(short, scene, EditScene(narration=words))
    else:
        view = context.studio.scenes.edit(short, scene, EditScene.model_validate(given))
    _answer(context, view)
    context.output.note(f"Next: studio shorts render {short}")


@command(
    app,
    "regenerate",
    'studio shorts scene regenerate octopus-hearts 2 --instructions "Say why it stops."',
    "studio shorts scene regenerate @last 3 --yes",
    "studio shorts scene regenerate @last 3 --dry-run",
)
def regenerate(
    ctx: typer.Context,
    short: Handle,
    scene: SceneNumber,
    instructions: Instructions = "",
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Have a language model write one scene anew, so that it fits between its neighbours."""
    context = context_of(ctx)
    check_instructions(instructions)
    wish = RegenerateScene(instructions=instructions)
    assists = context.studio.assists
    cost = assists.regeneration_cost(short, scene, wish)
    if not may_ask(context, cost, dry_run=dry_run, max_credits=max_credits):
        return
    with watched(context) as watching:
        view = assists.regenerate(short, scene, wish, **watching)
    _answer(context, view)
    context.output.note(f"Next: studio shorts render {short}")


@command(app, "move", "studio shorts scene move octopus-hearts 4 2")
def move(
    ctx: typer.Context,
    short: Handle,
    scene: SceneNumber,
    to: Annotated[int, typer.Argument(help="The number it gets.", show_default=False, min=1)],
) -> None:
    """Move a scene to another place."""
    context = context_of(ctx)
    _answer_list(context, context.studio.scenes.move(short, MoveScene(scene=scene, to=to)))


@command(app, "delete", "studio shorts scene delete octopus-hearts 3 --yes")
def delete(ctx: typer.Context, short: Handle, scene: SceneNumber) -> None:
    """Remove a scene."""
    context = context_of(ctx)
    view = context.studio.scenes.show(short, scene)
    context.confirm(f"Delete scene {scene}, “{view.narration[:60]}”?")
    gone = context.studio.scenes.delete(short, scene)
    context.output.answer(gone, lambda: context.output.line(f"Deleted scene {scene}."))


def _answer(context: Context, scene: SceneView) -> None:
    def tell() -> None:
        context.output.record(
            [
                ("scene", scene.order),
                ("words", scene.narration),
                ("seen", scene.visual),
                ("prompt", scene.image_prompt),
                ("title", scene.title),
                ("shot", scene.shot),
                ("role", scene.role),
                ("characters", ", ".join(scene.characters)),
            ]
        )
        for take in scene.media:
            mark = "*" if take.selected else " "
            context.output.line(f"{mark} {take.kind:<8} {take.model:<10} {clock_time(take.seconds):>5}  {take.id}")

    context.output.answer(scene, tell)


def _answer_list(context: Context, scenes: SceneList) -> None:
    rows = [(scene.order, scene.shot, scene.narration, scene.visual) for scene in scenes.data]
    context.output.answer(scenes, lambda: context.output.table(("#", "shot", "words", "seen"), rows))
