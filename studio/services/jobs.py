"""Jobs: looking at paid calls, and finding out what became of those that have not ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlmodel import Session, col, select

from studio.contracts.base import Page, dollars
from studio.contracts.jobs import ALL_JOBS, ASK, JobDetails, JobFilter, Jobs, JobView, ResolveJob
from studio.db.engine import Database
from studio.db.models.credit_hold import CreditHold
from studio.db.models.generation import Generation
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.credits import FeatureKey
from studio.domain.errors import Conflict, Misconfigured, NotFound, Refused, ServiceFailed, Uncertain
from studio.domain.remote import Medium, RemoteModel
from studio.domain.text import safe
from studio.providers.catalogue import all_models
from studio.services import journal
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.holdings import drop
from studio.services.ledger.accounts import lock
from studio.services.orders import Orders
from studio.services.pages import newest_page
from studio.services.principal import Principal
from studio.services.references import by_prefix, find
from studio.services.sweeping import sweep
from studio.services.work import NeverArrived, Verdict

FindModel = Callable[[str, Medium], RemoteModel | None]
"""`providers.registry.Models.remote`."""

_MEDIA = {
    FeatureKey.CHARACTER_ANALYSIS: Medium.VISION,
    FeatureKey.CHARACTER_GENERATION: Medium.IMAGE,
    FeatureKey.IMAGE_GENERATION: Medium.IMAGE,
    FeatureKey.VIDEO_GENERATION: Medium.VIDEO,
    FeatureKey.SPEECH_GENERATION: Medium.SPEECH,
    FeatureKey.MUSIC_GENERATION: Medium.MUSIC,
}


class JobsService(Service, Jobs):
    def __init__(
        self, database: Database, principal: Principal, find_model: FindModel, clock: Clock = system_clock
    ) -> None:
        super().__init__(database, principal, clock)
        self.find_model = find_model

    def list(self, wanted: JobFilter = ALL_JOBS, *, limit: int = 20, cursor: str | None = None) -> Page[JobView]:
        if wanted.everyone:
            self.principal.require_admin()
        # Where each call stands is told as it is, and not as a run that has died has left it.
        sweep(self.database, self.clock(), None if wanted.everyone else self.principal.user_id)
        with self.database.read() as session:
            conditions = [*self._conditions(session, wanted)]
            rows, following = newest_page(session, Generation, conditions, limit=limit, cursor=cursor)
            return Page(data=[self._view(session, row) for row in rows], next_cursor=following)

    def _conditions(self, session: Session, wanted: JobFilter) -> Iterator[Any]:
        if not wanted.everyone:
            yield Generation.user_id == self.principal.user_id
        if wanted.state is not None:
            yield Generation.state == wanted.state.value
        if wanted.is_open:
            yield col(Generation.state).in_(journal.OPEN)
        if wanted.short is not None:
            yield Generation.short_id == find(session, Short, self.principal, wanted.short, "short").id

    def show(self, id: str) -> JobDetails:
        with self.database.read() as session:
            row = self._find(session, id)
            view = self._view(session, row)
        return JobDetails(
            **view.model_dump(),
            request=json.loads(row.payload),
            answered_by=[answer.model for answer in journal.answers_of(row) if answer.model],
        )

    def resolve(self, id: str, data: ResolveJob = ASK) -> JobView:
        with self.database.read() as session:
            row = self._find(session, id)
        if row.state not in journal.OPEN:
            raise Refused(f"The job {row.id} has ended: it {row.state}.", hint=f"studio jobs show {row.id}")
        if data.release:
            self._give_back(row, data.reason)
        else:
            self._ask(row, cancel=data.cancel)
        with self.database.read() as session:
            return self._view(session, session.get_one(Generation, row.id))

    def _give_back(self, row: Generation, reason: str | None) -> None:
        """An administrator's decision: the person pays nothing, whatever the provider charged."""
        self.principal.require_admin()
        if not reason:
            raise Refused("Giving credits back needs a reason.", hint="Add --reason TEXT.")
        with self.database.write() as session:
            lock(session, row.user_id, self.clock())
            drop(session, row, f"Given back by {self.principal.email}: {safe(reason)}", self.clock())
            before, after = {"state": row.state}, {"state": "failed"}
            audit(session, self.principal, "job.released", Subject("job", row.id), before, after, reason)

    def _ask(self, row: Generation, *, cancel: bool) -> None:
        if row.state == "ready":
            self._end_unsent(row)
            return
        model = self._model(row)
        orders = Orders(self.database, model, self.clock, _never_wait)
        try:
            if row.state == "submitting" and not journal.is_abandoned(row, self.clock()):
                raise Conflict(
                    f"The job {row.id} is being sent right now.", hint="Look again later: studio jobs list --open"
                )
            orders.take_over(row)
            ticket = journal.ticket_of(row)
            if ticket is not None and cancel:
                model.cancel(ticket)
            if ticket is not None:
                orders.ask(row)
        except Uncertain:
            return
        except NeverArrived:
            self._close(row, "It never arrived.")
            return
        except Verdict as verdict:
            self._close(row, verdict.error.message, verdict.cost_microusd)
            return
        if row.state == "submitted" and not row.ticket and self._is_gone(row):
            self._close(row, "It was made for a short that is gone.")
            return
        if not row.ticket and not journal.answers_of(row):
            # It may be sent once more, but nobody is here to want it.
            self._close(row, "Nothing came of it.")

    def _is_gone(self, row: Generation) -> bool:
        with self.database.read() as session:
            return row.short_id is not None and session.get(Short, row.short_id) is None

    def _end_unsent(self, row: Generation) -> None:
        if row.created_at + journal.LEASE_MILLISECONDS > self.clock():
            raise Conflict(f"The job {row.id} is about to be sent.", hint="Look again later: studio jobs list --open")
        self._close(row, "It was never sent.")

    def _model(self, row: Generation) -> RemoteModel:
        model = self.find_model(row.model, medium_of(row))
        if model is None:
            raise ServiceFailed(
                f"{row.model} works on this machine and cannot be asked about a job that was interrupted.",
                hint=f'An administrator can give the credits back: studio jobs resolve {row.id} --release --reason "…"',
            )
        return model

    def _close(self, row: Generation, reason: str, cost_microusd: int | None = None) -> None:
        with self.database.write() as session:
            lock(session, row.user_id, self.clock())
            drop(session, row, reason, self.clock(), cost_microusd)

    def _find(self, session: Session, reference: str) -> Generation:
        """One's own call, or for administrators anybody's, by its id or the beginning of it."""
        wanted = safe(reference)
        visible = [] if self.principal.is_admin else [Generation.user_id == self.principal.user_id]
        among = select(Generation).where(*visible)
        found = session.exec(among.where(Generation.id == wanted)).first()
        found = found or by_prefix(session, among, Generation.id, wanted, "job")
        if found is None:
            raise NotFound(f"There is no job {wanted}.", hint="studio jobs list shows their ids.")
        return found

    def _view(self, session: Session, row: Generation) -> JobView:
        short = session.get(Short, row.short_id) if row.short_id else None
        scene = session.get(ShortScene, row.scene_id) if row.scene_id else None
        hold = session.get(CreditHold, row.hold_id) if row.hold_id else None
        return JobView(
            id=row.id,
            state=row.state,
            feature=row.kind,
            provider=row.provider,
            model=row.model,
            request_id=row.provider_request_id,
            short=short.handle if short else None,
            scene=scene.position if scene else None,
            attempts=row.attempt,
            credits_quoted=hold.amount if hold else 0,
            credits_held=hold.amount if hold and hold.state == "pending" else 0,
            credits=hold.captured if hold else 0,
            quoted_usd=_dollars(row.quoted_microusd),
            cost_usd=_dollars(row.cost_microusd if row.billed_microusd is None else row.billed_microusd),
            is_billed=row.billed_microusd is not None,
            error=row.error,
            created_at=moment(row.created_at),
            sent_at=moment(row.sent_at) if row.sent_at else None,
            known_by=self._known_by(row),
            closed_at=moment(row.closed_at) if row.closed_at else None,
        )

    def _known_by(self, row: Generation) -> Any:
        if row.state != "uncertain" or row.sent_at is None:
            return None
        try:
            model = self._model(row)
        except (Misconfigured, NotFound, Refused, ServiceFailed):
            return None
        return moment(row.sent_at + int(model.window_seconds * 1000))


def medium_of(row: Generation) -> Medium:
    """What the call's model was asked for: what is paid for tells it, but for a model that does something else only."""
    wanted, spec = _MEDIA.get(FeatureKey(row.kind), Medium.TEXT), all_models().get(row.model)
    return spec.medium if spec is not None and wanted not in spec.media else wanted


def _never_wait(seconds: float) -> None:
    raise Conflict("The job is being sent right now.", hint="Look again later: studio jobs list --open")


def _dollars(microusd: int | None) -> str | None:
    return None if microusd is None else dollars(microusd)
