"""Printing: results on standard output, everything else on standard error, and nothing that could steer a terminal."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from studio.domain.errors import StudioError
from studio.domain.text import safe

if TYPE_CHECKING:
    from pydantic import BaseModel


class Output:
    """Where a command writes. With `wants_json` the result is one JSON document and errors are JSON too."""

    def __init__(self, *, wants_json: bool = False, is_verbose: bool = False, is_quiet: bool = False) -> None:
        self.wants_json = wants_json
        self.is_verbose = is_verbose
        self.is_quiet = is_quiet

    def answer(self, view: BaseModel, tell: Callable[[], None]) -> None:
        """Give the result: as JSON, or in words by `tell`."""
        if self.wants_json:
            self.json(view.model_dump(mode="json"))
        else:
            tell()

    def json(self, document: Any) -> None:
        self.line_raw(json.dumps(document, indent=2, ensure_ascii=not _takes_every_letter(sys.stdout)))

    def line(self, text: str = "") -> None:
        """One line of the result."""
        self.line_raw(safe(text))

    def line_raw(self, text: str) -> None:
        sys.stdout.write(text + "\n")

    def note(self, text: str) -> None:
        """Something to know beside the result."""
        if not self.is_quiet:
            sys.stderr.write(safe(text) + "\n")

    def warning(self, text: str) -> None:
        """What a person must know to trust the result: even --quiet does not swallow it. JSON has it in the result."""
        if not self.wants_json:
            sys.stderr.write(safe(text) + "\n")

    def record(self, fields: Sequence[tuple[str, object]]) -> None:
        """One thing, a line for each of its properties; empty ones are left out."""
        shown = [(name, safe(str(value))) for name, value in fields if value not in (None, "")]
        width = max((len(name) for name, _ in shown), default=0)
        for name, value in shown:
            self.line_raw(f"{name:<{width}}  {value}")

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Rows for people on a terminal, tab-separated lines without a header everywhere else."""
        cells = [[safe("" if cell is None else str(cell)).replace("\n", " ") for cell in row] for row in rows]
        if not is_terminal(sys.stdout):
            for row in cells:
                self.line_raw("\t".join(cell.replace("\t", " ") for cell in row))
            return
        _draw_table(headers, cells)

    def error(self, error: StudioError) -> None:
        """What went wrong and what to do, on standard error."""
        if self.wants_json:
            document = {
                "error": error.code,
                "message": safe(error.message),
                "hint": safe(error.hint) if error.hint else None,
                "details": error.details,
            }
            text = json.dumps(document, ensure_ascii=not _takes_every_letter(sys.stderr), default=str)
            sys.stderr.write(text + "\n")
            return
        lines = [f"error: {error.message}", *(f"  - {fault}" for fault in error.details.get("faults", []))]
        if error.hint:
            lines.append(f"  try: {error.hint}")
        sys.stderr.write(safe("\n".join(lines)) + "\n")

    def bug(self, kind: str, log_file: str) -> None:
        message = f"studio made a mistake ({kind}). The details are in {log_file}."
        if self.wants_json:
            sys.stderr.write(json.dumps({"error": "bug", "message": message, "hint": None, "details": {}}) + "\n")
        else:
            sys.stderr.write(f"error: {message}\n  try: the same command with --verbose, and report what it prints\n")


def prepare_streams() -> None:
    """Make the standard streams usable however the process was started; call it before anything opens a file.

    A closed stream becomes the null device; letters that an encoding does not have become question marks."""
    # In the order of the file numbers: the null device takes the free number, so that no database file gets it.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open until the process ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _takes_every_letter(stream: Any) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")


def is_terminal(stream: Any) -> bool:
    """Whether a person looks at this stream and it can do more than plain lines."""
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"


def _draw_table(headers: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headers, box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for row in cells:
        # As Text and never as markup: brackets in a title are brackets.
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def clock_time(seconds: float | None) -> str:
    """A length as people read it: `0:32`, `2:05`."""
    return "" if seconds is None else f"{int(seconds // 60)}:{round(seconds % 60):02d}"


def megabytes(size_bytes: int | None) -> str:
    return "" if size_bytes is None else f"{size_bytes / 1_000_000:.1f} MB"
