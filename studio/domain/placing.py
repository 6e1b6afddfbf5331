"""Putting a finished film where a person wants it."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from studio.domain.errors import Conflict, Misconfigured


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def place_film(film: Path, output: Path, handle: str, *, replace: bool) -> None:
    """Copy the film to where the person wants it, whole or not at all.

    Raises Conflict when something is there already, Misconfigured when the place cannot be written."""
    if output.exists() and not replace:
        raise Conflict(
            f"{output} exists already and was left as it is; the film itself is kept.",
            hint=f"studio shorts export {handle} --output FILE, or --force to replace what is there",
        )
    part = output.with_name(f".{output.name}.part")
    try:
        shutil.copyfile(film, part)
        os.replace(part, output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Misconfigured(
            f"{output} cannot be written: {error.strerror}. The film itself is kept.",
            hint=f"studio shorts export {handle} --output FILE, on a disk with room",
        ) from error
