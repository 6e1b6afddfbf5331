"""Files in a folder of this machine."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
from pathlib import Path

from studio.domain.errors import NotFound, ServiceFailed

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9._-]*)+")


class LocalStorage:
    """Stores each file under `root/key`; nothing outside the root is ever touched."""

    name = "local"

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, source: Path) -> None:
        target = self._path(key)
        if target.exists():
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._copy_whole(source, target)
        except OSError as error:
            raise _failed(error, target) from error

    def fetch(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise NotFound(f"The file {key} is not in the storage any more.", hint="studio doctor checks the storage.")
        return path

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        # Keys come from studio, but a wrong one must not become a path elsewhere on the disk.
        if not _KEY.fullmatch(key) or ".." in key:
            raise NotFound(f"{key!r} is not a storage key.")
        return self.root / key

    def _copy_whole(self, source: Path, target: Path) -> None:
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=target.parent)
        os.close(handle)
        try:
            shutil.copyfile(source, name)
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise


def _failed(error: OSError, target: Path) -> ServiceFailed:
    if error.errno == errno.ENOSPC:
        return ServiceFailed(
            f"The disk that holds {target.parent} is full; nothing half written was left.",
            hint="Free some space or set STUDIO_DATA_DIR, then run the same command again: it continues.",
        )
    return ServiceFailed(f"{target} cannot be written: {error.strerror}.", hint="Check STUDIO_DATA_DIR: studio doctor")
