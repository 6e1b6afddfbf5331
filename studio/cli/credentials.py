"""Where logins are kept between commands: in the keyring, or in a file of one's own when somebody asks for that.

`credentials.json` in the config folder says for each studio where its key is, so that no command wakes the keyring
without need, and which server is the one to work on. Only `--insecure-storage` writes a key into it."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from studio.cli import keyrings
from studio.domain.errors import Misconfigured
from studio.places import state_folder, user_config_file

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700
_DEFAULT = "default"
LOCK_SECONDS = 60.0


@dataclass(frozen=True)
class Stored:
    """A login that was kept: whose it is and where the key lies. `key` is None for one in the keyring.

    With an `issuer` the key is a grant of that issuer for `client_id`, which is renewed from time to time."""

    email: str
    place: str
    key: str | None = None
    issuer: str | None = None
    client_id: str | None = None


def default_server() -> str | None:
    """The server that `studio login --server` was last used for. Raises Misconfigured."""
    found = _document().get(_DEFAULT)
    return found if isinstance(found, str) else None


def find(studio: str) -> Stored | None:
    """The login that is kept for this studio. Raises Misconfigured."""
    return _entries(_document()).get(studio)


def any_kept() -> bool:
    """Whether a login is kept for any studio. Raises Misconfigured."""
    return bool(_entries(_document()))


def secret_of(studio: str, entry: Stored) -> str:
    """The key itself. Raises Misconfigured when it is gone."""
    key = entry.key or keyrings.look_up(studio)
    if key is None:
        what = "login" if entry.issuer else "API key"
        raise Misconfigured(
            f"The {what} of {entry.email} is gone from {entry.place}.", hint="Log in again: studio login"
        )
    return key


def keep(studio: str, entry: Stored, key: str, *, insecure: bool = False, as_default: bool = False) -> Stored:
    """Keep the key for this studio in the keyring, or in the file if `insecure`; `entry` says whose it is.

    Raises Misconfigured."""
    with locked():
        return keep_locked(studio, entry, key, insecure=insecure, as_default=as_default)


def keep_locked(studio: str, entry: Stored, key: str, *, insecure: bool, as_default: bool = False) -> Stored:
    """The same for whoever holds the lock."""
    if insecure:
        kept = replace(entry, place=str(credentials_file()), key=key)
    else:
        kept = replace(entry, place=keyrings.keep(studio, key), key=None)
    found = _document()
    default = studio if as_default else found.get(_DEFAULT)
    _write({**_entries(found), studio: kept}, default)
    return kept


def forget(studio: str) -> Stored | None:
    """Remove the key of this studio, and work on its server no more; returns what there was.

    Raises Misconfigured when the keyring does not let go."""
    with locked():
        found = _document()
        stored, default = _entries(found), found.get(_DEFAULT)
        entry = stored.pop(studio, None)
        if entry is not None and entry.key is None:
            keyrings.remove(studio)
        if entry is not None or default == studio:
            _write(stored, None if default == studio else default)
        return entry


def credentials_file() -> Path:
    return user_config_file().with_name("credentials.json")


@contextmanager
def locked() -> Iterator[None]:
    """One process at a time changes what is kept: grants are renewed by using them up. Raises Misconfigured."""
    file = state_folder() / "credentials.lock"
    file.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | _flag("O_NOFOLLOW"), _FILE_MODE)
    try:
        _wait_for_lock(descriptor, file)
        # The system gives the lock back with the file, also when the process is killed.
        yield
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int, file: Path) -> None:
    until = time.monotonic() + LOCK_SECONDS
    while not _lock(descriptor):
        if time.monotonic() > until:
            raise Misconfigured(f"Another studio command holds {file}.", hint="Wait for it to end, or end it.")
        time.sleep(0.05)


def _lock(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # not on this system
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _document() -> dict[str, Any]:
    file = credentials_file()
    try:
        descriptor = os.open(file, os.O_RDONLY | _flag("O_NOFOLLOW"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}.", hint="Remove it and log in again.") from error
    with os.fdopen(descriptor, encoding="utf-8") as stream:
        _check_private(file, os.fstat(descriptor))
        return _parsed(file, stream.read())


def _check_private(file: Path, status: os.stat_result) -> None:
    # Windows has no such bits: there the user's folder itself is closed to others.
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
        raise Misconfigured(
            f"Others can read {file}, so it is not used.", hint=f"chmod 600 {file}, or remove it and log in again."
        )


def _parsed(file: Path, text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
        _entries(found)
        return found
    except (ValueError, TypeError, AttributeError) as error:
        raise Misconfigured(f"{file} is damaged.", hint="Remove it and log in again.") from error


def _entries(document: dict[str, Any]) -> dict[str, Stored]:
    return {studio: Stored(**entry) for studio, entry in document.items() if studio != _DEFAULT}


def _write(stored: dict[str, Stored], default: str | None) -> None:
    """Put a new file in the place of the old one: at no moment can others read it, and none is half written."""
    file = credentials_file()
    document: dict[str, Any] = {studio: asdict(entry) for studio, entry in stored.items()}
    if default is not None:
        document[_DEFAULT] = default
    if not document:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flag("O_NOFOLLOW"), _FILE_MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(document, stream, indent=2)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


def _flag(name: str) -> int:
    # Windows does not know all of them.
    return int(getattr(os, name, 0))
