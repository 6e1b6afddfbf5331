"""Bills: what fal really charged for each call, written beside what was quoted and what came with the answer.

The usage history is never changed: the bill stands on the call's own row, the record of the short is corrected by the
difference, and each correction is a line of the audit."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from studio.contracts.base import dollars
from studio.contracts.bills import BilledCall, Bills, ReconcileCalls, Reconciliation, UnknownRequest
from studio.db.engine import Database
from studio.db.models.credit_hold import CreditHold
from studio.db.models.generation import Generation
from studio.db.models.media import Media
from studio.db.models.short import Short
from studio.domain.clock import Clock, moment, system_clock
from studio.providers.fal.account import billing_events, taken_requests
from studio.providers.http import Client
from studio.providers.registry import FAL, Models
from studio.services import journal
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.principal import Principal

AT_ONCE = 50
"""Calls whose bills are asked for, and written down, together."""

DAY = 24 * 60 * 60 * 1000
KEPT = 90 * DAY
"""How far back fal lists requests."""

ENDED = ("succeeded", "failed")

_LOG = logging.getLogger(__name__)


@dataclass
class _Sums:
    """What the report adds up, in millionths of a US dollar and in credits."""

    checked: int = 0
    billed_calls: int = 0
    credits: int = 0
    quoted: int = 0
    reported: int = 0
    billed: int = 0
    differences: list[BilledCall] = field(default_factory=list)


class BillsService(Service, Bills):
    def __init__(self, database: Database, principal: Principal, models: Models, clock: Clock = system_clock) -> None:
        super().__init__(database, principal, clock)
        self.models = models

    def reconcile(self, data: ReconcileCalls) -> Reconciliation:
        since = self.clock() - KEPT if data.since is None else int(data.since.timestamp() * 1000)
        self.models.access.require_fal("studio jobs reconcile")
        api = self.models.fal.api
        sums = _Sums()
        for rows in self._batches(since):
            bills = billing_events(api, [str(row.provider_request_id) for row in rows])
            self._take(rows, bills, sums, dry_run=data.dry_run)
        return Reconciliation(
            applied=not data.dry_run,
            since=moment(since),
            checked=sums.checked,
            billed=sums.billed_calls,
            not_billed_yet=sums.checked - sums.billed_calls,
            credits=sums.credits,
            quoted_usd=dollars(sums.quoted),
            reported_usd=dollars(sums.reported),
            billed_usd=dollars(sums.billed),
            differences=sums.differences,
            unknown=self._unknown(api, since),
        )

    def _batches(self, since: int) -> Iterator[Sequence[Generation]]:
        """The ended calls of fal without a bill, a few at a time, the oldest first."""
        last = ""
        while True:
            with self.database.read() as session:
                unbilled = _of_fal(since).where(col(Generation.state).in_(ENDED), col(Generation.id) > last)
                unbilled = unbilled.where(col(Generation.billed_microusd).is_(None))
                unbilled = unbilled.where(col(Generation.provider_request_id).is_not(None))
                rows = session.exec(unbilled.order_by(col(Generation.id)).limit(AT_ONCE)).all()
            if not rows:
                return
            yield rows
            last = rows[-1].id

    def _take(self, rows: Sequence[Generation], bills: Mapping[str, int], sums: _Sums, *, dry_run: bool) -> None:
        """Write down the bills of these calls and add them up. What is not billed yet stays open for the next time."""
        sums.checked += len(rows)
        with self.database.read() if dry_run else self.database.write() as session:
            for row in rows:
                billed = bills.get(str(row.provider_request_id))
                if billed is None or not (dry_run or self._write(session, row, billed)):
                    continue
                _add(sums, row, _view(session, row, billed), billed)

    def _write(self, session: Session, row: Generation, billed: int) -> bool:
        """Note the bill of a call; False when another run has noted it meanwhile."""
        open_row = update(Generation).where(col(Generation.id) == row.id, col(Generation.billed_microusd).is_(None))
        if session.exec(open_row.values(billed_microusd=billed)).rowcount != 1:
            return False
        if billed and row.state == "failed":
            _LOG.error("orphan_paid: fal billed %s micro-dollars for %s, which delivered nothing", billed, row.id)
        elif billed != row.cost_microusd:
            _correct(session, row, billed - (row.cost_microusd or 0))
            change = {"cost_microusd": row.cost_microusd}, {"cost_microusd": billed}
            audit(session, self.principal, "job.billed", Subject("job", row.id), *change, now=self.clock())
        return True

    def _unknown(self, api: Client, since: int) -> list[UnknownRequest]:
        """What fal billed for requests that no call here has, to any endpoint that was called from here."""
        found: dict[str, str] = {}
        for endpoint in self._endpoints(since):
            found |= dict.fromkeys(self._without_call(taken_requests(api, endpoint, since)), endpoint)
        bills = billing_events(api, found)
        return [
            UnknownRequest(request_id=request_id, endpoint=endpoint, billed_usd=dollars(bills[request_id]))
            for request_id, endpoint in found.items()
            if bills.get(request_id)
        ]

    def _endpoints(self, since: int) -> list[str]:
        called: set[str] = set()
        with self.database.read() as session:
            sent = _of_fal(since).where(col(Generation.sent_at).is_not(None)).execution_options(yield_per=500)
            for row in session.exec(sent):
                called.add(journal.order_of(row).endpoint)
        return sorted(called)

    def _without_call(self, request_ids: Sequence[str]) -> list[str]:
        known: set[str | None] = set()
        with self.database.read() as session:
            for start in range(0, len(request_ids), 500):
                some = col(Generation.provider_request_id).in_(request_ids[start : start + 500])
                own = select(col(Generation.provider_request_id)).where(Generation.provider == FAL, some)
                known.update(session.exec(own))
        return [request_id for request_id in request_ids if request_id not in known]


def _of_fal(since: int) -> SelectOfScalar[Generation]:
    return select(Generation).where(Generation.provider == FAL, col(Generation.created_at) >= since)


def _correct(session: Session, row: Generation, difference: int) -> None:
    """Bring the records that add costs up to what was billed: that of the short, and that of the take."""
    own_short = update(Short).where(col(Short.id) == row.short_id)
    session.exec(own_short.values(cost_microusd=col(Short.cost_microusd) + difference))
    take = update(Media).where(
        col(Media.owner_id) == row.user_id,
        col(Media.short_id) == row.short_id,
        col(Media.request_key) == row.client_key.partition(":")[0],
        col(Media.cost_microusd) == (row.cost_microusd or 0),
    )
    session.exec(take.values(cost_microusd=col(Media.cost_microusd) + difference))


def _add(sums: _Sums, row: Generation, call: BilledCall, billed: int) -> None:
    sums.billed_calls += 1
    sums.credits += call.credits
    sums.quoted += row.quoted_microusd or 0
    sums.reported += row.cost_microusd or 0
    sums.billed += billed
    if call.is_orphan or billed != row.cost_microusd or billed != row.quoted_microusd:
        sums.differences.append(call)


def _view(session: Session, row: Generation, billed: int) -> BilledCall:
    short = session.get(Short, row.short_id) if row.short_id else None
    hold = session.get(CreditHold, row.hold_id) if row.hold_id else None
    return BilledCall(
        job=row.id,
        state=row.state,
        model=row.model,
        short=short.handle if short else None,
        request_id=str(row.provider_request_id),
        credits=hold.captured if hold else 0,
        quoted_usd=None if row.quoted_microusd is None else dollars(row.quoted_microusd),
        reported_usd=None if row.cost_microusd is None else dollars(row.cost_microusd),
        billed_usd=dollars(billed),
        is_orphan=row.state == "failed" and billed > 0,
    )
