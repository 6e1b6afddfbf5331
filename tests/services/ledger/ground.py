"""Where ledgers are tried: databases with a user, in memory or in a file, and short words for common movements."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlmodel import select

from studio.db.engine import Database, open_database
from studio.db.models import CreditGrant, User
from studio.domain.credits import Balance, FeatureKey, price
from studio.domain.ids import new_id
from studio.services.ledger import Receipt, Usage, grant, reserve, transact, verify

NOW = 1_800_000_000_000
DAY = 24 * 60 * 60 * 1000

USAGE = Usage(
    "shorts.media", price(FeatureKey.IMAGE_GENERATION), "fal", "request-1", "flux/schnell", "short-1", 2, 30_000
)


def in_memory(template: Path) -> Database:
    """A copy of a migrated SQLite file that lives in memory."""
    database = open_database("sqlite://")
    source = sqlite3.connect(template)
    with database.engine.connect() as connection:
        target = connection.connection.driver_connection
        assert isinstance(target, sqlite3.Connection)
        source.backup(target)
    source.close()
    return database


def new_user(database: Database) -> str:
    user_id = new_id()
    with database.write() as session:
        session.add(User(id=user_id, email=f"{user_id}@example.com"))
    return user_id


def give(database: Database, user_id: str, amount: int, **kwargs: object) -> Receipt:
    """Grant from a payment of its own unless said otherwise."""
    name = new_id()
    wish = {"source": "payment", "source_id": name, "key": name, "actor": "asaas", "now": NOW} | kwargs
    return transact(database, grant, user_id, amount, **wish)  # type: ignore[arg-type]  # tests pass bad things too


def hold(database: Database, user_id: str, amount: int, *, now: int = NOW, key: str = "") -> str:
    receipt = transact(database, reserve, user_id, amount, key=key or new_id(), expires_at=now + DAY, now=now)
    return str(receipt.hold_id)


def standing(database: Database, user_id: str) -> Balance:
    """The balance row itself, what is due to expire included."""
    with database.read() as session:
        row = session.connection().exec_driver_sql(
            f"SELECT balance - held, held, debt FROM creditbalance WHERE user_id = '{user_id}'"
        )
        return Balance(*row.one())


def remaining(database: Database, user_id: str) -> dict[str, int]:
    """What is left of each lot, by its source id."""
    with database.read() as session:
        lots = session.exec(select(CreditGrant).where(CreditGrant.user_id == user_id)).all()
    return {lot.source_id: lot.remaining for lot in lots}


def lots_of(database: Database, user_id: str) -> list[CreditGrant]:
    with database.read() as session:
        return list(session.exec(select(CreditGrant).where(CreditGrant.user_id == user_id).order_by(CreditGrant.id)))  # type: ignore[arg-type]


def assert_sound(database: Database) -> None:
    with database.read() as session:
        assert verify(session) == []
