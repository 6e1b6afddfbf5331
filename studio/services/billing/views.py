"""How subscriptions and payments look from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, case, col, select

from studio.contracts.payments import PaymentChange, PaymentView
from studio.contracts.subscriptions import SubscriptionEventView, SubscriptionView
from studio.db.models.billing_plan import BillingPlan
from studio.db.models.payment import Payment
from studio.db.models.subscription import Subscription
from studio.db.models.subscription_event import SubscriptionEvent
from studio.db.models.user import User
from studio.domain.clock import moment
from studio.services.billing.intake import Effect
from studio.services.billing.states import is_over

HISTORY = 20

_FIRST = case({"active": 0, "pending": 1, "starting": 1}, value=col(Subscription.state), else_=2)


def current_of(session: Session, user_id: str) -> Subscription | None:
    """The subscription that somebody means by theirs: the active one, else the one they wait for, else the last."""
    theirs = select(Subscription).where(Subscription.user_id == user_id, Subscription.state != "abandoned")
    newest = theirs.order_by(_FIRST, col(Subscription.created_at).desc(), col(Subscription.id).desc())
    return session.exec(newest.limit(1)).first()


def subscription_view(session: Session, user_id: str, now: int) -> SubscriptionView:
    """Where somebody's subscription stands at `now`, in epoch milliseconds."""
    user, row = session.get_one(User, user_id), current_of(session, user_id)
    if row is None:
        return _nothing(user.plan)
    state = _state(row, now)
    return SubscriptionView(
        id=row.id,
        plan=user.plan if state == "ended" else row.plan,
        state=state,
        months=row.months,
        price=row.price,
        currency=session.exec(select(BillingPlan.currency).where(BillingPlan.key == row.plan)).first() or "BRL",
        credits=row.credits,
        checkout_url=row.checkout_url if state == "pending" else None,
        paid_until=_moment(row.paid_until),
        next_charge_at=_moment(row.paid_until) if state in ("active", "overdue") else None,
        ends_at=_moment(row.paid_until) if state in ("canceled", "ended") else None,
        canceled_at=_moment(row.canceled_at),
        created_at=moment(row.created_at),
        history=_history(session, row.id),
    )


def payment_view(row: Payment) -> PaymentView:
    times = ("due_at", "period_end", "created_at", "updated_at")
    fields: dict[str, Any] = row.model_dump(exclude={*times, "movements", "version"})
    return PaymentView(**fields, **{name: _moment(getattr(row, name)) for name in times})


def change_view(effect: Effect) -> PaymentChange:
    return PaymentChange(**{name: getattr(effect, name) for name in PaymentChange.model_fields})


def _state(row: Subscription, now: int) -> str:
    if row.state != "active":
        return row.state
    if is_over(row, now):
        return "ended"
    if row.canceled_at is not None:
        return "canceled"
    return "overdue" if (row.paid_until or 0) <= now else "active"


def _history(session: Session, id: str) -> list[SubscriptionEventView]:
    """The latest events, the newest first."""
    wanted = select(SubscriptionEvent).where(SubscriptionEvent.subscription_id == id)
    newest = wanted.order_by(col(SubscriptionEvent.created_at).desc(), col(SubscriptionEvent.id).desc())
    return [
        SubscriptionEventView(
            kind=event.kind,
            payment_id=event.payment_id,
            paid_until=_moment(event.paid_until),
            created_at=moment(event.created_at),
        )
        for event in session.exec(newest.limit(HISTORY))
    ]


def _nothing(plan: str | None) -> SubscriptionView:
    empty = dict.fromkeys(SubscriptionView.model_fields)
    return SubscriptionView.model_validate(empty | {"plan": plan, "state": "none", "history": []})


def _moment(time: int | None) -> datetime | None:
    return None if time is None else moment(time)
