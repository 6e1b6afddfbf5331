"""Handing a film over: its place is checked before any work, and what belongs to it is written beside it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.context import Context
from studio.cli.output import clock_time, megabytes
from studio.contracts.shorts import ShortView
from studio.domain.errors import Conflict, Misconfigured, Refused, UsageError

Srt = Annotated[bool, typer.Option("--srt", help="Also write subtitles as SRT and VTT beside the film.")]
Thumbnail = Annotated[bool, typer.Option("--thumbnail", help="Also write a picture that stands for the film.")]


@dataclass(frozen=True)
class Delivery:
    """Where a film is to go and what goes with it. Without `output` its place follows from the short."""

    output: Path | None
    force: bool
    srt: bool
    thumbnail: bool

    def check(self, context: Context) -> None:
        """Refuse before any work what could not be written at its end, the files beside the film included."""
        if str(self.output) == "-" and context.output.wants_json:
            raise UsageError(
                "The film and the JSON cannot both go to standard output.", hint="Name a file with --output."
            )
        check_output(self.output, self.force)
        for path in self._beside(self.output) if self.output and str(self.output) != "-" else ():
            check_output(path, self.force)

    def place(self, context: Context, unnamed: str) -> Path:
        """Where the film goes: `output`, or the place that follows from the short, then checked as well.

        A film of one's own that lies there gives way to its newer self."""
        if self.output is not None:
            return self.output
        film = Path(unnamed)
        if context.studio.films.is_ours(film):
            check_output(film, force=True)
            return film
        for path in (film, *self._beside(film)):
            check_output(path, self.force)
        return film

    def hand_over(self, context: Context, view: ShortView, target: Path) -> None:
        """Write the film and what goes with it, and say so."""
        films = context.studio.films
        if str(target) == "-":
            _write_out(films.open_film(view.id).read_bytes())
            return
        delivered = films.deliver(view.id, target, replace=self.force).model_copy(update={"render": view.render})
        for path in self._beside(target):
            kind = path.suffix.lstrip(".")
            data = films.thumbnail(view.id) if kind == "png" else films.subtitles(view.id, format=kind).encode()
            if path.exists() and not self.force and path.read_bytes() != data:
                raise _exists(path)
            write_file(path, data)
        context.output.answer(delivered, lambda: _tell_film(context, delivered))

    def _beside(self, film: Path) -> list[Path]:
        kinds = [*([".srt", ".vtt"] if self.srt else []), *([".png"] if self.thumbnail else [])]
        return [film.with_suffix(kind) for kind in kinds]


def check_output(output: Path | None, force: bool) -> None:
    """Refuse a place that cannot take the film before any work is done."""
    if output is None or str(output) == "-":
        return
    if output.is_dir():
        raise Refused(f"{output} is a folder.", hint="Name a file in it.")
    if output.exists() and not force:
        raise _exists(output)
    folder = output.absolute().parent
    if not folder.is_dir():
        raise Misconfigured(f"There is no folder {folder}.", hint="Make it first, or choose another --output.")
    if not os.access(folder, os.W_OK):
        raise Misconfigured(f"{folder} cannot be written to.", hint="Choose another --output.")


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; `-` is standard output."""
    if str(path) == "-":
        _write_out(data)
        return
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Misconfigured(f"{path} cannot be written: {error.strerror}.") from error


def _write_out(data: bytes) -> None:
    """All of the data to standard output. An unbuffered stream takes what fits and leaves the rest to its caller."""
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def _exists(path: Path) -> Conflict:
    return Conflict(f"{path} exists already and was left as it is.", hint="Use --force, or another --output.")


def _tell_film(context: Context, short: ShortView) -> None:
    for note in short.render.notes if short.render else ():
        context.output.warning(f"Note: {note}")
    if short.credits_used or short.credits_quoted:
        context.output.note(
            f"Quoted {short.credits_quoted} credits and ${short.quoted_usd}; "
            f"charged {short.credits_used} credits and ${short.cost_usd}."
        )
    size = megabytes(short.size_bytes)
    context.output.line(
        f"{short.video_path}  {clock_time(short.duration_seconds)}  {size}  "
        f"{short.credits_used} credits  {short.cost_usd} USD"
    )
