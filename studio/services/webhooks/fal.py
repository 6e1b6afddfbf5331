"""fal's callbacks: a request has ended, so that its call is answered or given up without anybody having asked.

What was made is fetched and paid for by running the command again that asked for it, as after `studio jobs resolve`."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from studio.db.engine import Database
from studio.db.models.generation import Generation
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Rejected, ServiceFailed, StudioError
from studio.domain.remote import Answer, Ticket
from studio.providers.catalogue import find_spec
from studio.providers.fal.addresses import ticket_for
from studio.providers.fal.callbacks import Callback, callback_of, job_of, outcome_of
from studio.providers.registry import FAL, Models
from studio.services import journal
from studio.services.holdings import drop
from studio.services.jobs import medium_of
from studio.services.ledger.accounts import lock
from studio.services.webhooks.source import Incoming

APPLIED, IGNORED = "applied", "ignored"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class _End:
    """How a call has ended at fal: with an answer, or with an error that is the verdict."""

    job: str
    ticket: Ticket
    outcome: Answer | StudioError


class FalCallbacks:
    """A `Source`. A message may come twice, late, or before the answer to the order did: it counts once."""

    name = FAL

    def __init__(self, database: Database, models: Models, clock: Clock = system_clock) -> None:
        self.database = database
        self.models = models
        self.clock = clock

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> Incoming:
        """The message, if fal signed it just now. Its type ends in our own id of the call where fal gave it back."""
        request_id = self.models.fal.signing_keys.verify(headers, body, now)
        callback = callback_of(body)
        job = job_of(headers.get(":query", ""), self.models.access.fal_key)
        kind = "good" if callback.is_good else "bad"
        return Incoming(FAL, request_id, f"{kind} {job}".strip(), body, now)

    def prepare(self, incoming: Incoming) -> _End | None:
        """What the message means for which call; None for one that changes nothing.

        Raises ServiceFailed while the order is still being sent, and when fal has to be asked and gives no answer."""
        callback = callback_of(incoming.body)
        row = self._call(callback, incoming)
        if row is None or not self._is_awaited(row, callback):
            return None
        ticket = journal.ticket_of(row)
        if ticket is None:
            order = journal.order_of(row)
            ticket = ticket_for(self.models.fal.queue.base_url, order.endpoint, callback.request_ids[0])
        return _End(row.id, ticket, self._outcome(row, ticket, callback))

    def apply(self, session: Session, incoming: Incoming, prepared: object) -> str:
        """Write the answer down, or close the call and give its credits back; `ignored` where that was done before."""
        if not isinstance(prepared, _End):
            return IGNORED
        row = self._locked(session, prepared)
        if row is None or not self._is_taken(session, row, prepared.ticket):
            return IGNORED
        if isinstance(prepared.outcome, Answer):
            done = journal.answered(session, row, prepared.outcome)
        else:
            done = drop(session, row, prepared.outcome.message, self.clock())
        return APPLIED if done else IGNORED

    def _call(self, callback: Callback, incoming: Incoming) -> Generation | None:
        """The call that has this request, or that lost sight of it: fal then names it by the address it was given."""
        job = incoming.type.partition(" ")[2]
        with self.database.read() as session:
            found = session.exec(_having(callback.request_ids)).first()
            if found is None and job:
                lost = session.get(Generation, job)
                found = lost if lost and lost.provider == FAL and lost.ticket is None else None
        if found is None:
            _LOG.info("fal tells of %s, which no call here has", callback.request_ids)
        return found

    def _is_awaited(self, row: Generation, callback: Callback) -> bool:
        """Whether somebody still wants to know what became of it."""
        self._require_sent(row)
        if row.state in ("submitting", "uncertain") or (row.state == "submitted" and row.ticket):
            return True
        is_its_own = row.provider_request_id in callback.request_ids
        if callback.is_good and (row.state in ("failed", "ready") or not is_its_own):
            _LOG.error("orphan_paid: fal made %s of the call %s, which is %s", callback.request_ids, row.id, row.state)
        return False

    def _require_sent(self, row: Generation) -> None:
        """Whoever sends the order is to hear of it first: its answer and this message would cross."""
        if row.state == "submitting" and not journal.is_abandoned(row, self.clock()):
            raise ServiceFailed("The request is still being sent.", hint="Tell it again later.")

    def _outcome(self, row: Generation, ticket: Ticket, callback: Callback) -> Answer | StudioError:
        order = journal.order_of(row)
        spec = find_spec(f"{FAL}/{order.endpoint}")
        told = outcome_of(callback, spec, self.models.fal.queue.quoted)
        if told is not None:
            return told
        # The message does not hold the result, or says nothing that can be relied on.
        model = self.models.remote(row.model, medium_of(row))
        assert model is not None, "a call of fal names a model of fal"
        try:
            answer = model.look(order, ticket)
        except Rejected as error:
            return error
        if answer is None:
            raise ServiceFailed("fal says that it still works on the request.", hint="Ask again later.")
        return answer

    def _locked(self, session: Session, end: _End) -> Generation | None:
        """The call as it stands now, with nobody else at it."""
        owner = session.exec(select(Generation.user_id).where(Generation.id == end.job)).first()
        if owner is None:
            return None
        # The balance row comes first everywhere.
        lock(session, owner, self.clock())
        row = session.exec(select(Generation).where(Generation.id == end.job).with_for_update()).one()
        session.expunge(row)
        return row

    def _is_taken(self, session: Session, row: Generation, ticket: Ticket) -> bool:
        """Whether the call waits for this very request; one that had lost sight of it takes it for its own."""
        known = journal.ticket_of(row)
        if known is not None:
            return known.request_id == ticket.request_id
        self._require_sent(row)
        if row.state not in ("submitting", "uncertain"):
            return False
        if session.exec(_having([ticket.request_id]).where(col(Generation.id) != row.id)).first() is not None:
            return False
        return journal.submitted(session, row, ticket)


def _having(request_ids: Sequence[str]) -> SelectOfScalar[Generation]:
    some = col(Generation.provider_request_id).in_(request_ids)
    return select(Generation).where(Generation.provider == FAL, some)
