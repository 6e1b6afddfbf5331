"""The two roles of docs/deploy/roles.sql: one changes tables, the other works with them and cannot."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import ProgrammingError

from studio.app import Studio
from studio.config import Settings
from studio.contracts.characters import CreateCharacter
from studio.db.engine import Database, open_server_database
from studio.db.models.user import User
from studio.services.ledger import capture, reserve, transact
from studio.services.people import local_owner
from studio.services.principal import Principal
from tests.postgres import find_binaries
from tests.services.ledger.ground import DAY, NOW, USAGE, assert_sound, give

ROLES = Path(__file__).parents[2] / "docs" / "deploy" / "roles.sql"

FORBIDDEN = [
    "UPDATE creditentry SET amount = 5",
    "DELETE FROM creditentry",
    "DELETE FROM usagehistory",
    "UPDATE auditentry SET actor_id = 'x'",
    "TRUNCATE creditentry",
    "UPDATE alembic_version SET version_num = '0001'",
    "ALTER TABLE creditbalance ADD COLUMN more INTEGER",
    "DROP TABLE short",
    "CREATE TABLE mine (id INTEGER)",
]


def test_the_servers_role_can_work_and_cannot_rewrite_history(postgres_url: str, tmp_path: Path) -> None:
    _run_roles(postgres_url)
    _run_roles(postgres_url)  # again after each upgrade, as the page says
    url = postgres_url.replace("postgres@", "studio_app@")
    database = open_server_database(url)
    owner = local_owner(database)

    studio = Studio(Settings(database_url=url, data_dir=tmp_path), database, owner)
    studio.characters.create(CreateCharacter(name="Vega"))
    give(database, owner.user_id, 10)
    held = transact(database, reserve, owner.user_id, 4, key="k", expires_at=NOW + DAY, now=NOW)
    transact(database, capture, str(held.hold_id), 4, USAGE, now=NOW)

    assert_sound(database)
    for statement in FORBIDDEN:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), database.write() as session:
            session.connection().exec_driver_sql(statement)
    database.close()


def test_the_database_itself_keeps_people_apart(postgres_url: str, tmp_path: Path) -> None:
    _run_roles(postgres_url)
    url = postgres_url.replace("postgres@", "studio_app@")
    database = open_server_database(url)
    owner, ana = local_owner(database), User(email="ana@example.com")
    with database.write() as session:
        session.add(ana)
    settings = Settings(database_url=url, data_dir=tmp_path)
    of_ana = database.seen_by(ana.id)
    Studio(settings, database, owner).characters.create(CreateCharacter(name="Vega"))
    theirs = Studio(settings, of_ana, Principal(ana.id, ana.email))
    theirs.characters.create(CreateCharacter(name="Lyra"))
    give(database, ana.id, 10)

    # No condition at all: what a query would see that forgot its own.
    assert _names(database) == ["Lyra", "Vega"]
    assert _names(of_ana) == ["Lyra"]
    assert theirs.credits.me().credits_remaining == 10
    with pytest.raises(ProgrammingError, match="row-level security"), of_ana.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO creditbalance (user_id, balance, held, debt, version) VALUES (%s, 1, 0, 0, 0)",
            (owner.user_id,),
        )
    silent = Database(create_engine(url.replace("postgresql:", "postgresql+psycopg:")))
    assert _names(silent) == []
    silent.close()
    # The next one on the same connection is not taken for Ana.
    assert _names(database) == ["Lyra", "Vega"]
    database.close()


def _names(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.connection().exec_driver_sql("SELECT name FROM character").scalars())


def _run_roles(url: str) -> None:
    binaries = find_binaries()
    assert binaries is not None
    command = [str(binaries / "psql"), url, "-v", "ON_ERROR_STOP=1", "-v", "owner_password=o", "-v", "app_password=a"]
    subprocess.run([*command, "-q", "-f", str(ROLES)], check=True, capture_output=True, timeout=60)
