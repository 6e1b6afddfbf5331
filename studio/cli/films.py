"""`studio shorts make|render|export|storyboard`: making films, and what making one would cost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.completion import handles_of
from studio.cli.context import Context, context_of
from studio.cli.delivery import Delivery, Srt, Thumbnail, check_output, write_file
from studio.cli.film_options import Preview, Wishes, takes_wishes
from studio.cli.output import clock_time, is_terminal
from studio.cli.pictures import draw_in_terminal
from studio.cli.progress import watched
from studio.cli.shared import LAST, Force, Handle, OutputFile, command
from studio.cli.spending import DryRun, MaxCredits, allow_spending, tell_lines, tell_total
from studio.contracts.films import PlanView, RenderShort
from studio.domain.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Add the film commands to `studio shorts`."""
    command(
        app,
        "make",
        'studio shorts make "Why octopuses have three hearts"',
        "studio shorts make --from examples/octopus-hearts.md --style story",
        "studio shorts make --from script.yaml --output film.mp4 --srt --thumbnail",
        "echo 'My own words.' | studio shorts make --from - --json",
        'studio shorts make "The moon" --dry-run',
        "studio shorts make --resume @last",
    )(make)
    command(
        app,
        "render",
        "studio shorts render octopus-hearts",
        "studio shorts render @last --output film.mp4 --force",
        "studio shorts render @last --dry-run",
    )(render)
    command(app, "export", "studio shorts export octopus-hearts --output film.mp4 --srt --thumbnail")(export)
    command(
        app,
        "storyboard",
        "studio shorts storyboard octopus-hearts",
        "studio shorts storyboard @last -o board.png --force",
    )(storyboard)


@takes_wishes
def make(
    ctx: typer.Context,
    wishes: Wishes,
    output: OutputFile = None,
    force: Force = False,
    srt: Srt = False,
    thumbnail: Thumbnail = False,
    preview: Preview = False,
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
    resume: Annotated[
        str | None,
        typer.Option(
            help="Go on with this short instead of beginning one.",
            show_default=False,
            metavar="HANDLE",
            autocompletion=handles_of("short"),
        ),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Begin anew even if the same was asked for before.")] = False,
) -> None:
    """Make a finished film from a topic, your own text or a script.

    Without --output the film lands in the current folder under the short's handle. The same command again continues
    what is unfinished and redoes nothing that stands. With a topic and --from, the topic is the title."""
    context = context_of(ctx)
    delivery = Delivery(output, force, srt, thumbnail)
    delivery.check(context)
    if resume is not None:
        _refuse_wishes(ctx)
        _render_and_deliver(context, resume, delivery, preview, max_credits, dry_run)
        return
    if not wishes.topic.strip() and wishes.source is None:
        raise UsageError(
            "There is no topic and no text.",
            hint='studio shorts make "Why octopuses have three hearts", or --from FILE',
        )
    if wishes.topic.strip() == LAST:
        raise UsageError(f"{LAST} is a short that is there, and no topic.", hint=f"studio shorts make --resume {LAST}")
    data = wishes.request(context, is_kept=not dry_run)
    plan = context.studio.films.plan(data, new=new, preview=preview)
    if dry_run:
        answer_plan(context, plan)
        return
    target = delivery.place(context, f"{plan.handle}.mp4")
    allow_spending(context, plan, max_credits)
    with watched(context) as watching:
        view = context.studio.films.make(data, new=new, preview=preview, max_credits=max_credits, **watching)
    delivery.hand_over(context, view, target)


def render(
    ctx: typer.Context,
    short: Handle,
    output: OutputFile = None,
    force: Force = False,
    srt: Srt = False,
    thumbnail: Thumbnail = False,
    preview: Preview = False,
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Bring a short's film up to date; only what changed is made anew.

    Without --output the film goes where it was written last, or into the current folder under the short's handle."""
    context = context_of(ctx)
    delivery = Delivery(output, force, srt, thumbnail)
    delivery.check(context)
    _render_and_deliver(context, short, delivery, preview, max_credits, dry_run)


def export(
    ctx: typer.Context,
    short: Handle,
    output: OutputFile = None,
    force: Force = False,
    srt: Srt = False,
    thumbnail: Thumbnail = False,
) -> None:
    """Write a finished film to a file, with subtitles and thumbnail if you like.

    Without --output it lands in the current folder under the short's handle."""
    context = context_of(ctx)
    delivery = Delivery(output, force, srt, thumbnail)
    delivery.check(context)
    view = context.studio.shorts.show(short)
    delivery.hand_over(context, view, delivery.place(context, f"{view.handle}.mp4"))


def storyboard(ctx: typer.Context, short: Handle, output: OutputFile = None, force: Force = False) -> None:
    """All scenes on one picture: drawn in the terminal where it can be, and written as PNG."""
    context = context_of(ctx)
    view = context.studio.shorts.show(short)
    target = output or Path(f"{view.handle}-storyboard.png")
    check_output(target, force)
    picture = context.studio.films.storyboard(view.id)
    write_file(target, picture)
    if str(target) == "-":
        return
    if context.output.wants_json:
        context.output.json({"path": str(target.absolute()), "scenes": len(view.scenes), "size_bytes": len(picture)})
        return
    if is_terminal(sys.stdout):
        draw_in_terminal(picture)
    context.output.line(f"{target.absolute()}")


def _render_and_deliver(
    context: Context, short: str, delivery: Delivery, preview: bool, max_credits: int | None, dry_run: bool
) -> None:
    films = context.studio.films
    if dry_run:
        answer_plan(context, films.plan_rest(short, preview=preview))
        return
    before = context.studio.shorts.show(short)
    target = delivery.place(context, before.video_path or f"{before.handle}.mp4")
    allow_spending(context, films.cost(short, preview=preview), max_credits)
    with watched(context) as watching:
        view = films.render(short, RenderShort(preview=preview, max_credits=max_credits), **watching)
    delivery.hand_over(context, view, target)


_OF_THE_RUN = ("resume", "output", "force", "srt", "thumbnail", "preview", "dry_run", "max_credits", "new")


def _refuse_wishes(ctx: typer.Context) -> None:
    """A short that is gone on with has its topic, text and looks already; other ones must not be ignored."""
    given = [name for name in ctx.params if name not in _OF_THE_RUN and ctx.params[name]]
    if given:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given if name != "topic") or "the topic"
        raise UsageError(
            f"--resume goes on with a short as it is: leave out {names}.",
            hint="studio shorts edit HANDLE changes a short before it is rendered.",
        )


def answer_plan(context: Context, plan: PlanView) -> None:
    """What making a short would take and cost."""
    context.output.answer(plan, lambda: _tell_plan(context, plan))


def _tell_plan(context: Context, plan: PlanView) -> None:
    output = context.output
    output.record(
        [
            ("title", plan.title),
            ("format", f"{plan.format} {plan.aspect}, {plan.language}"),
            ("length", f"about {clock_time(plan.duration_seconds)}, {plan.scene_count} scenes"),
        ]
    )
    output.line()
    tell_lines(context, plan.lines)
    tell_total(context, plan)
    for note in plan.notes:
        output.note(f"Note: {note}")
