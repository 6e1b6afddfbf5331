"""Reading what people point to: a file, or standard input when they write a hyphen."""

from __future__ import annotations

import sys
from pathlib import Path

from studio.domain.errors import Refused
from studio.domain.script import MAXIMUM_SOURCE_BYTES
from studio.domain.text import read_source


def read_text(source: str | None) -> str | None:
    """The text of a file or of standard input (`-`). Raises Refused for what cannot be read, TooLarge, Invalid."""
    if source is None:
        return None
    return read_source(_bytes(source), source="standard input" if source == "-" else source)


def _bytes(source: str) -> bytes:
    # One byte more than is taken, so that a larger text is noticed and never read whole.
    most = MAXIMUM_SOURCE_BYTES + 1
    if source == "-":
        return sys.stdin.buffer.read(most)
    path = Path(source)
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except FileNotFoundError as error:
        raise Refused(
            f"There is no file {source}.", hint="Give a text, Markdown or script file, or - for stdin."
        ) from error
    except OSError as error:
        raise Refused(f"{source} cannot be read: {error.strerror}.") from error
