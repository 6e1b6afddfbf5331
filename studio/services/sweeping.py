"""The sweep: sees to calls whose runs have ended, before anybody asks for them. One look when there is nothing."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import column, text

from studio.db.engine import Database
from studio.db.models.generation import Generation
from studio.services import journal
from studio.services.holdings import drop
from studio.services.ledger.accounts import lock

MOST_AT_ONCE = 100
"""Calls that one sweep sees to, so that no command waits for long; the next one goes on."""

_LEFT = text(
    "SELECT id, user_id FROM generation"
    # As the partial index says it, or SQLite does not use it.
    " WHERE state IN ('ready', 'submitting', 'submitted', 'uncertain')"
    " AND (state = 'submitting' OR state = 'ready' AND COALESCE(sent_at, created_at) < :before)"
    " AND (CAST(:user_id AS TEXT) IS NULL OR user_id = :user_id) ORDER BY id LIMIT :most"
).columns(column("id"), column("user_id"))


def sweep(database: Database, now: int, user_id: str | None = None, wanted: Collection[str] = ()) -> int:
    """Give back what was set aside for calls that were never sent, and call uncertain what died on its way.

    Of this person, or of everybody; gives how many calls it changed. Nothing is asked of a provider. Unsent calls for
    the wishes in `wanted` stay, because a run is about to go on with them."""
    asked = {"before": now - journal.LEASE_MILLISECONDS, "user_id": user_id, "most": MOST_AT_ONCE}
    with database.read() as session:
        left = session.connection().execute(_LEFT, asked).all()
    return sum(_see_to(database, now, row.id, row.user_id, wanted) for row in left)


def _see_to(database: Database, now: int, id: str, user_id: str, wanted: Collection[str]) -> bool:
    with database.read() as session:
        if not _is_due(session.get_one(Generation, id), now, wanted):
            return False
    with database.write() as session:
        lock(session, user_id, now)
        row = session.get_one(Generation, id)
        if not _is_due(row, now, wanted):
            return False
        if row.state == "submitting":
            return journal.lost_owner(session, row)
        return drop(session, row, "It was never sent.", now)


def _is_due(row: Generation, now: int, wanted: Collection[str]) -> bool:
    if row.state == "submitting":
        return journal.is_abandoned(row, now)
    since = row.sent_at or row.created_at
    is_old = since + journal.LEASE_MILLISECONDS < now
    return row.state == "ready" and is_old and row.client_key.partition(":")[0] not in wanted
