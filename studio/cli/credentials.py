"""Where API keys are kept between commands: in the keyring, or in a file of one's own when somebody asks for that.

`credentials.json` in the config folder says for each studio where its key is, so that no command wakes the keyring
without need. Only `--insecure-storage` writes a key into it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli import keyrings
from studio.domain.errors import Misconfigured

if TYPE_CHECKING:
    from studio.config import Settings
    from studio.services.login import Login

_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


@dataclass(frozen=True)
class Stored:
    """A login that was kept: whose it is and where the key lies. `key` is None for one in the keyring."""

    email: str
    place: str
    key: str | None = None


def find_login(settings: Settings) -> Login | None:
    """The key to use: `STUDIO_TOKEN`, or else what `studio login` stored for this studio. Raises Misconfigured."""
    if settings.token.get_secret_value():
        return _from_settings(settings)
    stored = _read()
    if not stored:
        return None
    from studio.app import studio_name

    return _from_store(stored, studio_name(settings))


def _from_settings(settings: Settings) -> Login:
    from studio.config import origins
    from studio.services.login import Login

    return Login(settings.token.get_secret_value().strip(), f"STUDIO_TOKEN from {origins(settings)['token']}")


def _from_store(stored: dict[str, Stored], studio: str) -> Login | None:
    from studio.services.login import Login

    entry = stored.get(studio)
    if entry is None:
        return None
    key = entry.key or keyrings.look_up(studio)
    if key is None:
        raise Misconfigured(f"The API key of {entry.email} is gone from {entry.place}.", hint="studio login")
    return Login(key, entry.place)


def keep(studio: str, email: str, key: str, *, insecure: bool = False) -> Stored:
    """Keep the key for this studio in the keyring, or in the file if `insecure`. Raises Misconfigured."""
    entry = Stored(email, str(credentials_file()), key) if insecure else Stored(email, keyrings.keep(studio, key))
    _write({**_read(), studio: entry})
    return entry


def forget(studio: str) -> Stored | None:
    """Remove the key of this studio; returns what there was. Raises Misconfigured when the keyring does not let go."""
    stored = _read()
    entry = stored.pop(studio, None)
    if entry is None:
        return None
    if entry.key is None:
        keyrings.remove(studio)
    _write(stored)
    return entry


def credentials_file() -> Path:
    from studio.config import user_config_file

    return user_config_file().with_name("credentials.json")


def _read() -> dict[str, Stored]:
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


def _parsed(file: Path, text: str) -> dict[str, Stored]:
    try:
        found: dict[str, Any] = json.loads(text)
        return {studio: Stored(**entry) for studio, entry in found.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise Misconfigured(f"{file} is damaged.", hint="Remove it and log in again.") from error


def _write(stored: dict[str, Stored]) -> None:
    """Put a new file in the place of the old one: at no moment can others read it, and none is half written."""
    file = credentials_file()
    if not stored:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flag("O_NOFOLLOW"), _FILE_MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump({studio: asdict(entry) for studio, entry in stored.items()}, stream, indent=2)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


def _flag(name: str) -> int:
    # Windows does not know all of them.
    return int(getattr(os, name, 0))
