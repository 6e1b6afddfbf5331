"""Subscriptions as people choose, see and end them. A checkout is asked for once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from studio.contracts.subscriptions import StartSubscription, Subscriptions, SubscriptionView
from studio.db.engine import Database
from studio.db.models.billing_plan import BillingPlan
from studio.db.models.subscription import Subscription
from studio.db.models.user import User
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.errors import Conflict, NotFound, Refused
from studio.services.base import Service
from studio.services.billing.checkouts import Offer, offer
from studio.services.billing.matching import MONTH, YEAR, lock_user, price_of, subscription_to
from studio.services.billing.states import end_due, is_over, note
from studio.services.billing.views import current_of, subscription_view
from studio.services.plans import plan_to_give
from studio.services.principal import Principal

if TYPE_CHECKING:
    from studio.providers.asaas.service import Asaas

SHORTEST_OFFER_MILLISECONDS = 5 * 60 * 1000
"""A page that closes sooner is not shown again: nobody could pay on it."""


class SubscriptionsService(Service, Subscriptions):
    """`asaas` is called when something has to be asked there; `return_url` is where its pages send people back to."""

    def __init__(
        self,
        database: Database,
        principal: Principal,
        asaas: Callable[[], Asaas],
        return_url: str,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__(database, principal, clock)
        self.asaas = asaas
        self.return_url = return_url

    def start(self, data: StartSubscription) -> SubscriptionView:
        months = YEAR if data.yearly else MONTH
        # On a machine without a server nobody else does.
        end_due(self.database, self.clock())
        with self.database.write() as session:
            user = lock_user(session, self.principal.user_id)
            plan = _on_offer(session, data.plan)
            _refuse_second(session, user, self.clock())
            if price_of(plan, months) == 0:
                return self._free(session, user, plan)
            wish = self._wish(session, user, plan, months)
            if wish.checkout_url is not None:
                return self._view(session)
            wanted = Offer(wish.id, user.id, plan.name, months, wish.price, wish.credits, data.tax_id)
        with self.asaas() as asaas:
            offer(self.database, asaas, wanted, self.return_url, self.clock)
        return self.show()

    def show(self) -> SubscriptionView:
        with self.database.read() as session:
            return self._view(session)

    def cancel(self) -> SubscriptionView:
        with self.database.read() as session:
            row = current_of(session, self.principal.user_id)
        if row is None:
            return self.show()
        if row.state == "active" and row.canceled_at is None:
            # Asked of Asaas first: somebody who reads "canceled" must not be charged again.
            if row.asaas_subscription is not None:
                with self.asaas() as asaas:
                    asaas.cancel_subscription(row.asaas_subscription)
        elif row.state == "pending" and row.checkout_id is not None:
            with self.asaas() as asaas:
                asaas.cancel_checkout(row.checkout_id)
        return self._canceled(row.id)

    def _canceled(self, id: str) -> SubscriptionView:
        with self.database.write() as session:
            lock_user(session, self.principal.user_id)
            row = session.get_one(Subscription, id)
            if row.state in ("starting", "pending"):
                self._abandon(session, row)
            elif row.state == "active" and row.canceled_at is None:
                row.canceled_at = self.clock()
                note(session, row, "canceled", self.clock())
            return self._view(session)

    def _free(self, session: Session, user: User, plan: BillingPlan) -> SubscriptionView:
        """A plan without a price is simply theirs; its credits are an administrator's to give."""
        for row in _open(session, user.id):
            self._abandon(session, row)
        if user.plan != plan.key:
            user.plan = plan.key
            user.version += 1
            user.updated_at = self.clock()
            session.add(user)
        return self._view(session)

    def _wish(self, session: Session, user: User, plan: BillingPlan, months: int) -> Subscription:
        """The wish that is open for this very offer, or a new one in the place of any other."""
        new = subscription_to(plan, user.id, months, self.clock(), state="starting")
        for row in _open(session, user.id):
            if _is_equal(row, new) and self._is_usable(row, plan):
                return row
            self._abandon(session, row)
        if plan.checkout_url is not None:
            new.state, new.checkout_url = "pending", plan.checkout_url
        note(session, new, "started", self.clock())
        return new

    def _is_usable(self, row: Subscription, plan: BillingPlan) -> bool:
        if row.state == "starting":
            return plan.checkout_url is None
        if row.checkout_expires_at is None:
            return row.checkout_url == plan.checkout_url
        return row.checkout_expires_at > self.clock() + SHORTEST_OFFER_MILLISECONDS

    def _abandon(self, session: Session, row: Subscription) -> None:
        """Its page may still be paid on: then it becomes a subscription all the same."""
        row.state = "abandoned"
        note(session, row, "abandoned", self.clock())
        session.flush()

    def _view(self, session: Session) -> SubscriptionView:
        session.flush()
        return subscription_view(session, self.principal.user_id, self.clock())


def _on_offer(session: Session, key: str) -> BillingPlan:
    try:
        return plan_to_give(session, key)
    except Refused as error:
        raise NotFound(f"There is no plan {key} on offer.", hint="studio plans list shows what there is.") from error


def _open(session: Session, user_id: str) -> list[Subscription]:
    wanted = select(Subscription).where(
        Subscription.user_id == user_id, col(Subscription.state).in_(("starting", "pending"))
    )
    return list(session.exec(wanted))


def _is_equal(row: Subscription, new: Subscription) -> bool:
    return (row.plan, row.months, row.price, row.credits) == (new.plan, new.months, new.price, new.credits)


def _refuse_second(session: Session, user: User, now: int) -> None:
    """Nobody pays for two plans at once."""
    active = select(Subscription).where(
        Subscription.user_id == user.id, Subscription.state == "active", col(Subscription.canceled_at).is_(None)
    )
    row = session.exec(active.limit(1)).first()
    if row is not None and not is_over(row, now):
        until = f"{moment(row.paid_until or now):%Y-%m-%d}"
        raise Conflict(
            f"You have the plan {row.plan}, paid until {until}.",
            hint="studio subscription cancel ends it; what is paid stays, and another plan can be started then.",
            details={"plan": row.plan},
        )
