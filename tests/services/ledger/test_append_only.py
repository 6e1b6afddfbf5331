"""Nobody rewrites what happened: entries and usage refuse every statement that changes or removes a row."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from studio.db.engine import Database
from studio.services.ledger import capture, transact
from tests.services.ledger.ground import NOW, USAGE, assert_sound, give, hold, new_user

TABLES = ("creditentry", "usagehistory")


@pytest.fixture
def used(database: Database) -> Database:
    user_id = new_user(database)
    give(database, user_id, 10)
    transact(database, capture, hold(database, user_id, 5), 5, USAGE, now=NOW)
    return database


def _refused(database: Database, statement: str) -> str:
    with pytest.raises(DBAPIError) as caught, database.write() as session:
        session.connection().execute(text(statement))
    assert_sound(database)
    return str(caught.value.orig)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET created_at = 0", "DELETE FROM {}"])
def test_rows_are_neither_changed_nor_removed(table: str, statement: str, used: Database) -> None:
    assert f"{table} is append-only" in _refused(used, statement.format(table))


@pytest.mark.parametrize("table", TABLES)
def test_replacing_a_row_on_sqlite_is_refused(table: str, used: Database) -> None:
    if used.engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")

    answer = _refused(used, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

    assert f"{table} is append-only" in answer


@pytest.mark.parametrize("table", TABLES)
def test_updating_on_conflict_is_refused(table: str, used: Database) -> None:
    columns = f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET created_at = 0"

    assert f"{table} is append-only" in _refused(used, columns)


@pytest.mark.parametrize(
    "statement", ["TRUNCATE creditentry CASCADE", "TRUNCATE usagehistory", "TRUNCATE creditbalance CASCADE"]
)
def test_truncating_on_postgresql_is_refused(statement: str, used: Database) -> None:
    if used.engine.dialect.name != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")

    assert "is append-only" in _refused(used, statement)
