"""Copies on this machine of files that lie elsewhere: whole or not at all, the longest unused go first."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.domain.errors import ServiceFailed

MOST_BYTES = 4 * 1000**3
KEPT_SECONDS = 24 * 60 * 60
"""What was asked for within a day stays: a run may still work with it."""


class Copies:
    """A folder of copies under the keys of the files."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._is_trimmed = False

    def find(self, key: str) -> Path | None:
        """The copy, which counts as used now; None where there is none."""
        path = self._folder / key
        try:
            os.utime(path)
        except OSError:
            return None
        return path

    def keep(self, key: str, source: Path) -> None:
        """Keep a copy of a file that was just stored; without room for it there is none."""
        with contextlib.suppress(ServiceFailed), self.incoming() as part:
            shutil.copyfile(source, part)
            self.take(key, part)

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """A file for what is on its way; it is gone afterwards unless it was taken."""
        self._trim()
        with _disk(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".incoming-", dir=self._folder)
            os.close(handle)
        part = Path(name)
        try:
            with _disk(self._folder):
                yield part
        finally:
            part.unlink(missing_ok=True)

    def take(self, key: str, part: Path) -> Path:
        """Make the whole file the copy under this key."""
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(part, path)
        return path

    def drop(self, key: str) -> None:
        with contextlib.suppress(OSError):
            (self._folder / key).unlink()

    def _trim(self) -> None:
        if self._is_trimmed:
            return
        self._is_trimmed = True
        found = sorted(_used(self._folder))
        size_bytes = sum(size for _, size, _ in found)
        for used_at, size, path in found:
            if size_bytes <= self._most_bytes or time.time() - used_at < KEPT_SECONDS:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            size_bytes -= size


def _used(folder: Path) -> Iterator[tuple[float, int, Path]]:
    for path in folder.rglob("*"):
        # Another run may be tidying up, too.
        with contextlib.suppress(OSError):
            if path.is_file():
                facts = path.stat()
                yield facts.st_mtime, facts.st_size, path


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise disk_failed(error, folder) from error


def disk_failed(error: OSError, folder: Path) -> ServiceFailed:
    """What a failure of this machine's own disk is to a person."""
    if error.errno == errno.ENOSPC:
        return ServiceFailed(
            f"The disk that holds {folder} is full; nothing half written was left.",
            hint="Free some space or set STUDIO_DATA_DIR, then run the same command again: it continues.",
        )
    return ServiceFailed(f"{folder} cannot be written: {error.strerror}.", hint="Check STUDIO_DATA_DIR: studio doctor")
