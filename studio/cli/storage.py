"""`studio storage`: the files one has, what they take, and what lies there that belongs to nobody."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.bars import share_bar
from studio.cli.context import Context, context_of
from studio.cli.delivery import check_output, write_file
from studio.cli.output import is_terminal, megabytes
from studio.cli.shared import Cursor, Force, Limit, OutputFile, command, group
from studio.contracts.storage import (
    HOUR,
    LARGEST_FILE_BYTES,
    WEEK,
    FileFilter,
    FileKind,
    FileView,
    OrphanReport,
    UsageReport,
)
from studio.domain.errors import Misconfigured, NotFound, UsageError
from studio.domain.text import slug

app = group("Your stored files: what there is, what it takes, and bringing and fetching it.")

PART_BYTES = 1024 * 1024
ENDINGS = {"image/jpeg": "jpg", "audio/mpeg": "mp3", "audio/mp4": "m4a"}

File = Annotated[str, typer.Argument(help="Id of the file, its beginning, or @last.", show_default=False)]
Orphans = Annotated[
    bool, typer.Option("--orphans", help="Files in the storage that belong to nobody; for administrators.")
]


@command(
    app,
    "list",
    "studio storage list",
    "studio storage list --kind clip --json",
    "studio storage list --uploaded",
    "studio storage list --orphans",
)
def list_files(
    ctx: typer.Context,
    kind: Annotated[
        FileKind | None, typer.Option(help="Only files of this kind.", show_default="all", case_sensitive=False)
    ] = None,
    uploaded: Annotated[bool, typer.Option("--uploaded", help="Only what was uploaded, nothing studio made.")] = False,
    orphans: Orphans = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """Your files, newest first, with the shorts and characters that use them."""
    context = context_of(ctx)
    if orphans:
        if kind or uploaded or cursor:
            raise UsageError("--orphans stands alone.", hint="studio storage list --orphans --limit 100")
        _answer_orphans(context, context.studio.admin_storage.orphans(limit=limit))
        return
    wanted = FileFilter(kind=kind, uploaded=uploaded)
    page = context.studio.storage.list(wanted, limit=limit, cursor=cursor)
    headers = ("name", "kind", "size", "when (UTC)", "used by", "id")
    context.output.answer(page, lambda: context.output.table(headers, [_row(file) for file in page.data]))
    if page.next_cursor:
        context.output.note(f"More: the same with --cursor {page.next_cursor}")


@command(
    app,
    "upload",
    "studio storage upload reef.jpg",
    'studio storage upload theme.mp3 --name "Theme of the series"',
    "cat reef.jpg | studio storage upload - --name reef.jpg",
)
def upload(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="A picture, a clip or a sound; - is standard input.", show_default=False)
    ],
    name: Annotated[
        str | None, typer.Option(help="What to call it.", show_default="the file's name", metavar="TEXT")
    ] = None,
) -> None:
    """Keep a picture, a clip or a sound in the storage; the same file again is kept once."""
    context = context_of(ctx)
    called = name if name is not None else "" if str(file) == "-" else file.name
    with _source(file) as source:
        view = context.studio.storage.upload(source, name=called)
    context.output.answer(view, lambda: _tell(context, view))


@command(
    app,
    "download",
    "studio storage download 019f3c2a",
    "studio storage download @last --output reef.jpg",
    "studio storage download @last --output - > reef.jpg",
)
def download(ctx: typer.Context, file: File, output: OutputFile = None, force: Force = False) -> None:
    """Fetch a file; without --output it lands in the current folder under its name."""
    context = context_of(ctx)
    if str(output) == "-" and context.output.wants_json:
        raise UsageError("The file and the JSON cannot both go to standard output.", hint="Name a file with --output.")
    view = context.studio.storage.show(file)
    target = output or Path(_file_name(view))
    check_output(target, force)
    _hand_over(context.studio.storage.download(view.id), target)
    if str(target) != "-":
        place = {**view.model_dump(mode="json"), "path": str(target)}
        if context.output.wants_json:
            context.output.json(place)
        else:
            context.output.line(f"{target}  {megabytes(view.size_bytes)}")


@command(app, "url", "studio storage url 019f3c2a", "studio storage url @last --seconds 86400")
def url(
    ctx: typer.Context,
    file: File,
    seconds: Annotated[
        int, typer.Option(help="How long the address is good for, where the storage can end it.", min=60, max=WEEK)
    ] = HOUR,
) -> None:
    """An address at which anybody can read a file, where the storage gives one."""
    context = context_of(ctx)
    link = context.studio.storage.url(file, seconds=seconds)
    context.output.answer(link, lambda: context.output.line(link.url))
    ends = f"until {link.expires_at:%Y-%m-%d %H:%M} UTC" if link.expires_at else "for good: the store is public"
    context.output.note(f"Whoever knows the address can read the file {ends}.")


@command(
    app,
    "delete",
    "studio storage delete 019f3c2a",
    "studio storage delete --orphans --dry-run",
    "studio storage delete --orphans --yes",
)
def delete(
    ctx: typer.Context,
    file: Annotated[
        str | None, typer.Argument(help="Id of the file, its beginning, or @last.", show_default=False)
    ] = None,
    orphans: Orphans = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="With --orphans: name them only.")] = False,
    limit: Annotated[int, typer.Option(help="With --orphans: the most to remove.", min=1, max=1000)] = 1000,
) -> None:
    """Remove a file that no short and no character uses, or what belongs to nobody."""
    context = context_of(ctx)
    if (file is None) != orphans or (dry_run and not orphans):
        raise UsageError("Name one file, or --orphans.", hint="studio storage delete --help has examples.")
    if file is None:
        _sweep(context, limit, dry_run)
        return
    view = context.studio.storage.show(file)
    context.confirm(f"Delete {view.name or view.id} ({megabytes(view.size_bytes)})?")
    gone = context.studio.storage.delete(view.id)
    context.output.answer(gone, lambda: context.output.line(f"Deleted {view.name or view.id}."))


@command(app, "usage", "studio storage usage", "studio storage usage --json")
def usage(ctx: typer.Context) -> None:
    """What your files take, by kind, and what your plan has room for."""
    context = context_of(ctx)
    report = context.studio.storage.usage()
    context.output.answer(report, lambda: _tell_usage(context, report))


def _sweep(context: Context, limit: int, dry_run: bool) -> None:
    found = context.studio.admin_storage.orphans(limit=limit)
    if not dry_run and found.orphans:
        count = len(found.orphans)
        context.confirm(f"Delete {count} file{'' if count == 1 else 's'} ({megabytes(found.size_bytes)}) of nobody?")
        found = context.studio.admin_storage.sweep(limit=limit)
    _answer_orphans(context, found)


def _answer_orphans(context: Context, found: OrphanReport) -> None:
    rows: list[tuple[object, ...]] = [
        ("deleted" if found.deleted else "orphan", megabytes(each.size_bytes), f"{each.written_at:%Y-%m-%d}", each.key)
        for each in found.orphans
    ]
    rows += [("lost", megabytes(each.size_bytes), None, each.key) for each in found.lost]
    context.output.answer(found, lambda: context.output.table(("", "size", "written", "key"), rows))
    if not rows:
        context.output.note("Every file in the storage has an owner, and every owner their files.")
    if found.lost:
        context.output.warning(
            "Lost files have an owner and are not there: studio shorts render HANDLE makes them anew."
        )
    if found.more:
        context.output.note("There may be more: look again, or give a larger --limit.")


def _row(file: FileView) -> tuple[object, ...]:
    when = f"{file.created_at:%Y-%m-%d %H:%M}"
    return file.name, file.kind.value, megabytes(file.size_bytes), when, "; ".join(file.used_by), file.id


def _tell(context: Context, file: FileView) -> None:
    context.output.record(
        [
            ("name", file.name),
            ("kind", f"{file.kind.value}, {file.media_type}"),
            ("size", megabytes(file.size_bytes)),
            ("used by", "; ".join(file.used_by)),
            ("id", file.id),
        ]
    )


def _tell_usage(context: Context, report: UsageReport) -> None:
    rows = [(f"{each.kind.value}s", str(each.files), megabytes(each.size_bytes)) for each in report.kinds]
    context.output.table(("kind", "files", "size"), [*rows, ("all", report.files, megabytes(report.used_bytes))])
    share = report.used_bytes / report.limit_bytes if report.limit_bytes else 1.0
    line = f"{share:.0%} of the {megabytes(report.limit_bytes)} of your plan, in the {report.storage} storage"
    if is_terminal(sys.stdout):
        context.output.line(f"{share_bar(share)}  {line}")
    else:
        context.output.note(line)


@contextmanager
def _source(file: Path) -> Iterator[Path]:
    """The file itself, or one with what comes on standard input."""
    if str(file) != "-":
        if not file.is_file():
            raise NotFound(f"There is no file {file}.", hint="Check its name and folder.")
        yield file
        return
    with tempfile.NamedTemporaryFile(prefix="studio-") as spool:
        left = LARGEST_FILE_BYTES + 1
        # A byte more than is taken, so that a larger one is refused and does not fill the disk.
        while left and (part := sys.stdin.buffer.read(min(PART_BYTES, left))):
            left -= spool.write(part)
        spool.flush()
        yield Path(spool.name)


def _file_name(file: FileView) -> str:
    """A plain name for this folder: what a person called a file may mean anything to a disk."""
    ending = ENDINGS.get(file.media_type, file.media_type.rpartition("/")[2])
    stem = (file.name or "").rpartition(".")[0] or file.name or ""
    return f"{slug(stem, fallback=file.id)}.{ending}"


def _hand_over(stored: Path, target: Path) -> None:
    """Copy the file to its place, whole or not at all."""
    if str(target) == "-":
        with stored.open("rb") as stream:
            while data := stream.read(PART_BYTES):
                write_file(target, data)
        return
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(stored, part)
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Misconfigured(
            f"{target} cannot be written: {error.strerror}.", hint="Choose another --output."
        ) from error
