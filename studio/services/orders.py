"""Orders: what is asked of a model elsewhere is sent once, waited for, and found again after a crash.

Each step is written in the journal before and after it, and no transaction is open while the provider is asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from studio.db.engine import Database
from studio.db.models.generation import Generation
from studio.domain.clock import Clock
from studio.domain.errors import (
    KeyRefused,
    Misconfigured,
    NotSent,
    RateLimited,
    Refused,
    Rejected,
    ServiceFailed,
    StudioError,
    Uncertain,
)
from studio.domain.progress import Cancelled, never
from studio.domain.remote import Answer, ClipRequest, RemoteModel, RemoteRequest, Ticket
from studio.services import journal, told
from studio.services.rhythm import Rhythm, retry_seconds
from studio.services.work import NeverArrived, Read, Verdict, Work

MOST_SENDS = 3
"""How often an order is tried that cannot have arrived."""

MOST_REPEATS = 1
"""How often a cheap order is sent once more when nobody knows what became of it."""

CLOCK_DIFFERENCE = 60 * 60 * 1000
"""Milliseconds by which a provider's clock may differ from ours."""

_Made = TypeVar("_Made")
_LOG = logging.getLogger(__name__)


class Orders:
    """Brings calls of one model to their end."""

    def __init__(
        self,
        database: Database,
        model: RemoteModel,
        clock: Clock,
        pause: Callable[[float], None],
        cancelled: Cancelled = never,
    ) -> None:
        self.database = database
        self.model = model
        self.clock = clock
        self.pause = pause
        self.cancelled = cancelled

    def take_over(self, row: Generation) -> None:
        """Make sure where the call of an earlier run stands: afterwards it is to be sent, or has been taken.

        Waits while another run is sending it. Raises Uncertain while nobody knows, NeverArrived when it is known that
        it has to be begun anew, Conflict when another run has ended it."""
        while row.state not in ("ready", "submitted"):
            if row.state == "uncertain":
                self._look_up(row)
            elif row.state != "submitting":
                raise told.ended_meanwhile()
            elif journal.is_abandoned(row, self.clock()):
                with self.database.write() as session:
                    journal.lost_owner(session, row)
                self._refresh(row)
            else:
                self._rest(0.5, row)
                self._refresh(row)

    def fulfil(self, row: Generation, work: Work[_Made], read: Read) -> _Made:
        """Send what has still to be asked, wait for it, and give the result.

        Work that `stands` after some answers is not lost by a later request that fails. Raises Verdict when it is
        over, and otherwise what says why the call stays open."""
        try:
            self._have_answered(row, work, read)
        except (Verdict, Uncertain) as error:
            if not work.stands(journal.answers_of(row)):
                raise
            _LOG.info("%s stands as it is: %s", row.id, error)
            if isinstance(error, Verdict):
                row.cost_microusd = journal.total_cost(row.cost_microusd, error.cost_microusd)
        return self._result(row, work, journal.answers_of(row))

    def _have_answered(self, row: Generation, work: Work[_Made], read: Read) -> None:
        """Send and wait until there is nothing more to ask."""
        tries = 0
        while (request := work.next(journal.answers_of(row))) is not None:
            if row.state == "submitted" and row.ticket:
                self._wait(row, request)
                continue
            try:
                self._send(row, request, read)
            except (NotSent, RateLimited) as error:
                tries += 1
                if tries == MOST_SENDS:
                    raise Verdict(error) from error
                self._rest(retry_seconds(error, tries), row)

    def ask(self, row: Generation) -> None:
        """Ask once what became of an order that was taken, and keep the answer if it is there. Raises Verdict."""
        ticket = journal.ticket_of(row)
        answer = self._look(row, ticket) if ticket else None
        if answer is not None:
            self._answered(row, answer)

    def _send(self, row: Generation, request: RemoteRequest, read: Read) -> None:
        try:
            order = self.model.prepare(request, read)
        except StudioError as error:
            # Nothing has been asked for, so nothing can come.
            raise Verdict(error) from error
        with self.database.write() as session:
            is_ours = journal.submitting(session, row, journal.payload_of(order), self.clock())
        if not is_ours:
            self._refresh(row)
            self.take_over(row)
            return
        self._check_fence(row)
        try:
            answer = self.model.send(order, row.id, lambda ticket: self._accept(row, ticket), self.cancelled)
        except (NotSent, RateLimited):
            with self.database.write() as session:
                journal.not_sent(session, row)
            raise
        except Uncertain as error:
            self._leave_uncertain(row, error.message)
            raise (told.detached(self.database, row) if self.cancelled() else self._unknown(row)) from error
        except StudioError as error:
            raise Verdict(error) from error
        except BaseException as error:
            self._leave_uncertain(row, type(error).__name__)
            raise
        if answer is not None:
            self._answered(row, answer)
        elif not row.ticket:
            self._leave_uncertain(row, "It was taken without a request id.")
            raise self._unknown(row)

    def _check_fence(self, row: Generation) -> None:
        """Whoever was asleep for too long must not send: others may have given the order up meanwhile."""
        if self.clock() + journal.SEND_MILLISECONDS <= (row.lease_until or 0):
            return
        with self.database.write() as session:
            journal.not_sent(session, row)
        raise told.slept()

    def _accept(self, row: Generation, ticket: Ticket) -> None:
        try:
            with self.database.write() as session:
                is_open = journal.submitted(session, row, ticket)
        except IntegrityError as error:
            # An equal call that nobody knew the end of has been looked up meanwhile, and found this order.
            raise Uncertain("Another call has taken this order for its own.") from error
        if not is_open:
            self._call_off(row, ticket)
            raise told.ended_meanwhile()

    def _call_off(self, row: Generation, ticket: Ticket) -> None:
        """Nobody waits for this order any more, unless a call has found it meanwhile and taken it for its own."""
        with self.database.read() as session:
            known = select(Generation.id).where(Generation.provider == row.provider)
            if session.exec(known.where(Generation.provider_request_id == ticket.request_id)).first():
                return
        try:
            is_dropped = self.model.cancel(ticket)
        except StudioError as error:
            _LOG.info("%s cannot be asked to drop %s: %s", row.provider, ticket.request_id, error)
            is_dropped = False
        outcome = "agreed to drop it, and may charge for it" if is_dropped else "goes on with it, and charges for it"
        _LOG.error(
            "orphan_paid: %s has taken %s of the call %s, which had ended, and %s",
            row.provider,
            ticket.request_id,
            row.id,
            outcome,
        )

    def _answered(self, row: Generation, answer: Answer) -> None:
        with self.database.write() as session:
            is_open = journal.answered(session, row, answer)
        if not is_open:
            raise told.ended_meanwhile()

    def _leave_uncertain(self, row: Generation, reason: str) -> None:
        with self.database.write() as session:
            journal.uncertain(session, row, reason)

    def _wait(self, row: Generation, request: RemoteRequest) -> None:
        """Ask until the answer is there. A time-out of ours is no verdict."""
        started, rhythm = self.clock(), Rhythm(is_clip=isinstance(request, ClipRequest))
        while (ticket := journal.ticket_of(row)) is not None:
            try:
                answer = self._look(row, ticket)
            except KeyRefused as error:
                # It is the question that was refused, not the order: that goes on, and is held.
                raise told.cannot_ask(self.database, row, error) from error
            if answer is not None:
                self._answered(row, answer)
                return
            if not row.ticket:
                return
            waited = (self.clock() - started) / 1000
            if waited > rhythm.patience_seconds:
                raise told.still_made(self.database, row)
            self._rest(rhythm.seconds(waited), row)

    def _look(self, row: Generation, ticket: Ticket) -> Answer | None:
        try:
            return self.model.look(journal.order_of(row), ticket)
        except Rejected as error:
            if error.details.get("is_unknown") and self.clock() < self._known_by(row):
                return None
            if not self._repeats(row, error.details.get("cost_microusd")):
                raise Verdict(error) from error
            return None
        except KeyRefused:
            raise
        except (ServiceFailed, RateLimited) as error:
            _LOG.info("no news of %s: %s", row.id, error)
            return None

    def _repeats(self, row: Generation, cost_microusd: int | None = None) -> bool:
        """Have an order sent once more, if it is of the kind that may be."""
        if not self.model.may_repeat or row.attempt > len(journal.answers_of(row)) + MOST_REPEATS:
            return False
        with self.database.write() as session:
            is_ours = journal.to_be_repeated(session, row, cost_microusd)
        if not is_ours:
            # Another run was faster, and may have sent it by now.
            self._refresh(row)
        return True

    def _look_up(self, row: Generation) -> None:
        """Find out what became of an order of which nobody knows whether it arrived."""
        ticket = journal.ticket_of(row)
        has_looked = True
        if ticket is None:
            try:
                ticket = self._unclaimed(row)
            except StudioError as error:
                _LOG.info("%s cannot be asked about %s: %s", row.provider, row.id, error)
                has_looked = False
        if ticket is not None:
            # A call that has taken the same order for its own meanwhile keeps it: then the next one is looked for.
            with suppress(IntegrityError), self.database.write() as session:
                journal.submitted(session, row, ticket)
            self._refresh(row)
        elif self._repeats(row):
            self._refresh(row)
        elif has_looked and self.clock() >= self._known_by(row):
            raise NeverArrived
        else:
            raise self._unknown(row)

    def _unclaimed(self, row: Generation) -> Ticket | None:
        """The provider's oldest equal order that is not another call's already."""
        since = (row.sent_at or row.created_at) - CLOCK_DIFFERENCE
        tickets = self.model.find(journal.order_of(row), since)
        with self.database.read() as session:
            ids = [ticket.request_id for ticket in tickets]
            own = select(Generation.provider_request_id).where(Generation.provider == row.provider)
            taken = set(session.exec(own.where(col(Generation.provider_request_id).in_(ids))))
        return next((ticket for ticket in tickets if ticket.request_id not in taken), None)

    def _result(self, row: Generation, work: Work[_Made], answers: Sequence[Answer]) -> _Made:
        try:
            return work.result(answers, self.model.fetch)
        except Misconfigured:
            # A host that is not on the list yet: what was paid for stays there.
            raise
        except (Rejected, Refused) as error:
            error.hint = error.hint or told.ANEW
            raise Verdict(error) from error
        except ServiceFailed as error:
            raise told.not_fetched(row, error) from error

    def _rest(self, seconds: float, row: Generation) -> None:
        waited = 0.0
        while True:
            if self.cancelled():
                raise told.detached(self.database, row)
            if waited >= seconds:
                return
            part = min(0.5, seconds - waited)
            self.pause(part)
            waited += part

    def _refresh(self, row: Generation) -> None:
        with self.database.read() as session:
            stored = session.get_one(Generation, row.id)
            for name in Generation.model_fields:
                setattr(row, name, getattr(stored, name))

    def _known_by(self, row: Generation) -> int:
        """Until when the provider would have listed the order, in epoch milliseconds."""
        return (row.sent_at or row.created_at) + int(self.model.window_seconds * 1000)

    def _unknown(self, row: Generation) -> Uncertain:
        return told.unknown(self.database, row, self._known_by(row))
