"""Credits as a person sees them: what is there, what it was spent on, and each entry explained."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from studio.contracts.base import Page
from studio.contracts.credits import (
    ALL_USAGE,
    Credits,
    CreditsView,
    DayList,
    DayView,
    ExplanationView,
    GrantView,
    UsageFilter,
    UsageView,
)
from studio.contracts.films import Films, PlanView
from studio.contracts.shorts import CreateShort
from studio.db.engine import Database
from studio.db.models.credit_grant import CreditGrant
from studio.db.models.short import Short
from studio.db.models.usage_history import UsageHistory
from studio.db.models.user import User
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.credits import Lot, burn_order
from studio.domain.errors import NotFound, Refused
from studio.services.base import Service
from studio.services.explanations import explain, usage_view
from studio.services.ledger import balance_of
from studio.services.pages import cursor_of, older_than, page_size
from studio.services.principal import Principal
from studio.services.references import find

DAY_MILLISECONDS = 24 * 60 * 60 * 1000
DAYS_SHOWN = 30
MOST_DAYS = 3660

# Every entry changes the net by its amount, so what was not a spending tells what the spendings were. Three looks
# into an index each: adding the spendings up takes the longer the more there are.
_SPENT_SINCE = text(
    "SELECT CAST(COALESCE((SELECT SUM(amount) FROM creditentry"
    " WHERE user_id = :user_id AND kind <> 'usage' AND created_at >= :since), 0)"
    " - COALESCE((SELECT net_after FROM creditentry WHERE user_id = :user_id ORDER BY seq DESC LIMIT 1), 0)"
    " + COALESCE((SELECT net_after FROM creditentry WHERE user_id = :user_id AND created_at < :since"
    " ORDER BY created_at DESC, seq DESC LIMIT 1), 0) AS BIGINT)"
)


class CreditsService(Service, Credits):
    """`films` is called for an estimate only: looking at credits loads nothing that makes films."""

    def __init__(
        self, database: Database, principal: Principal, films: Callable[[], Films], clock: Clock = system_clock
    ) -> None:
        super().__init__(database, principal, clock)
        self.films = films

    def me(self) -> CreditsView:
        now = self.clock()
        user_id = self.principal.user_id
        with self.database.read() as session:
            balance = balance_of(session, user_id, now=now)
            values = {"user_id": user_id, "since": _start_of_month(now)}
            return CreditsView(
                credits_remaining=balance.available,
                credits_held=balance.held,
                credits_debt=balance.debt,
                plan=session.get_one(User, user_id).plan,
                usage_this_month=session.connection().execute(_SPENT_SINCE, values).scalar_one(),
                grants=_grants(session, user_id, now),
            )

    def history(
        self, wanted: UsageFilter = ALL_USAGE, *, limit: int = 20, cursor: str | None = None
    ) -> Page[UsageView]:
        size = page_size(limit)
        with self.database.read() as session:
            statement = select(UsageHistory).where(*self._conditions(session, wanted))
            if cursor is not None:
                statement = statement.where(older_than(UsageHistory, cursor))
            newest_first = statement.order_by(col(UsageHistory.created_at).desc(), col(UsageHistory.id).desc())
            rows = session.exec(newest_first.limit(size + 1)).all()
        last = rows[size - 1] if len(rows) > size else None
        return Page(
            data=[usage_view(row) for row in rows[:size]],
            next_cursor=cursor_of(last.created_at, last.id) if last else None,
        )

    def days(self, wanted: UsageFilter = ALL_USAGE) -> DayList:
        # The end is open: a spending of right now counts, too.
        until = _milliseconds(wanted.until) if wanted.until else self.clock() + 1
        final = (until - 1) // DAY_MILLISECONDS
        first = _milliseconds(wanted.since) // DAY_MILLISECONDS if wanted.since else final - DAYS_SHOWN + 1
        if not first <= final < first + MOST_DAYS:
            raise Refused(f"Between 1 and {MOST_DAYS} days can be shown.", hint="Choose another --since or --until.")
        with self.database.read() as session:
            spent = self._spent_by_day(session, wanted, first, until)
        return DayList(data=[_day(number, spent.get(number, 0)) for number in range(first, final + 1)])

    def _spent_by_day(self, session: Session, wanted: UsageFilter, first: int, until: int) -> dict[int, int]:
        created_at = col(UsageHistory.created_at)
        # Whole numbers divide to whole numbers in both databases; Python's `//` would round in floating point.
        day = created_at.op("/")(DAY_MILLISECONDS).label("day")
        statement = (
            select(day, func.sum(UsageHistory.credits))
            .where(*self._conditions(session, wanted), created_at >= first * DAY_MILLISECONDS, created_at < until)
            .group_by(day)
        )
        return {number: int(credits) for number, credits in session.exec(statement)}

    def estimate(self, data: CreateShort, *, preview: bool = False) -> PlanView:
        return self.films().plan(data, preview=preview)

    def explain(self, id: str) -> ExplanationView:
        with self.database.read() as session:
            return explain(session, self.principal, id)

    def _conditions(self, session: Session, wanted: UsageFilter) -> list[Any]:
        created_at = col(UsageHistory.created_at)
        conditions: list[Any] = [UsageHistory.user_id == self.principal.user_id]
        if wanted.since is not None:
            conditions.append(created_at >= _milliseconds(wanted.since))
        if wanted.until is not None:
            conditions.append(created_at < _milliseconds(wanted.until))
        if wanted.feature is not None:
            conditions.append(UsageHistory.feature == wanted.feature.value)
        if wanted.short is not None:
            conditions.append(UsageHistory.short_id == self._short(session, wanted.short))
        return conditions

    def _short(self, session: Session, reference: str) -> str:
        try:
            return find(session, Short, self.principal, reference, "short").id
        except NotFound:
            spent_on = select(UsageHistory.short_id).where(
                UsageHistory.user_id == self.principal.user_id, UsageHistory.short_id == reference
            )
            # What a deleted short cost is still told under its id.
            if session.exec(spent_on.limit(1)).first() is None:
                raise
            return reference


def _grants(session: Session, user_id: str, now: int) -> list[GrantView]:
    unspent = select(CreditGrant).where(CreditGrant.user_id == user_id, col(CreditGrant.remaining) > 0)
    rows = {row.id: row for row in session.exec(unspent)}
    lots = [Lot(row.id, row.remaining, row.priority, row.expires_at, row.created_at) for row in rows.values()]
    return [_grant(rows[lot.id]) for lot in sorted(lots, key=burn_order) if not lot.is_due(now)]


def _grant(row: CreditGrant) -> GrantView:
    return GrantView(
        id=row.id,
        source=row.source,
        amount=row.amount,
        remaining=row.remaining,
        priority=row.priority,
        expires_at=None if row.expires_at is None else moment(row.expires_at),
    )


def _day(number: int, credits: int) -> DayView:
    return DayView(day=f"{moment(number * DAY_MILLISECONDS):%Y-%m-%d}", credits=credits)


def _start_of_month(now: int) -> int:
    first = moment(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return _milliseconds(first)


def _milliseconds(time: datetime) -> int:
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)
