"""Where the tables stand, bringing them up to date, and refusing what a newer studio wrote."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlmodel import SQLModel

import studio.db.models  # noqa: F401 - makes every table known to the metadata
from studio.db.engine import Database, open_database
from studio.db.schema import HEAD, MIGRATIONS, SchemaState, require_current, schema_state, upgrade
from studio.domain.errors import Misconfigured
from tests.postgres import Cluster


def test_head_is_the_newest_revision_in_the_folder() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_migrations_make_exactly_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)

    assert differences == []


def test_embedded_database_is_brought_up_to_date_by_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'studio.sqlite3'}"

    require_current(url)

    assert schema_state(url) is SchemaState.CURRENT


def test_empty_postgres_is_left_alone_and_named(postgres: Cluster) -> None:
    postgres.execute("CREATE DATABASE bare")

    with pytest.raises(Misconfigured, match="empty") as caught:
        require_current(postgres.url("bare"))

    assert caught.value.hint == "Run once: studio admin db upgrade"
    postgres.execute("DROP DATABASE bare")


def test_database_of_a_newer_studio_is_refused(database: Database, database_url: str) -> None:
    with database.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Misconfigured, match="newer studio"):
        require_current(database_url)


def test_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "studio.sqlite3"
    file.write_bytes(b"this is no database, whatever its name says" * 50)

    with pytest.raises(Misconfigured, match="not a studio database"):
        require_current(f"sqlite:///{file}")


def test_unreachable_postgres_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be reached"):
        require_current(f"postgresql://nobody@/none?host={tmp_path}")


def _upgrade(url: str) -> None:
    upgrade(url)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_several_first_starts_at_once_all_succeed(engine: str, tmp_path: Path, postgres: Cluster) -> None:
    if engine == "postgres":
        postgres.execute("CREATE DATABASE first_start")
    url = postgres.url("first_start") if engine == "postgres" else f"sqlite:///{tmp_path / 'first.sqlite3'}"
    spawning = multiprocessing.get_context("spawn")
    processes = [spawning.Process(target=_upgrade, args=(url,)) for _ in range(3)]

    for process in processes:
        process.start()
    for process in processes:
        process.join(60)

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert schema_state(url) is SchemaState.CURRENT
    if engine == "postgres":
        postgres.execute("DROP DATABASE first_start")


def test_sqlite_is_opened_for_money(sqlite_url: str) -> None:
    database = open_database(sqlite_url)

    with database.read() as session:
        pragmas = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
        strict = session.connection().exec_driver_sql("SELECT name FROM pragma_table_list WHERE strict = 0").fetchall()
    database.close()

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert {name for (name,) in strict} <= {"alembic_version", "sqlite_schema", "sqlite_temp_schema"}
