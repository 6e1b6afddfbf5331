"""The inbox: a message is verified, written down, committed, answered, and only then takes effect, once.

What cannot take effect yet stays `received` and is tried again, each time after a longer pause; what never can is
`dead`, with the reason, until an administrator asks for it again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from studio.db.engine import Database
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import (
    Conflict,
    Misconfigured,
    NotFound,
    RateLimited,
    Rejected,
    ServiceFailed,
    StudioError,
    TooLarge,
    Uncertain,
)
from studio.domain.text import one_line
from studio.services.webhooks.source import Incoming, Source

LARGEST_BODY_BYTES = 64 * 1024

GRACE_MILLISECONDS = 60_000
"""A message is left to whoever took it in for this long, and then to anybody."""

_PAUSE_MILLISECONDS = 30_000
_LONGEST_PAUSE_MILLISECONDS = 6 * 3_600_000
_LONGEST_ERROR = 500

_FOR_LATER = (ServiceFailed, RateLimited, Misconfigured, Uncertain)
"""What passes by itself or is put right by the operator; a verdict (`Rejected`) is not among it."""

_log = logging.getLogger("studio.webhooks")


@dataclass(frozen=True)
class Taken:
    """A message that is written down. `is_new` is False for one that had been already."""

    source: str
    event_id: str
    type: str
    state: str
    is_new: bool


class Inbox:
    """Messages of all sources that this studio listens to, by name."""

    def __init__(self, database: Database, sources: Mapping[str, Source], clock: Clock = system_clock) -> None:
        self.database = database
        self.sources = sources
        self.clock = clock

    def take(self, source: str, headers: Mapping[str, str], body: bytes) -> Taken:
        """Verify the raw body and write it down; it is committed when this returns, and may be answered.

        Header names are in lower case. Raises TooLarge, what the source's `verify` raises, NotFound for an unknown
        source, and Conflict when another message came under the same id."""
        if len(body) > LARGEST_BODY_BYTES:
            raise TooLarge(f"A message may have {LARGEST_BODY_BYTES:,} bytes at most.")
        incoming = self._source(source).verify(headers, body, self.clock())
        return self._written_down(incoming)

    def process(self, source: str, event_id: str) -> str:
        """Let a message take effect, and give its state: `applied`, `ignored`, `dead`, or `received` for later.

        Whoever asks again, or at the same moment, finds it done. Raises NotFound for a message that was never taken."""
        sender = self._source(source)
        with self.database.read() as session:
            row = session.connection().execute(_FIND, {"source": source, "event_id": event_id}).one_or_none()
        if row is None:
            raise NotFound(f"There is no message {one_line(event_id)} of {source}.", hint="studio admin webhooks list")
        if row.state != "received":
            return str(row.state)
        return self._worked_on(sender, Incoming(source, event_id, row.type, bytes(row.body), row.received_at))

    def process_waiting(self, limit: int = 50) -> int:
        """Work on up to `limit` messages whose time has come, the oldest first; gives how many there were.

        Each is claimed for a minute by moving its next turn, so that two processes do not ask elsewhere about the
        same one; that it takes effect once is up to the row's lock."""
        done = 0
        for source, event_id, retry_at in self._due(limit):
            if self._claim(source, event_id, retry_at):
                self.process(source, event_id)
                done += 1
        return done

    def _source(self, name: str) -> Source:
        try:
            return self.sources[name]
        except KeyError:
            raise NotFound(f"This studio does not listen to {one_line(name)}.") from None

    def _written_down(self, incoming: Incoming) -> Taken:
        values = _row_of(incoming)
        with self.database.write() as session:
            connection = session.connection()
            is_new = connection.execute(_INSERT, values).rowcount == 1
            state = "received" if is_new else _state_of_known(connection, values)
        return Taken(incoming.source, incoming.event_id, incoming.type, state, is_new)

    def _worked_on(self, sender: Source, incoming: Incoming) -> str:
        try:
            return self._applied(sender, incoming, sender.prepare(incoming))
        except Rejected as error:
            return self._note_dead(incoming, error)
        except _FOR_LATER as error:
            return self._note_later(incoming, error.message)
        except StudioError as error:
            return self._note_dead(incoming, error)
        except SQLAlchemyError as error:
            _log.warning("message %s of %s waits for the database", incoming.event_id, incoming.source, exc_info=error)
            return self._note_later(incoming, f"The database failed: {type(error).__name__}.")
        except Exception as error:  # noqa: BLE001 - it is logged with its traceback, and the message stays
            # A fault of studio's own: the message must survive it, and the next version may do better.
            _log.exception("message %s of %s met a bug", incoming.event_id, incoming.source)
            return self._note_later(incoming, f"Unexpected error: {type(error).__name__}.")

    def _applied(self, sender: Source, incoming: Incoming, prepared: object) -> str:
        with self.database.write() as session:
            connection = session.connection()
            lock = _LOCK_ON_POSTGRESQL if connection.dialect.name == "postgresql" else _LOCK
            state = connection.execute(lock, _key(incoming)).scalar_one()
            if state != "received":
                return str(state)
            outcome = sender.apply(session, incoming, prepared)
            session.flush()
            connection.execute(_FINISH, {**_key(incoming), "state": outcome, "error": None, "now": self.clock()})
            return outcome

    def _note_dead(self, incoming: Incoming, error: StudioError) -> str:
        reason = _short(error.message)
        _log.warning("message %s of %s can never take effect: %s", incoming.event_id, incoming.source, reason)
        return self._note(_FINISH, incoming, state="dead", error=reason, now=self.clock())

    def _note_later(self, incoming: Incoming, reason: str) -> str:
        return self._note(_LATER, incoming, error=_short(reason), now=self.clock())

    def _note(self, statement: Any, incoming: Incoming, **values: Any) -> str:
        with self.database.write() as session:
            connection = session.connection()
            connection.execute(statement, {**_key(incoming), **values})
            # Somebody else may have finished it meanwhile: then that stands.
            return str(connection.execute(_FIND, _key(incoming)).one().state)

    def _due(self, limit: int) -> Sequence[tuple[str, str, int]]:
        with self.database.read() as session:
            values = {"now": self.clock(), "limit": limit, "sources": list(self.sources)}
            return [(*row,) for row in session.connection().execute(_DUE, values)]

    def _claim(self, source: str, event_id: str, retry_at: int) -> bool:
        values = {"source": source, "event_id": event_id, "seen": retry_at, "next": self.clock() + GRACE_MILLISECONDS}
        with self.database.write() as session:
            return session.connection().execute(_CLAIM, values).rowcount == 1


_INSERT = text(
    "INSERT INTO webhookevent"
    " (source, event_id, type, body, body_sha256, received_at, state, attempts, retry_at)"
    " VALUES (:source, :event_id, :type, :body, :sha256, :received_at, 'received', 0, :retry_at)"
    " ON CONFLICT (source, event_id) DO NOTHING"
)
_WHERE = "WHERE source = :source AND event_id = :event_id"
_FIND = text(f"SELECT type, body, body_sha256, received_at, state FROM webhookevent {_WHERE}")
_LOCK = text(f"SELECT state FROM webhookevent {_WHERE}")
_LOCK_ON_POSTGRESQL = text(f"{_LOCK.text} FOR UPDATE")
_FINISH = text(
    "UPDATE webhookevent SET state = :state, error = :error, attempts = attempts + 1, finished_at = :now"
    f" {_WHERE} AND state = 'received'"
)
_PAUSE = (
    f"CASE WHEN attempts > 9 THEN {_LONGEST_PAUSE_MILLISECONDS}"
    f" ELSE {_PAUSE_MILLISECONDS} * (1 << CAST(attempts AS INTEGER)) END"
)
_LATER = text(
    f"UPDATE webhookevent SET error = :error, attempts = attempts + 1, retry_at = :now + {_PAUSE}"
    f" {_WHERE} AND state = 'received'"
)
_DUE = text(
    "SELECT source, event_id, retry_at FROM webhookevent WHERE state = 'received' AND retry_at <= :now"
    " AND source IN :sources ORDER BY retry_at, received_at, source, event_id LIMIT :limit"
).bindparams(bindparam("sources", expanding=True))
_CLAIM = text(f"UPDATE webhookevent SET retry_at = :next {_WHERE} AND state = 'received' AND retry_at = :seen")


def _row_of(incoming: Incoming) -> dict[str, Any]:
    return {
        "source": incoming.source,
        "event_id": incoming.event_id,
        "type": incoming.type,
        "body": incoming.body,
        "sha256": hashlib.sha256(incoming.body).hexdigest(),
        "received_at": incoming.received_at,
        "retry_at": incoming.received_at + GRACE_MILLISECONDS,
    }


def _state_of_known(connection: Connection, values: Mapping[str, Any]) -> str:
    known = connection.execute(_FIND, {name: values[name] for name in ("source", "event_id")}).one()
    if known.body_sha256 != values["sha256"]:
        _log.error("message %s of %s came again with another body", values["event_id"], values["source"])
        raise Conflict("Another message was taken under this id.", details={"id": values["event_id"]})
    return str(known.state)


def _key(incoming: Incoming) -> dict[str, str]:
    return {"source": incoming.source, "event_id": incoming.event_id}


def _short(reason: str) -> str:
    return one_line(reason)[:_LONGEST_ERROR]
