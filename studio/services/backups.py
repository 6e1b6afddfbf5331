"""Backups of the embedded database: taken while it is in use, checked before they count, and put back whole.

A PostgreSQL has its own tools; docs/operations/backup.md shows them."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from studio.contracts.base import View
from studio.db.engine import open_database, parse_url
from studio.db.schema import HEAD, upgrade
from studio.domain.clock import moment, system_clock
from studio.domain.errors import Conflict, Misconfigured, Refused
from studio.services.audit import Subject, audit
from studio.services.people import local_owner
from studio.services.sqlite_files import (
    beside,
    check_ledger,
    check_whole,
    copy_pages,
    flush,
    in_use,
    not_whole,
    parts_of,
    private_file,
    snapshot,
)


class Backup(View):
    """A backup that was checked: where it lies, how large it is, and at which revision its tables are."""

    path: str
    size_bytes: int
    revision: str


class Restoration(View):
    """What was put back, and where the database that it replaced is kept; `kept` is null when there was none."""

    path: str
    revision: str
    kept: str | None


def backup(url: str, target: Path, *, force: bool = False) -> Backup:
    """Copy the database to a file of its own, online; nothing stands under its name before it was found whole.

    Raises Conflict when there is a file already, Misconfigured for a place or a database that cannot be used, and
    Refused when the copy is not whole or the database is PostgreSQL."""
    source = _embedded_file(url)
    if not source.exists():
        raise Refused(f"There is no database {source} yet.")
    _check_target(source, target, force)
    with _scratch(target.absolute().parent) as folder:
        copy = folder / "copy.sqlite3"
        snapshot(source, copy)
        revision = check_whole(copy, "The copy")
        flush(copy)
        os.replace(copy, target)
    return Backup(path=str(target.absolute()), size_bytes=target.stat().st_size, revision=revision)


def restore(url: str, source: Path) -> Restoration:
    """Put a backup in the place of the database, which is kept beside it under the present time.

    Everything is checked on a copy first, which is also brought up to date. Raises Refused for what is no whole
    studio database of this or an older version, Conflict while another process uses the database."""
    live = check_restorable(url, source)
    live.parent.mkdir(parents=True, exist_ok=True)
    with _scratch(live.parent) as folder:
        copy = folder / "restored.sqlite3"
        _copied(source, copy)
        revision = check_whole(copy, str(source))
        _bring_up_to_date(copy, folder, str(source))
        flush(copy)
        kept = _replace(live, copy)
    _write_down(url, source, revision, kept)
    return Restoration(path=str(live), revision=HEAD, kept=str(kept) if kept else None)


def check_restorable(url: str, source: Path) -> Path:
    """The file of the database that `source` could replace, without looking into either. Raises Refused."""
    live = _embedded_file(url)
    if not source.is_file():
        raise Refused(f"There is no file {source}.")
    if source.resolve() == live.resolve():
        raise Refused(f"{source} is the database itself.", hint="Name a backup.")
    return live


def _embedded_file(url: str) -> Path:
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise Refused(
            "This database is PostgreSQL, which studio does not back up or restore itself.",
            hint="Use pg_dump --format=custom and pg_restore, as docs/operations/backup.md shows.",
        )
    if not parsed.database or parsed.database == ":memory:":
        raise Refused("This database is in memory: there is no file to back up or restore.")
    return Path(parsed.database).absolute()


def _check_target(source: Path, target: Path, force: bool) -> None:
    if target.is_dir():
        raise Refused(f"{target} is a folder.", hint="Name a file in it.")
    if not target.absolute().parent.is_dir():
        raise Misconfigured(f"There is no folder {target.absolute().parent}.", hint="Make it first.")
    if target.resolve() in {source.resolve(), *(beside(source.resolve(), part) for part in ("-wal", "-shm"))}:
        raise Refused(f"{target} is the database itself.", hint="Name another file.")
    if target.exists() and not force:
        raise Conflict(f"{target} exists already and was left as it is.", hint="Use --force, or another file.")


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A private folder on the same disk, so that what is done in it can be moved into place in one step."""
    try:
        with tempfile.TemporaryDirectory(prefix=".studio-backup-", dir=folder) as scratch:
            yield Path(scratch)
    except OSError as error:
        raise Misconfigured(f"{folder} cannot be written to: {error.strerror}.") from error


def _copied(source: Path, copy: Path) -> None:
    try:
        snapshot(source, copy)
    except Misconfigured as error:
        raise not_whole(str(source), str(error.__cause__)) from error


def _bring_up_to_date(copy: Path, folder: Path, name: str) -> None:
    """Upgrade the copy and hold it against a new database: every table, column, index and trigger must be there."""
    from alembic.util import CommandError  # late: only the upgrade itself needs Alembic

    fresh = folder / "fresh.sqlite3"
    upgrade(f"sqlite:///{fresh}")
    try:
        upgrade(f"sqlite:///{copy}")
    except (CommandError, DatabaseError) as error:
        raise not_whole(name, "its tables cannot be brought up to date") from error
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    missing = parts_of(fresh) - parts_of(copy)
    if missing:
        raise not_whole(name, f"it lacks {', '.join(sorted(missing)[:5])}")
    check_ledger(copy, name)


def _replace(live: Path, copy: Path) -> Path | None:
    """Put the copy in the place of the database; returns where that one is kept now."""
    if not live.exists():
        os.replace(copy, live)
        return None
    kept = _name_beside(live)
    try:
        with _alone(live) as connection:
            _exchange(connection, copy, kept)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise in_use() from error
        # What SQLite cannot even open is moved aside as it is.
        _set_aside(live, kept)
        os.replace(copy, live)
    return kept


@contextmanager
def _alone(live: Path) -> Iterator[sqlite3.Connection]:
    """A connection while nobody else has the database open; who comes meanwhile waits and then sees the new one."""
    with closing(sqlite3.connect(live, timeout=1, isolation_level=None)) as connection:
        # Leaving the write-ahead log needs every other connection to be closed: that is the check.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        yield connection


def _exchange(connection: sqlite3.Connection, copy: Path, kept: Path) -> None:
    with closing(private_file(kept)) as keeping:
        copy_pages(connection, keeping)
    flush(kept)
    with closing(sqlite3.connect(copy)) as restored:
        # One transaction of SQLite's own: a crash in the midst leaves the present database.
        copy_pages(restored, connection)


def _set_aside(live: Path, kept: Path) -> None:
    for part in ("", "-wal", "-shm", "-journal"):
        if beside(live, part).exists():
            os.replace(beside(live, part), beside(kept, part))


def _name_beside(live: Path) -> Path:
    stamp = f"{moment(system_clock()):%Y%m%dT%H%M%SZ}"
    names = (beside(live, f".before-{stamp}{f'-{number}' if number else ''}") for number in count())
    return next(name for name in names if not name.exists())


def _write_down(url: str, source: Path, revision: str, kept: Path | None) -> None:
    """The restored database itself says that it was restored."""
    database = open_database(url)
    try:
        owner = local_owner(database)
        with database.write() as session:
            after = {"from": str(source.absolute()), "revision": revision, "kept": str(kept) if kept else None}
            audit(session, owner, "database.restored", Subject("database", "studio"), None, after)
    finally:
        database.close()
