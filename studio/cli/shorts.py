"""`studio shorts`: the record of each short. What makes films, scripts, scenes and media stands in their own files."""

from __future__ import annotations

from typing import Annotated, ClassVar

import typer

from studio.cli import films
from studio.cli.completion import handles_of
from studio.cli.context import Context, context_of
from studio.cli.film_options import Wishes, music_of, takes_wishes
from studio.cli.lazy import LazyGroup
from studio.cli.output import Output, clock_time, megabytes
from studio.cli.shared import Cursor, Handle, Limit, command, group
from studio.contracts.jobs import JobFilter
from studio.contracts.shorts import EditShort, ShortLine, ShortView
from studio.domain.credits import in_credits
from studio.domain.formats import Aspect

# Without the defaults that `make` shows: what is left out of a change stays as it is.
NewStyle = Annotated[
    str | None,
    typer.Option(help="Name of a style: studio styles list.", show_default=False, autocompletion=handles_of("style")),
]
NewClimate = Annotated[
    str | None,
    typer.Option(
        help="Name of a climate: studio climates list.", show_default=False, autocompletion=handles_of("climate")
    ),
]
NewLanguage = Annotated[
    str | None, typer.Option(help="Language as BCP 47, such as pt-BR.", show_default=False, metavar="TAG")
]
NewMusic = Annotated[
    str | None,
    typer.Option(help="A mood (calm, curious, tense, epic, playful, none) or a file.", show_default=False),
]


class Group(LazyGroup):
    lazy: ClassVar = {
        "script": ("scripts", "The words of a short: having them written, changing and approving them."),
        "scene": ("scenes", "The scenes of a short, one by one."),
        "media": ("media", "The takes of a short: pictures, clips, voices and music."),
    }


app = group("Make, look at and change shorts: the main job.", cls=Group)
films.add_to(app)


@command(app, "list", "studio shorts list", "studio shorts list --limit 50 --json")
def list_shorts(ctx: typer.Context, limit: Limit = 20, cursor: Cursor = None) -> None:
    """Your shorts, newest first."""
    context = context_of(ctx)
    page = context.studio.shorts.list(limit=limit, cursor=cursor)

    def tell() -> None:
        context.output.table(
            ("handle", "status", "scenes", "length", "format", "title"), [_line(short) for short in page.data]
        )
        if page.next_cursor:
            context.output.note(f"More: studio shorts list --cursor {page.next_cursor}")
        if not page.data:
            context.output.note('No shorts yet. Try: studio shorts make "Why octopuses have three hearts"')

    context.output.answer(page, tell)


def _line(short: ShortLine) -> tuple[object, ...]:
    length = clock_time(short.duration_seconds)
    return short.handle, short.status, short.scene_count, length, f"{short.format} {short.aspect}", short.title


@command(app, "show", "studio shorts show octopus-hearts", "studio shorts show @last --json")
def show(ctx: typer.Context, short: Handle) -> None:
    """One short with its scenes."""
    context = context_of(ctx)
    view = context.studio.shorts.show(short)
    context.output.answer(view, lambda: tell_short(context.output, view))


@command(
    app, "create", 'studio shorts create "Why octopuses have three hearts"', "studio shorts create --from notes.md"
)
@takes_wishes
def create(ctx: typer.Context, wishes: Wishes) -> None:
    """Note down a short without making anything yet."""
    context = context_of(ctx)
    view = context.studio.shorts.create(wishes.request(context))
    context.output.answer(view, lambda: tell_short(context.output, view))
    context.output.note(
        f"Next: studio shorts script generate {view.handle}, or all at once: studio shorts render {view.handle}"
    )


@command(app, "edit", "studio shorts edit octopus-hearts --style story", "studio shorts edit @last --music calm")
def edit(
    ctx: typer.Context,
    short: Handle,
    title: Annotated[str | None, typer.Option(help="A new title.", show_default=False)] = None,
    handle: Annotated[str | None, typer.Option(help="A new handle.", show_default=False)] = None,
    style: NewStyle = None,
    climate: NewClimate = None,
    aspect: Annotated[Aspect | None, typer.Option(help="Width to height.", show_default=False)] = None,
    language: NewLanguage = None,
    voice: Annotated[str | None, typer.Option(help="Name of a voice.", show_default=False)] = None,
    music: NewMusic = None,
    captions: Annotated[
        bool | None, typer.Option("--captions/--no-captions", help="With or without captions.", show_default=False)
    ] = None,
    text_model: Annotated[str | None, typer.Option(help="Who writes from now on.", show_default=False)] = None,
    image_model: Annotated[str | None, typer.Option(help="Who paints from now on.", show_default=False)] = None,
    video_model: Annotated[
        str | None, typer.Option(help="Who makes clips from now on; local moves pictures.", show_default=False)
    ] = None,
) -> None:
    """Change a short; the next render makes anew what the change touches. What you leave out stays unchanged."""
    context = context_of(ctx)
    data = EditShort(
        title=title,
        handle=handle,
        style=style,
        climate=climate,
        aspect=aspect,
        language=language,
        voice=voice,
        music=music_of(context, music),
        captions=captions,
        text_model=text_model,
        image_model=image_model,
        video_model=video_model,
    )
    view = context.studio.shorts.edit(short, data)
    context.output.answer(view, lambda: tell_short(context.output, view))
    context.output.note(f"Next: studio shorts render {view.handle}")


@command(app, "delete", "studio shorts delete octopus-hearts", "studio shorts delete @last --yes")
def delete(ctx: typer.Context, short: Handle) -> None:
    """Remove a short with its scenes and takes; films you have saved elsewhere stay."""
    context = context_of(ctx)
    view = context.studio.shorts.show(short)
    context.confirm(f"Delete {view.handle} with its {len(view.scenes)} scenes?{_still_open(context, view)}")
    gone = context.studio.shorts.delete(view.id)
    context.output.answer(gone, lambda: context.output.line(f"Deleted {view.handle}."))


def _still_open(context: Context, short: ShortView) -> str:
    """What is said of paid calls that go on when their short is gone."""
    jobs = context.studio.jobs.list(JobFilter(short=short.id, is_open=True), limit=100).data
    if not jobs:
        return ""
    held = sum(job.credits_held for job in jobs)
    work = "A paid job of it is" if len(jobs) == 1 else f"{len(jobs)} paid jobs of it are"
    return (
        f" {work} not over ({in_credits(held)} held). What still comes would be for nobody;"
        f" studio jobs resolve {jobs[0].id if len(jobs) == 1 else 'ID'} ends it and gives the credits back."
    )


@command(app, "duplicate", "studio shorts duplicate octopus-hearts")
def duplicate(ctx: typer.Context, short: Handle) -> None:
    """A second short with the same scenes and takes, to try something on."""
    context = context_of(ctx)
    view = context.studio.shorts.duplicate(short)
    context.output.answer(view, lambda: tell_short(context.output, view))


def tell_short(output: Output, short: ShortView) -> None:
    """A short in words, its scenes below it."""
    output.record(
        [
            ("handle", short.handle),
            ("title", short.title),
            ("topic", short.topic if short.topic != short.title else None),
            ("status", f"{short.status} ({short.progress} %)"),
            ("error", short.error),
            ("format", f"{short.format} {short.aspect}, {short.language or 'language not known yet'}"),
            ("length", clock_time(short.duration_seconds)),
            ("style", f"{short.style}, {short.climate}"),
            ("characters", ", ".join(short.characters)),
            ("credits", f"{short.credits_quoted} quoted, {short.credits_used} charged"),
            ("dollars", f"${short.quoted_usd} quoted, ${short.cost_usd} charged"),
            ("film", short.video_path),
            ("size", megabytes(short.size_bytes)),
            ("id", short.id),
        ]
    )
    if short.scenes:
        output.line()
        output.table(("#", "words", "seen"), [(scene.order, scene.narration, scene.visual) for scene in short.scenes])
