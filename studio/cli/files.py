"""Files that hold data and no author's text: read whole, up to a megabyte, or from standard input."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

import typer

from studio.contracts.base import RowFile
from studio.contracts.rows import LARGEST_FILE_BYTES
from studio.domain.errors import Invalid, Refused, TooLarge, UsageError

_File = TypeVar("_File", bound=RowFile)

FromFile = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="Many at once from CSV or JSON lines; - is standard input.",
        show_default=False,
        metavar="FILE",
    ),
]


def row_file(kind: type[_File], source: str, others: Mapping[str, Any]) -> _File:
    """What `--from` names, as the input of an operation. Raises UsageError beside other options, or as below."""
    if others:
        raise UsageError("--from takes everything from the file.", hint="Leave the rest out.")
    text, name = read_data(source)
    return kind(text=text, source=name)


def read_data(source: str) -> tuple[str, str]:
    """The text of a file, or of standard input for `-`, and what to call it in a message.

    Raises Refused for what cannot be opened, TooLarge beyond a megabyte, Invalid for what is not UTF-8."""
    name = "standard input" if source == "-" else source
    data = _bytes(source)
    if len(data) > LARGEST_FILE_BYTES:
        raise TooLarge(f"{name} is larger than 1 MB.", hint="Cut it into several files.")
    try:
        return data.decode("utf-8-sig"), name
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Invalid(f"{name} is not UTF-8 text: line {line} cannot be read.", hint="Save it as UTF-8.") from error


def _bytes(source: str) -> bytes:
    if source == "-":
        return _start_of(sys.stdin.buffer)
    try:
        with Path(source).open("rb") as stream:
            return _start_of(stream)
    except FileNotFoundError as error:
        raise Refused(
            f"There is no file {source}.", hint="Check the name and the folder, or give - to read standard input."
        ) from error
    except OSError as error:
        raise Refused(f"{source} cannot be read: {error.strerror}.") from error


def _start_of(stream: BinaryIO) -> bytes:
    # One byte more than is taken, so that a larger file is noticed and never read whole.
    return stream.read(LARGEST_FILE_BYTES + 1)
