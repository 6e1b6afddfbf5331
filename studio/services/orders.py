"""Orders: what is asked of a model elsewhere is sent once, waited for, and found again after a crash.

Each step is written in the journal before and after it, and no transaction is open while the provider is asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.credit_hold import CreditHold
from studio.db.models.generation import Generation
from studio.domain.clock import Clock, moment
from studio.domain.errors import (
    Conflict,
    Interrupted,
    Misconfigured,
    NotAllowed,
    NotSent,
    RateLimited,
    Refused,
    Rejected,
    ServiceFailed,
    StudioError,
    Uncertain,
)
from studio.domain.progress import Cancelled, never
from studio.domain.remote import Answer, ClipRequest, Reference, RemoteFile, RemoteModel, RemoteRequest, Ticket
from studio.services import journal

SEND_MILLISECONDS = 100 * 1000
"""The longest a request takes to be sent and taken; with less of the lease left nothing is sent."""

MOST_SENDS = 3
"""How often an order is tried that cannot have arrived."""

MOST_REPEATS = 1
"""How often a cheap order is sent once more when nobody knows what became of it."""

LONGEST_RETRY_SECONDS = 30.0
CLOCK_DIFFERENCE = 60 * 1000
"""Milliseconds by which a provider's clock may differ from ours."""

Read = Callable[[Reference], bytes]
_Made = TypeVar("_Made", covariant=True)
_LOG = logging.getLogger(__name__)


class Work(Protocol[_Made]):
    """What is to be made. All of it follows from the answers alone, so that a crash can replay them."""

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        """What to ask after these answers; None when all is there."""

    def stands(self, answers: Sequence[Answer]) -> bool:
        """Whether these answers are of use already, so that a later question which fails is no reason to lose them."""

    def result(self, answers: Sequence[Answer], fetch: Callable[[RemoteFile], bytes]) -> _Made:
        """What the answers give. Raises Rejected or Refused when nothing can be made of what was delivered."""


class Verdict(Exception):
    """It is over: nothing will come, nobody has to wait, and `error` says why."""

    def __init__(self, error: StudioError) -> None:
        super().__init__(error.message)
        self.error = error

    @property
    def cost_microusd(self) -> int | None:
        """What the provider charges nevertheless; not the person's to pay."""
        return self.error.details.get("cost_microusd")


class NeverArrived(Exception):
    """An order that was uncertain is known not to have arrived."""


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
                raise _ended_meanwhile()
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
                self._rest(_retry_seconds(error, tries), row)

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
            is_ours = journal.submitting(session, row, order, self.clock())
        if not is_ours:
            self._refresh(row)
            self.take_over(row)
            return
        self._check_fence(row)
        try:
            answer = self.model.send(order, row.id, lambda ticket: self._accept(row, ticket))
        except (NotSent, RateLimited):
            with self.database.write() as session:
                journal.not_sent(session, row)
            raise
        except Uncertain as error:
            self._leave_uncertain(row, error.message)
            raise self.uncertain(row) from error
        except StudioError as error:
            raise Verdict(error) from error
        except BaseException as error:
            self._leave_uncertain(row, type(error).__name__)
            raise
        if answer is not None:
            self._answered(row, answer)
        elif not row.ticket:
            self._leave_uncertain(row, "It was taken without a request id.")
            raise self.uncertain(row)

    def _check_fence(self, row: Generation) -> None:
        """Whoever was asleep for too long must not send: others may have given the order up meanwhile."""
        if self.clock() + SEND_MILLISECONDS <= (row.lease_until or 0):
            return
        with self.database.write() as session:
            journal.not_sent(session, row)
        raise Conflict("The computer slept before the request was sent; nothing was sent.", hint=_AGAIN)

    def _accept(self, row: Generation, ticket: Ticket) -> None:
        try:
            with self.database.write() as session:
                is_open = journal.submitted(session, row, ticket)
        except IntegrityError as error:
            # An equal call that nobody knew the end of has been looked up meanwhile, and found this order.
            raise Uncertain("Another call has taken this order for its own.") from error
        if not is_open:
            _LOG.error("orphan_paid: %s has taken %s of the call %s, which had ended", row.provider, ticket, row.id)
            raise _ended_meanwhile()

    def _answered(self, row: Generation, answer: Answer) -> None:
        with self.database.write() as session:
            is_open = journal.answered(session, row, answer)
        if not is_open:
            raise _ended_meanwhile()

    def _leave_uncertain(self, row: Generation, reason: str) -> None:
        with self.database.write() as session:
            journal.uncertain(session, row, reason)

    def _wait(self, row: Generation, request: RemoteRequest) -> None:
        """Ask until the answer is there. A time-out of ours is no verdict."""
        started, rhythm = self.clock(), _Rhythm(isinstance(request, ClipRequest))
        while (ticket := journal.ticket_of(row)) is not None:
            try:
                answer = self._look(row, ticket)
            except NotAllowed as error:
                # It is the question that was refused, not the order: that goes on, and is held.
                raise self._cannot_ask(row, error) from error
            if answer is not None:
                self._answered(row, answer)
                return
            if not row.ticket:
                return
            waited = (self.clock() - started) / 1000
            if waited > rhythm.patience_seconds:
                raise self._still_made(row)
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
            raise self.uncertain(row)

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
            raise Verdict(error) from error
        except ServiceFailed as error:
            raise ServiceFailed(
                f"{error.message} It is made and paid for at {row.provider}.", hint=_AGAIN, details=error.details
            ) from error

    def _rest(self, seconds: float, row: Generation) -> None:
        waited = 0.0
        while True:
            if self.cancelled():
                raise Interrupted(
                    f"Stopped waiting. {_held_words(self.database, row)} {_goes_on(row)}",
                    hint=_AGAIN,
                    details={"generation": row.id},
                )
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

    def uncertain(self, row: Generation) -> Uncertain:
        """What a person is told while nobody knows whether the order arrived."""
        known_by = moment(self._known_by(row))
        return Uncertain(
            f"The request may have reached {row.provider}. {_held_words(self.database, row)} "
            f"Known by {known_by:%H:%M} UTC at the latest.",
            hint=f"Running the same command again is safe: it continues this job ({row.id}).",
            details={"generation": row.id, "known_by": known_by.isoformat()},
        )

    def _cannot_ask(self, row: Generation, error: StudioError) -> Uncertain:
        message = f"{error.message} {_held_words(self.database, row)}"
        return Uncertain(message, hint=error.hint or _AGAIN, details={"generation": row.id})

    def _still_made(self, row: Generation) -> Uncertain:
        return Uncertain(
            f"{row.provider} is still making it. {_held_words(self.database, row)}",
            hint=f"Run the same command again later: it continues this job ({row.id}).",
            details={"generation": row.id},
        )


class _Rhythm:
    """How often to ask: soon at first, then every fortieth of the time that has passed."""

    def __init__(self, is_clip: bool) -> None:
        self.least, self.most = (0.5, 10.0) if is_clip else (0.2, 5.0)
        self.patience_seconds = 60 * 60.0 if is_clip else 15 * 60.0

    def seconds(self, waited: float) -> float:
        return max(self.least, min(self.most, waited / 40))


_AGAIN = "Run the same command again: it goes on where it stands, and nothing is paid twice."


def held_credits(session: Session, row: Generation) -> int:
    if row.hold_id is None:
        return 0
    return session.exec(select(CreditHold.amount).where(CreditHold.id == row.hold_id)).one()


def _held_words(database: Database, row: Generation) -> str:
    with database.read() as session:
        held = held_credits(session, row)
    return f"{held} credit{'' if held == 1 else 's'} {'is' if held == 1 else 'are'} held, not spent."


def _goes_on(row: Generation) -> str:
    return f"The job goes on at {row.provider}." if row.state in journal.UNDER_WAY else "Nothing was sent."


def _retry_seconds(error: StudioError, tries: int) -> float:
    wanted = error.details.get("retry_after")
    return min(LONGEST_RETRY_SECONDS, float(wanted) if isinstance(wanted, (int, float)) else 2.0**tries)


def _ended_meanwhile() -> Conflict:
    return Conflict("Another run has ended the same call meanwhile.", hint=_AGAIN)
