"""Writing a file so that it either stands whole under its name or is not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from av import FFmpegError

from studio.domain.errors import Misconfigured
from studio.render.atoms import is_complete


@contextmanager
def whole_film_file(path: Path) -> Iterator[Path]:
    """Give a temporary name in the same folder to write an MP4 to, and move it into place when it is complete.

    What stood there before stays until then. Whatever goes wrong, nothing half-written is left behind. Raises
    Misconfigured when the folder cannot be written or the disk is full."""
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        _check_complete(part)
        os.replace(part, path)
    except (OSError, FFmpegError) as error:
        raise _cannot_write(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _check_complete(part: Path) -> None:
    # The muxer keeps quiet about a last write that fails as the file is closed.
    if not is_complete(part):
        raise OSError("the file was cut off")


def _cannot_write(path: Path, error: Exception) -> Misconfigured:
    reason = getattr(error, "strerror", None) or str(error)
    return Misconfigured(
        f"{path} could not be written: {reason}.",
        hint="Free some space on that disk, or choose a folder you may write to.",
    )
