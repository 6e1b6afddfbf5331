"""The session recipe: how both databases are opened, and the two ways to use them, `read()` and `write()`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from studio.domain.errors import Misconfigured

BUSY_TIMEOUT_MILLISECONDS = 30_000
"""SQLite's wait for a lock is unfair: a waiting writer was seen to starve for 2.5 s beside a greedy one."""

STATEMENT_MILLISECONDS = 15_000
LOCK_MILLISECONDS = 10_000
SERVER_CONNECTIONS = 10
"""That a server keeps open; as many again for a rush."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}",
    "PRAGMA journal_mode = WAL",
    # NORMAL may lose the last commits when the power goes, and a lost "submitting" row is a second payment.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Without it INSERT OR REPLACE slips past the triggers that keep the ledger append-only.
    "PRAGMA recursive_triggers = ON",
)


class Database:
    """One database, and how its sessions begin and end."""

    def __init__(self, engine: Engine, seen_by: str | None = None) -> None:
        self.engine = engine
        self._seen_by = seen_by

    def seen_by(self, user_id: str) -> Database:
        """The same database as one person may see it: a second line behind the conditions of the queries.

        Only where PostgreSQL has the policies of docs/deploy/roles.sql; elsewhere it is the database itself."""
        return Database(self.engine, user_id) if self.engine.dialect.name == "postgresql" else self

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the database and writes nothing."""
        with self._connect("DEFERRED") as connection, Session(connection, autoflush=False) as session:
            self._say_who_asks(session)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: everything in it happens, or nothing does. Never call a vendor inside."""
        with self._connect("IMMEDIATE") as connection, Session(connection, expire_on_commit=False) as session:
            self._say_who_asks(session)
            yield session
            session.commit()

    def _say_who_asks(self, session: Session) -> None:
        if self._seen_by is not None:
            # Until the end of the transaction only, so that the connection's next user does not inherit it.
            asked = "SELECT set_config('studio.user_id', %s, true)"
            session.connection().exec_driver_sql(asked, (self._seen_by,))

    @contextmanager
    def _connect(self, begin: str) -> Iterator[Connection]:
        try:
            connection = self.engine.connect().execution_options(studio_begin=begin)
        except OperationalError as error:
            raise Misconfigured(
                f"The database cannot be opened: {str(error.orig).strip()}.",
                hint="Check STUDIO_DATABASE_URL and STUDIO_DATA_DIR; studio doctor looks at both.",
            ) from error
        with connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open SQLite (`sqlite:///file`) or PostgreSQL (`postgresql://…`), without looking at its tables."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite_engine(parsed))
    return Database(_postgresql_engine(parsed))


def open_server_database(url: str) -> Database:
    """The same for a server of many threads: no statement of one caller keeps the others waiting for long."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite_engine(parsed))
    limits = f"-c statement_timeout={STATEMENT_MILLISECONDS} -c lock_timeout={LOCK_MILLISECONDS}"
    return Database(_postgresql_engine(parsed, limits, pool_size=SERVER_CONNECTIONS))


def _postgresql_engine(url: URL, options: str = "", **more: Any) -> Engine:
    """Connections that see everybody's rows until they are told whose: without a word the policies show nothing."""
    parts = (str(url.query.get("options", "")), "-c studio.user_id=*", options)
    return create_engine(
        url.difference_update_query(["options"]),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"options": " ".join(part for part in parts if part)},
        **more,
    )


def parse_url(url: str) -> URL:
    """Read a database URL; every PostgreSQL spelling becomes psycopg 3. Raises Misconfigured for anything else."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise Misconfigured("STUDIO_DATABASE_URL is not a database URL.", hint=_URL_HINT) from error
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return parsed.set(drivername="sqlite")
    raise Misconfigured(f"studio keeps its data in SQLite or PostgreSQL, not in {parsed.drivername}.", hint=_URL_HINT)


_URL_HINT = "Write sqlite:////folder/studio.sqlite3 or postgresql://user@host/name."


def _sqlite_engine(url: URL) -> Engine:
    if url.database:
        _make_folder(Path(url.database).parent)
    engine = create_engine(url, hide_parameters=True, connect_args={"isolation_level": None})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"The data folder {folder} cannot be made: {error.strerror}.", hint="Set STUDIO_DATA_DIR to another folder."
        ) from error


def _set_pragmas(connection: sqlite3.Connection, record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    # Left alone, sqlite3 begins at the first write, and two processes can both read a balance before either spends.
    mode = connection.get_execution_options().get("studio_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")
