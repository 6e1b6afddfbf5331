"""Files of SQLite: copying one while it is in use, and telling whether one is a whole studio database."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from studio.db.engine import BUSY_TIMEOUT_MILLISECONDS
from studio.db.schema import HEAD, SchemaState, current_revision, state_of
from studio.domain.errors import Conflict, Misconfigured, Refused
from studio.services.ledger import verify

_FIRST_WITH_LEDGER = "0002"
_BUSY_SECONDS = BUSY_TIMEOUT_MILLISECONDS / 1000


def snapshot(source: Path, copy: Path) -> None:
    """One moment of the database, whoever writes meanwhile. Raises Misconfigured when it cannot be read."""
    try:
        with closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as reading, closing(private_file(copy)) as writing:
            copy_pages(reading, writing)
            # As a single file: a backup must not leave half of itself in a -wal beside it.
            writing.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise Misconfigured(
            f"The database {source} cannot be copied: {error}.", hint="studio doctor looks at the database."
        ) from error


def private_file(path: Path) -> sqlite3.Connection:
    """A new database that only its owner can read."""
    # Made before SQLite does, so that nobody else can ever read it: it holds addresses and what people wrote.
    path.touch(mode=0o600)
    return sqlite3.connect(path, timeout=_BUSY_SECONDS)


def copy_pages(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """All pages in one step. Raises Conflict when somebody holds the database for longer than the usual wait."""
    until = time.monotonic() + _BUSY_SECONDS

    def watch(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise in_use()

    source.backup(target, pages=-1, progress=watch)


def in_use() -> Conflict:
    return Conflict(
        "The database is in use by another process; nothing was changed.",
        hint="Stop studio serve, studio worker and other commands, then try again.",
    )


def check_whole(copy: Path, name: str) -> str:
    """The revision of a whole studio database. Raises Refused naming what is wrong with any other file."""
    with closing(sqlite3.connect(copy)) as connection:
        try:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            raise not_whole(name, str(error)) from error
    if problems != ["ok"]:
        raise not_whole(name, "; ".join(" ".join(problem.split()) for problem in problems))
    if orphans:
        raise not_whole(name, f"{len(orphans)} rows point to rows that are missing")
    revision = current_revision(f"sqlite:///{copy}")
    if revision is None:
        raise not_whole(name, "it has no studio tables")
    if state_of(revision) is SchemaState.NEWER:
        raise Refused(
            f"{name} is at revision {revision}, and this studio knows {HEAD}: a newer studio wrote it.",
            hint="pip install --upgrade studio",
        )
    if revision >= _FIRST_WITH_LEDGER:
        check_ledger(copy, name)
    return revision


def not_whole(name: str, why: str) -> Refused:
    return Refused(f"{name} is not a whole studio database: {why}.", hint="studio doctor looks at the database.")


def check_ledger(copy: Path, name: str) -> None:
    """Run the ledger's own query on the file, without changing it. Raises Refused when a rule is broken."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    try:
        with Session(engine) as session:
            violations = verify(session)
    except DatabaseError as error:
        raise not_whole(name, f"its ledger cannot be read: {error.orig}") from error
    finally:
        engine.dispose()
    if violations:
        first = violations[0]
        raise not_whole(name, f"its ledger breaks {len(violations)} rules, first {first.rule} at {first.who}")


def parts_of(file: Path) -> set[str]:
    """What the file is made of, a name for each table, index, trigger and column."""
    with closing(sqlite3.connect(file)) as connection:
        objects = connection.execute("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").fetchall()
        columns = connection.execute(
            "SELECT s.name, c.name, c.type FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table'"
        ).fetchall()
    return {f"{kind} {name}" for kind, name in objects} | {
        f"column {table}.{name} {kind}" for table, name, kind in columns
    }


def beside(file: Path, ending: str) -> Path:
    """`studio.sqlite3` and `-wal` give `studio.sqlite3-wal` in the same folder."""
    return file.with_name(file.name + ending)


def flush(file: Path) -> None:
    """Wait until the file is on the disk."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
