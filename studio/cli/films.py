"""`studio shorts make|render|export|storyboard`: making films and handing them over."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.output import clock_time, is_terminal, megabytes
from studio.cli.pictures import draw_in_terminal
from studio.cli.progress import watched
from studio.cli.shared import Force, Handle, OutputFile, command
from studio.cli.sources import read_text
from studio.cli.spending import MaxCredits, allow_spending
from studio.contracts.films import PlanView, RenderShort
from studio.contracts.media import CostLine, CostView
from studio.contracts.shorts import CreateShort, ShortView
from studio.domain.errors import Conflict, Misconfigured, Refused, UsageError
from studio.domain.formats import Aspect, ShortFormat

Topic = Annotated[str, typer.Argument(help="What the film is about.", show_default=False)]
Source = Annotated[
    str | None,
    typer.Option("--from", help="Your own text, Markdown or finished script; - is standard input.", show_default=False),
]
Format = Annotated[
    ShortFormat | None, typer.Option(help="How long and dense it is.", show_default="short", case_sensitive=False)
]
AspectOption = Annotated[Aspect | None, typer.Option(help="Width to height.", show_default="the format's own")]
Duration = Annotated[
    float | None, typer.Option(help="Length in seconds.", show_default="the format's own", metavar="SECONDS")
]
Language = Annotated[
    str | None, typer.Option(help="Language as BCP 47, such as pt-BR.", show_default="as the text", metavar="TAG")
]
Style = Annotated[str | None, typer.Option(help="Name of a style: studio styles list.", show_default="explainer")]
Climate = Annotated[str | None, typer.Option(help="Name of a climate: studio climates list.", show_default="curiosity")]
Characters = Annotated[list[str] | None, typer.Option(help="Who appears; can be repeated.", show_default=False)]
Voice = Annotated[str | None, typer.Option(help="Name of a voice.", show_default="the style's own")]
Music = Annotated[
    str | None,
    typer.Option(help="A mood (calm, curious, tense, epic, playful, none) or a file.", show_default="the style's own"),
]
TextModel = Annotated[
    str | None,
    typer.Option(
        help="Who writes: local, or openai/MODEL at your server.",
        show_default="a model that is found; local for own text",
    ),
]
ImageModel = Annotated[str | None, typer.Option(help="Who paints.", show_default="local")]
VideoModel = Annotated[str | None, typer.Option(help="Who films; without one pictures are moved.", show_default=False)]
Srt = Annotated[bool, typer.Option("--srt", help="Also write subtitles as SRT and VTT beside the film.")]
Thumbnail = Annotated[bool, typer.Option("--thumbnail", help="Also write a picture that stands for the film.")]
Preview = Annotated[bool, typer.Option("--preview", help="Free, offline and encoded quickly: for looking at.")]


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
        app, "render", "studio shorts render octopus-hearts", "studio shorts render @last --output film.mp4 --force"
    )(render)
    command(app, "export", "studio shorts export octopus-hearts --output film.mp4 --srt --thumbnail")(export)
    command(
        app,
        "storyboard",
        "studio shorts storyboard octopus-hearts",
        "studio shorts storyboard @last -o board.png --force",
    )(storyboard)


def make(
    ctx: typer.Context,
    topic: Topic = "",
    source: Source = None,
    style: Style = None,
    character: Characters = None,
    climate: Climate = None,
    format: Format = None,
    duration: Duration = None,
    language: Language = None,
    aspect: AspectOption = None,
    text_model: TextModel = None,
    image_model: ImageModel = None,
    video_model: VideoModel = None,
    voice: Voice = None,
    music: Music = None,
    no_captions: Annotated[bool, typer.Option("--no-captions", help="Without words on the picture.")] = False,
    seed: Annotated[
        int | None, typer.Option(help="Another number gives another film.", show_default=False, min=0)
    ] = None,
    output: OutputFile = None,
    force: Force = False,
    srt: Srt = False,
    thumbnail: Thumbnail = False,
    preview: Preview = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what it would take and cost.")] = False,
    max_credits: MaxCredits = None,
    resume: Annotated[
        str | None,
        typer.Option(help="Go on with this short instead of beginning one.", show_default=False, metavar="HANDLE"),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Begin anew even if the same was asked for before.")] = False,
) -> None:
    """Make a finished film from a topic, your own text or a script.

    Without --output the film lands in the current folder under the short's handle. The same command again continues
    what is unfinished and redoes nothing that stands."""
    context = context_of(ctx)
    check_outputs(context, output, force, srt, thumbnail)
    if resume is not None:
        _refuse_wishes(ctx)
        if dry_run:
            _answer_cost(context, context.studio.films.cost(resume, preview=preview))
            return
        _render_and_deliver(context, resume, output, force, preview, srt, thumbnail, max_credits)
        return
    if not topic.strip() and source is None:
        raise UsageError(
            "There is no topic and no text.",
            hint='studio shorts make "Why octopuses have three hearts", or --from FILE',
        )
    data = CreateShort(
        topic=topic,
        source_text=read_text(source),
        source_name=source,
        format=format,
        aspect=aspect,
        duration_seconds=duration,
        language=language,
        style=style,
        climate=climate,
        characters=tuple(character or ()),
        voice=voice,
        music=music_of(context, music),
        captions=not no_captions,
        text_model=text_model,
        image_model=image_model,
        video_model=video_model,
        seed=seed,
    )
    plan = context.studio.films.plan(data, preview=preview)
    if dry_run:
        answer_plan(context, plan)
        return
    allow_spending(context, plan.credits, max_credits)
    with watched(context) as watching:
        view = context.studio.films.make(data, new=new, preview=preview, max_credits=max_credits, **watching)
    _hand_over(context, view, output, force, srt, thumbnail)


def render(
    ctx: typer.Context,
    short: Handle,
    output: OutputFile = None,
    force: Force = False,
    srt: Srt = False,
    thumbnail: Thumbnail = False,
    preview: Preview = False,
    max_credits: MaxCredits = None,
) -> None:
    """Bring a short's film up to date; only what changed is made anew."""
    context = context_of(ctx)
    check_outputs(context, output, force, srt, thumbnail)
    _render_and_deliver(context, short, output, force, preview, srt, thumbnail, max_credits)


def export(
    ctx: typer.Context,
    short: Handle,
    output: OutputFile = None,
    force: Force = False,
    srt: Srt = False,
    thumbnail: Thumbnail = False,
) -> None:
    """Write a finished film to a file, with subtitles and thumbnail if you like."""
    context = context_of(ctx)
    check_outputs(context, output, force, srt, thumbnail)
    _hand_over(context, context.studio.shorts.show(short), output, force, srt, thumbnail)


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
    context: Context,
    short: str,
    output: Path | None,
    force: bool,
    preview: bool,
    srt: bool,
    thumbnail: bool,
    max_credits: int | None,
) -> None:
    films = context.studio.films
    allow_spending(context, films.cost(short, preview=preview).credits, max_credits)
    with watched(context) as watching:
        view = films.render(short, RenderShort(preview=preview, max_credits=max_credits), **watching)
    _hand_over(context, view, output, force, srt, thumbnail)


_OF_THE_RUN = ("resume", "output", "force", "srt", "thumbnail", "preview", "dry_run", "max_credits", "new")


def _refuse_wishes(ctx: typer.Context) -> None:
    """A short that is gone on with has its topic, text and looks already; other ones must not be ignored."""
    given = [name for name in ctx.params if name not in _OF_THE_RUN and ctx.params[name] not in (None, "", False, [])]
    if given:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given if name != "topic") or "the topic"
        raise UsageError(
            f"--resume goes on with a short as it is: leave out {names}.",
            hint="studio shorts edit HANDLE changes a short before it is rendered.",
        )


def check_outputs(context: Context, output: Path | None, force: bool, srt: bool, thumbnail: bool) -> None:
    """Refuse before any work what could not be written at its end, the files beside the film included."""
    if str(output) == "-" and context.output.wants_json:
        raise UsageError("The film and the JSON cannot both go to standard output.", hint="Name a file with --output.")
    check_output(output, force)
    for path in _beside(output, srt, thumbnail) if output and str(output) != "-" else ():
        check_output(path, force)


def _beside(film: Path, srt: bool, thumbnail: bool) -> list[Path]:
    kinds = [*([".srt", ".vtt"] if srt else []), *([".png"] if thumbnail else [])]
    return [film.with_suffix(kind) for kind in kinds]


def check_output(output: Path | None, force: bool) -> None:
    """Refuse a place that cannot take the film before any work is done."""
    if output is None or str(output) == "-":
        return
    if output.is_dir():
        raise Refused(f"{output} is a folder.", hint="Name a file in it.")
    if output.exists() and not force:
        raise Conflict(f"{output} exists already and was left as it is.", hint="Use --force, or another --output.")
    folder = output.absolute().parent
    if not folder.is_dir():
        raise Misconfigured(f"There is no folder {folder}.", hint="Make it first, or choose another --output.")
    if not os.access(folder, os.W_OK):
        raise Misconfigured(f"{folder} cannot be written to.", hint="Choose another --output.")


def _hand_over(context: Context, view: ShortView, output: Path | None, force: bool, srt: bool, thumbnail: bool) -> None:
    target = output or Path(f"{view.handle}.mp4")
    films = context.studio.films
    if str(target) == "-":
        sys.stdout.buffer.write(films.open_film(view.id).read_bytes())
        return
    delivered = films.deliver(view.id, target, replace=force).model_copy(update={"render": view.render})
    for path in _beside(target, srt, thumbnail):
        kind = path.suffix.lstrip(".")
        data = films.thumbnail(view.id) if kind == "png" else films.subtitles(view.id, format=kind).encode()
        if path.exists() and not force and path.read_bytes() != data:
            raise Conflict(f"{path} exists already and was left as it is.", hint="Use --force, or another --output.")
        write_file(path, data)
    context.output.answer(delivered, lambda: _tell_film(context, delivered))


def _tell_film(context: Context, short: ShortView) -> None:
    for note in short.render.notes if short.render else ():
        context.output.note(f"Note: {note}")
    size = megabytes(short.size_bytes)
    context.output.line(
        f"{short.video_path}  {clock_time(short.duration_seconds)}  {size}  "
        f"{short.credits_used} credits  {short.cost_usd} USD"
    )


def _answer_cost(context: Context, cost: CostView) -> None:
    def tell() -> None:
        _tell_lines(context, cost.lines)
        context.output.line(f"Total: {cost.credits} credits, {cost.credits_held} of them set aside already")

    context.output.answer(cost, tell)


def answer_plan(context: Context, plan: PlanView) -> None:
    """What making a short would take and cost."""
    context.output.answer(plan, lambda: _tell_plan(context, plan))


def _tell_lines(context: Context, lines: Sequence[CostLine]) -> None:
    rows = [(line.work, line.model, line.quantity, line.credits) for line in lines]
    context.output.table(("work", "model", "quantity", "credits"), rows)


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
    _tell_lines(context, plan.lines)
    output.line(f"Total: {plan.credits} credits, {plan.cost_usd} USD")
    for note in plan.notes:
        output.note(f"Note: {note}")


def music_of(context: Context, music: str | None) -> str | None:
    """A mood as it is; a file is imported and named by its asset."""
    if music is None or not Path(music).is_file():
        return music
    return context.studio.films.import_music(Path(music))


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; `-` is standard output."""
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        return
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Misconfigured(f"{path} cannot be written: {error.strerror}.") from error
