"""What a system outside says about somebody's credits, as movements of the ledger.

A change counts whenever it arrives, unless a newer balance has it in already. A balance was computed before spends
that it has not seen: it is put right from the moment or the entry it knew, so that those stay spent."""

from __future__ import annotations

import logging

from sqlalchemy import text
from sqlmodel import Session

from studio.contracts.user_events import UserEventData
from studio.db.models.external_identity import ExternalIdentity
from studio.db.models.user import User
from studio.domain.clock import Clock
from studio.services import ledger
from studio.services.ledger.accounts import lock

_log = logging.getLogger("studio.webhooks")

_NEWEST_ENTRY = text("SELECT COALESCE(MAX(seq), 0) FROM creditentry WHERE user_id = :user_id AND created_at <= :moment")


class UserCredits:
    """Credits after the events of one source."""

    def __init__(self, source: str, clock: Clock) -> None:
        self.source = source
        self.clock = clock

    def move(self, session: Session, user: User, external_id: str, data: UserEventData, event_id: str, at: int) -> bool:
        """Move what the event says; False when it says nothing, or something older than what is known.

        `at` is when it happened, in epoch milliseconds. Where it tells a change and a balance, the change counts and
        the balance is compared only. Raises Invalid for an entry that does not exist."""
        if data.credit_delta is not None:
            self._change(session, user, data, event_id, at)
            return True
        return data.credits_remaining is not None and self._set(session, user, external_id, data, event_id, at)

    def _change(self, session: Session, user: User, data: UserEventData, event_id: str, at: int) -> None:
        assert data.credit_delta is not None
        receipt = ledger.external_change(
            session,
            user.id,
            data.credit_delta,
            source=self.source,
            event_id=event_id,
            now=self.clock(),
            sequence=at,
            event_at=at,
        )
        balance = receipt.balance
        posted = balance.available + balance.held - balance.debt
        if data.credits_remaining not in (None, posted):
            _log.warning(
                "event %s of %s says %s, and %s are here", event_id, self.source, data.credits_remaining, posted
            )

    def _set(self, session: Session, user: User, external_id: str, data: UserEventData, event_id: str, at: int) -> bool:
        assert data.credits_remaining is not None
        # Locked first: an entry that is about to be written is counted or comes after.
        lock(session, user.id, self.clock())
        as_of = self._entry(session, user, data)
        identity = session.get_one(ExternalIdentity, (self.source, external_id))
        if as_of is not None and as_of < (identity.as_of or 0):
            return False
        ledger.external_balance(
            session,
            user.id,
            data.credits_remaining,
            source=self.source,
            event_id=event_id,
            now=self.clock(),
            as_of=as_of,
            sequence=data.as_of_moment or at,
            event_at=at,
        )
        identity.as_of = identity.as_of if as_of is None else as_of
        session.add(identity)
        return True

    def _entry(self, session: Session, user: User, data: UserEventData) -> int | None:
        moment = data.as_of_moment
        if moment is None:
            return data.as_of if isinstance(data.as_of, int) else None
        values = {"user_id": user.id, "moment": moment}
        return int(session.connection().execute(_NEWEST_ENTRY, values).scalar_one())
