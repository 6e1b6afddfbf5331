"""Payments as administrators look after them: the list, unmatched money and whose it is, and what was missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from studio.contracts.base import Page
from studio.contracts.payments import (
    ALL_PAYMENTS,
    AdminPayments,
    AssignPayment,
    Backfill,
    BackfillReport,
    PaymentFilter,
    PaymentView,
)
from studio.db.engine import Database
from studio.db.models.billing_plan import BillingPlan
from studio.db.models.payment import Payment
from studio.db.models.subscription import Subscription
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Conflict, NotAllowed, NotFound, Refused
from studio.domain.periods import day_of
from studio.domain.progress import Cancelled, Progress, never, silent
from studio.domain.text import one_line, safe
from studio.services.administrators import is_studio_of_one
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.billing.backfill import Search
from studio.services.billing.intake import own
from studio.services.billing.matching import MONTH, YEAR, Match, lock_user, price_of, subscription_to
from studio.services.billing.views import payment_view
from studio.services.movements import present
from studio.services.pages import newest_page
from studio.services.people import find_user
from studio.services.principal import Principal
from studio.services.references import by_prefix

if TYPE_CHECKING:
    from studio.providers.asaas.service import Asaas

BACKFILL_DAYS = 15
"""One more than Asaas keeps what it could not deliver."""
ADMINISTRATOR = "administrator"


class AdminPaymentsService(Service, AdminPayments):
    def __init__(
        self, database: Database, principal: Principal, asaas: Callable[[], Asaas], clock: Clock = system_clock
    ) -> None:
        super().__init__(database, principal, clock)
        self.asaas = asaas

    def list(
        self, wanted: PaymentFilter = ALL_PAYMENTS, *, limit: int = 20, cursor: str | None = None
    ) -> Page[PaymentView]:
        conditions: list[Any] = [col(Payment.user_id).is_(None), Payment.kept > 0] if wanted.unmatched else []
        with self.database.read() as session:
            rows, following = newest_page(session, Payment, conditions, limit=limit, cursor=cursor)
            return Page(data=[payment_view(row) for row in rows], next_cursor=following)

    def show(self, id: str) -> PaymentView:
        with self.database.read() as session:
            return payment_view(_find(session, id))

    def assign(self, id: str, data: AssignPayment) -> PaymentView:
        now = self.clock()
        with self.database.write() as session:
            row = _find(session, id, for_change=True)
            _require_free(row)
            found = self._found(session, data, now)
            credits = _worth(found.subscription, row.value)
            own(session, row, found, now, credits=credits)
            after = {"user": found.user.id, "plan": data.plan, "credits": row.credits_given}
            audit(session, self.principal, "payment.assigned", Subject("payment", row.id), None, after, now=now)
            return payment_view(row)

    def backfill(self, data: Backfill, *, progress: Progress = silent, cancelled: Cancelled = never) -> BackfillReport:
        today = day_of(self.clock())
        since = data.since or today - timedelta(days=BACKFILL_DAYS)
        _require_past(since, today)
        with self.asaas() as asaas:
            search = Search(self.database, asaas, self.clock, progress, cancelled, is_dry_run=data.dry_run)
            return search.run(since, today)

    def _found(self, session: Session, data: AssignPayment, now: int) -> Match:
        """Whose it is to be, and their subscription to that plan, which may be new."""
        user = present(lock_user(session, find_user(session, data.user).id))
        if user.id == self.principal.user_id and not is_studio_of_one(session):
            raise NotAllowed("Nobody gives a payment to themselves.", hint="Ask another administrator.")
        plan = _plan(session, data.plan)
        months = YEAR if data.yearly else MONTH
        if price_of(plan, months) == 0:
            raise Refused(f"The plan {plan.key} is free: nothing is paid for it.", hint="studio admin plans list")
        theirs = select(Subscription).where(
            Subscription.user_id == user.id, Subscription.plan == plan.key, Subscription.months == months
        )
        known = session.exec(theirs.order_by(col(Subscription.created_at).desc()).limit(1)).first()
        return Match(ADMINISTRATOR, user, known or subscription_to(plan, user.id, months, now, state="ended"))


def _worth(subscription: Subscription, value: int) -> int:
    """Credits in proportion to what was paid, and never more than the plan has."""
    return min(subscription.credits, subscription.credits * value // subscription.price)


def _require_free(row: Payment) -> None:
    if row.user_id is not None:
        raise Conflict(
            f"The payment {row.id} belongs to the user {row.user_id} already.",
            hint=f"studio admin payments show {row.id}",
            details={"user": row.user_id},
        )
    if not row.kept:
        raise Refused(f"No money of the payment {row.id} is here: it is {row.status}.", hint="Look at it in Asaas.")


def _require_past(since: date, today: date) -> None:
    if since > today:
        raise Refused(f"{since} is still to come.", hint="Choose an earlier --since.")


def _find(session: Session, reference: str, *, for_change: bool = False) -> Payment:
    reference = one_line(reference)
    row = session.get(Payment, reference) or by_prefix(session, select(Payment), Payment.id, reference, "payment")
    if row is None:
        raise NotFound(f"There is no payment {reference}.", hint="studio admin payments list shows what there is.")
    if for_change:
        session.refresh(row, with_for_update=True)
    return row


def _plan(session: Session, key: str) -> BillingPlan:
    plan = session.exec(select(BillingPlan).where(BillingPlan.key == safe(key))).first()
    if plan is None:
        raise NotFound(f"There is no plan {safe(key)}.", hint="studio admin plans list shows what there is.")
    return plan
