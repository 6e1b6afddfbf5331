"""What a subscription stands at, as its payments and the time say, and the plan that follows from it."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from studio.db.engine import Database
from studio.db.models.payment import Payment
from studio.db.models.subscription import Subscription
from studio.db.models.subscription_event import SubscriptionEvent
from studio.db.models.user import User
from studio.domain.people import DEFAULT_PLAN
from studio.services.billing.matching import lock_user

GRACE_MILLISECONDS = 3 * 24 * 60 * 60 * 1000
"""How long a plan outlives its paid time, while the payment of the next period is on its way."""

MOST_AT_ONCE = 100


def note(session: Session, subscription: Subscription, kind: str, now: int, *, payment_id: str | None = None) -> None:
    """Write down what happened to a subscription, and when it changed."""
    subscription.updated_at = now
    session.add(subscription)
    # The event names its subscription, which may be new.
    session.flush()
    session.add(
        SubscriptionEvent(
            subscription_id=subscription.id,
            kind=kind,
            payment_id=payment_id,
            paid_until=subscription.paid_until,
            created_at=now,
        )
    )


def renew(session: Session, subscription: Subscription, user: User, payment_id: str, now: int) -> None:
    """Bring the subscription to what its payments say together. The person has to be locked."""
    session.flush()
    kept = select(func.max(Payment.period_end)).where(Payment.subscription_id == subscription.id, Payment.kept > 0)
    before, subscription.paid_until = subscription.paid_until, session.exec(kept).one()
    if subscription.paid_until is not None:
        subscription.state = "ended" if is_over(subscription, now) else "active"
    elif before is not None:
        subscription.state = "ended"
    if subscription.paid_until != before:
        is_more = subscription.paid_until is not None and subscription.paid_until > (before or 0)
        note(session, subscription, "paid" if is_more else "reversed", now, payment_id=payment_id)
    follow_plan(session, user, now)


def is_over(subscription: Subscription, now: int) -> bool:
    """Whether its time has passed. Who has canceled gets no grace: nothing is on its way."""
    if subscription.paid_until is None:
        return False
    grace = 0 if subscription.canceled_at else GRACE_MILLISECONDS
    return subscription.paid_until + grace <= now


def follow_plan(session: Session, user: User, now: int) -> None:
    """Give the person the plan that they pay for; without one the free plan, unless an administrator gave another."""
    session.flush()
    rows = session.exec(
        select(Subscription).where(Subscription.user_id == user.id).order_by(col(Subscription.created_at).desc())
    ).all()
    paid = next((row.plan for row in rows if row.state == "active"), None)
    fallback = DEFAULT_PLAN if user.plan in {row.plan for row in rows if row.state == "ended"} else user.plan
    wanted = paid or fallback
    if wanted != user.plan:
        user.plan = wanted
        user.version += 1
        user.updated_at = now
        session.add(user)


def is_charged(session: Session, user_id: str) -> bool:
    """Whether Asaas goes on charging this person for a subscription."""
    going_on = select(Subscription.id).where(
        Subscription.user_id == user_id,
        Subscription.state == "active",
        col(Subscription.canceled_at).is_(None),
        col(Subscription.asaas_subscription).is_not(None),
    )
    return session.exec(going_on.limit(1)).first() is not None


def end_due(database: Database, now: int) -> int:
    """End the subscriptions whose time has passed; gives how many. Harmless to call at any time, by several at once."""
    due = select(Subscription.id, Subscription.user_id).where(
        Subscription.state == "active", col(Subscription.paid_until) <= now
    )
    with database.read() as session:
        rows = session.exec(due.order_by(col(Subscription.paid_until)).limit(MOST_AT_ONCE)).all()
    return sum(_end(database, id, user_id, now) for id, user_id in rows)


def _end(database: Database, id: str, user_id: str, now: int) -> bool:
    with database.write() as session:
        user = lock_user(session, user_id)
        row = session.get_one(Subscription, id)
        if row.state != "active" or not is_over(row, now):
            return False
        row.state = "ended"
        note(session, row, "ended", now)
        follow_plan(session, user, now)
        return True
