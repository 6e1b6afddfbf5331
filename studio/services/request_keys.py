"""Idempotency keys of HTTP: the same request under the same key is answered again, and not done again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from studio.db.engine import Database
from studio.db.models.request_key import RequestKey
from studio.db.upsert import insert_if_new
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Conflict, Refused

LONGEST_KEY = 255
KEPT_MILLISECONDS = 7 * 24 * 60 * 60 * 1000
ABANDONED_MILLISECONDS = 60 * 60 * 1000
"""After this time a request without an answer is taken for one whose process died: it may be asked again."""


@dataclass(frozen=True)
class Kept:
    """An answer that was given under a key."""

    status: int
    body: bytes


class RequestKeys:
    """One person's keys."""

    def __init__(self, database: Database, user_id: str, clock: Clock = system_clock) -> None:
        self.database = database
        self.user_id = user_id
        self.clock = clock

    def begin(self, key: str, request: bytes) -> Kept | None:
        """The answer that was given already; None for a new request, which is noted as being worked on.

        Raises Conflict for another request under the same key, and while the first is still worked on."""
        if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
            raise Refused(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.")
        digest, now = hashlib.sha256(request).hexdigest(), self.clock()
        new = RequestKey(owner_id=self.user_id, key=key, request_sha256=digest, created_at=now)
        with self.database.write() as session:
            # Of two at once the second waits for the first, and finds that row.
            if insert_if_new(session, new, "owner_id", "key"):
                return None
            known = session.exec(self._row(key).with_for_update()).one()
            return self._repeated(session, known, digest, now)

    def _repeated(self, session: Session, row: RequestKey, digest: str, now: int) -> Kept | None:
        if row.request_sha256 != digest:
            raise Conflict(
                "This Idempotency-Key was used for another request.", hint="Use a new key for a new request."
            )
        if row.status is not None:
            return Kept(row.status, (row.answer or "").encode())
        if row.created_at + ABANDONED_MILLISECONDS > now:
            raise Conflict("The same request is being worked on.", hint="Ask again in a moment under the same key.")
        row.created_at = now
        session.add(row)
        return None

    def keep(self, key: str, status: int, body: bytes) -> None:
        """Note the answer that repetitions get."""
        with self.database.write() as session:
            row = session.exec(self._row(key)).one()
            row.status, row.answer = status, body.decode()
            session.add(row)

    def forget(self, key: str) -> None:
        """Let the request be tried again: it failed, and what is done twice in a service is done once anyway."""
        with self.database.write() as session:
            found = session.exec(self._row(key)).one_or_none()
            if found is not None and found.status is None:
                session.delete(found)

    def _row(self, key: str) -> SelectOfScalar[RequestKey]:
        return select(RequestKey).where(RequestKey.owner_id == self.user_id, RequestKey.key == key)


def forget_old_keys(database: Database, clock: Clock = system_clock) -> None:
    """Remove the keys that nobody repeats any more."""
    with database.write() as session:
        session.connection().execute(delete(RequestKey).where(col(RequestKey.created_at) < clock() - KEPT_MILLISECONDS))
