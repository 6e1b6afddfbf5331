"""Letting credits expire for their own sake; every other movement does it on the way."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from studio.db.engine import Database
from studio.services.ledger.lots import open_account
from studio.services.ledger.receipts import Receipt

_DUE = text(
    "SELECT DISTINCT user_id FROM creditgrant WHERE remaining > 0 AND expires_at <= :now ORDER BY user_id LIMIT :limit"
)


def expire(session: Session, user_id: str, *, now: int) -> Receipt:
    """Let everything of one person expire that is due at `now` (epoch milliseconds). Raises NotFound."""
    return Receipt(open_account(session, user_id, now).stand())


def sweep(database: Database, *, now: int, limit: int = 1000) -> int:
    """Let what is due expire for up to `limit` people, a transaction each; gives how many people it was."""
    with database.read() as session:
        people = session.connection().execute(_DUE, {"now": now, "limit": limit}).scalars().all()
    for user_id in people:
        with database.write() as session:
            expire(session, user_id, now=now)
    return len(people)
