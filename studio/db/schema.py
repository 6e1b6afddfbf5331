"""Whether the tables are those this version was written for, and bringing them up to date.

The check is one row read with the plain driver: importing Alembic costs as much as SQLModel itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from studio.db.engine import Database, parse_url
from studio.domain.errors import Misconfigured

HEAD = "0014"
"""The newest revision; a test holds it equal to what Alembic finds in the folder."""

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x73747564


class SchemaState(StrEnum):
    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    NEWER = "newer"


def schema_state(url: str) -> SchemaState:
    """Compare the database with HEAD. Raises Misconfigured when it cannot be reached."""
    return state_of(current_revision(url))


def state_of(revision: str | None) -> SchemaState:
    if revision is None:
        return SchemaState.EMPTY
    if revision == HEAD:
        return SchemaState.CURRENT
    return SchemaState.BEHIND if revision < HEAD else SchemaState.NEWER


def current_revision(url: str) -> str | None:
    parsed = parse_url(url)
    return _sqlite_revision(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql_revision(parsed)


def _sqlite_revision(url: URL) -> str | None:
    path = Path(url.database or "")
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise Misconfigured(f"The database {path} cannot be read: {error}.", hint=_DOCTOR) from error
    except sqlite3.DatabaseError as error:
        raise Misconfigured(f"{path} is not a studio database: {error}.", hint=_DOCTOR) from error
    return row[0] if row else None


def _postgresql_revision(url: URL) -> str | None:
    import psycopg  # late: a command on the embedded database never needs it

    try:
        with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise Misconfigured(f"The database cannot be reached: {reason}.", hint=_DOCTOR) from error
    return row[0] if row else None


_DOCTOR = "studio doctor looks at the database and says what is wrong."


def require_current(url: str) -> None:
    """Make sure the tables fit this version, upgrading the embedded SQLite by itself.

    A PostgreSQL belongs to several people: it is upgraded by hand, and Misconfigured says how."""
    state = schema_state(url)
    if state is SchemaState.CURRENT:
        return
    if state is SchemaState.NEWER:
        raise Misconfigured(
            "The database was written by a newer studio than this one.",
            hint="Upgrade studio on this machine: pip install --upgrade studio",
        )
    if parse_url(url).get_backend_name() != "sqlite":
        raise Misconfigured(
            f"The database is {'empty' if state is SchemaState.EMPTY else 'behind this version of studio'}.",
            hint="Run once: studio admin db upgrade",
        )
    upgrade(url)


def upgrade(url: str) -> None:
    """Bring the tables to HEAD. Any number of processes may call it at once; one of them does the work."""
    from studio.db.engine import open_database

    database = open_database(url)
    try:
        with _one_at_a_time(database, parse_url(url)) as connection:
            # Whoever waited for the lock finds the work done.
            if schema_state(url) is not SchemaState.CURRENT:
                _run_alembic(connection)
    finally:
        database.close()


@contextmanager
def _one_at_a_time(database: Database, url: URL) -> Iterator[Connection]:
    if url.get_backend_name() == "sqlite":
        with _file_lock(Path(f"{url.database}.upgrade")), _without_foreign_keys(database) as connection:
            yield connection
        return
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})")
        connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_ADVISORY_LOCK})")
            connection.commit()


@contextmanager
def _without_foreign_keys(database: Database) -> Iterator[Connection]:
    # With them on, rebuilding a parent table deletes its children by cascade.
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        yield connection
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        driver.execute("PRAGMA foreign_keys = ON")
    if broken:
        raise Misconfigured(f"The upgrade left {len(broken)} rows without their parents.", hint=_DOCTOR)


@contextmanager
def _file_lock(path: Path) -> Iterator[IO[bytes]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as handle:
        try:
            import fcntl
        except ImportError:  # Windows: BEGIN IMMEDIATE alone serialises the writers there
            yield handle
            return
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle


def _run_alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
    connection.commit()
