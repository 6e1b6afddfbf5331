"""Files in a folder of this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from studio.domain.errors import ServiceFailed
from studio.domain.storage import StoredFile, checked_key, file_is_gone
from studio.storage.copies import disk_failed


class LocalStorage:
    """Stores each file under `root/key`; nothing outside the root is ever touched."""

    name = "local"
    is_public = False

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, source: Path, media_type: str = "") -> None:
        target = self._path(key)
        try:
            if not _counts_as_new(target, source.stat().st_size):
                target.parent.mkdir(parents=True, exist_ok=True)
                self._copy_whole(source, target)
        except OSError as error:
            raise disk_failed(error, target.parent) from error

    def fetch(self, key: str, *, fresh: bool = False) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise file_is_gone(key)
        return path

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def head(self, key: str) -> StoredFile | None:
        return _facts(key, self._path(key))

    def list(self, folder: str = "") -> Iterator[StoredFile]:
        top = self._path(f"{folder}/any").parent if folder else self.root
        for place, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = Path(place, name)
                # What begins with a dot is on its way; what is a link was not put there by studio.
                if not name.startswith(".") and not path.is_symlink():
                    facts = _facts(path.relative_to(self.root).as_posix(), path)
                    if facts is not None:
                        yield facts

    def delete(self, key: str) -> None:
        path = self._path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise disk_failed(error, path.parent) from error

    def delete_older(self, key: str, moment: int) -> bool:
        path = self._path(key)
        aside = path.with_name(f".aside-{path.name}")
        try:
            # Out of the way first: whoever stores these bytes now writes them anew instead of finding them.
            os.rename(path, aside)
        except FileNotFoundError:
            return True
        facts = _facts(key, aside)
        is_old = facts is not None and facts.modified_at < moment
        if is_old:
            aside.unlink()
        else:
            # What may lie there by now has the same bytes.
            os.replace(aside, path)
        return is_old

    def url(self, key: str, seconds: int) -> str | None:
        checked_key(key)
        return None

    def close(self) -> None:
        """A folder keeps nothing open."""

    def _path(self, key: str) -> Path:
        path = self.root / checked_key(key)
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise ServiceFailed(
                f"{path} leads out of the folder of the storage.", hint=f"Remove the link in {self.root}."
            )
        return path

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


def _counts_as_new(target: Path, size_bytes: int) -> bool:
    """Whether the file is there already; then it counts as written now, and nobody sweeps it up."""
    try:
        if target.stat().st_size != size_bytes:
            return False
        os.utime(target)
    except FileNotFoundError:
        return False
    return True


def _facts(key: str, path: Path) -> StoredFile | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return StoredFile(key, facts.st_size, facts.st_mtime_ns // 1_000_000)
