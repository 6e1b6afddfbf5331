"""Taking in how a purchase stands: what is known of it, whose it is, its credits, and the time it pays for.

The one way in for webhooks, the backfill and administrators; doing it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.payment import Payment
from studio.db.models.subscription import Subscription
from studio.db.models.user import User
from studio.db.upsert import insert_if_new
from studio.domain.errors import ServiceFailed
from studio.domain.periods import day_of, months_after, start_of
from studio.providers.asaas.payments import Charge
from studio.services.billing.crediting import settle
from studio.services.billing.matching import Match, lock_user, match
from studio.services.billing.states import renew

if TYPE_CHECKING:
    from studio.providers.asaas.service import Asaas

MOST_READS = 3


@dataclass(frozen=True)
class Reading:
    """A purchase as Asaas tells it, and at which version studio's own row was before it was asked."""

    charge: Charge
    seen: int


@dataclass(frozen=True)
class Effect:
    """What taking a purchase in has done: the change of credits, and why there is none where nobody is known."""

    payment_id: str
    status: str
    value: int
    user_id: str | None
    credits: int
    reason: str | None
    is_news: bool
    """Whether it changed what is known of the payment."""


def read(database: Database, asaas: Asaas, payment_id: str) -> Reading | None:
    """Ask Asaas how a payment stands; None for one it does not know. No transaction is open meanwhile."""
    known = payment_id
    for _ in range(MOST_READS):
        seen = _version(database, known)
        charge = asaas.charge(payment_id)
        if charge is None:
            return None
        if charge.id == known:
            return Reading(charge, seen)
        # An installment: what its purchase stood at has to be known before it is asked for.
        known = charge.id
    raise ServiceFailed("Asaas names another purchase for this payment each time.", hint="Try again later.")


def take(session: Session, reading: Reading, now: int) -> Effect | None:
    """Let what was read take effect; None for a purchase for which no money has ever come.

    Raises ServiceFailed when somebody took in something else after it was read: it has to be read again."""
    charge = reading.charge
    row = _locked(session, charge.id)
    if row is None and not charge.has_moved:
        return None
    row = row or _inserted(session, charge, now)
    is_same = (row.status, row.value, row.kept) == (charge.status, charge.value, charge.kept)
    if row.version != reading.seen and not is_same:
        raise ServiceFailed(f"The payment {charge.id} changed while it was read.", hint="It will be read again.")
    if is_same and row.user_id is not None:
        # It took effect in the transaction that wrote it down.
        return Effect(row.id, row.status, row.value, row.user_id, 0, row.reason, is_news=False)
    if not is_same:
        _note_down(row, charge, now)
    return _taken_in(session, row, charge, now, is_news=not is_same)


def own(session: Session, row: Payment, found: Match, now: int, *, credits: int | None = None) -> int:
    """Make the payment this person's, for this subscription, from now on; gives the change of credits.

    The whole of it gives `credits`, or what was agreed."""
    row.user_id, row.matched_by, row.reason = found.user.id, found.by, None
    row.credits = found.subscription.credits if credits is None else credits
    row.period_end = start_of(months_after(day_of(row.due_at), found.subscription.months))
    session.add(found.subscription)
    session.flush()
    row.subscription_id = found.subscription.id
    if row.customer and found.user.asaas_customer is None and not _is_known(session, row.customer):
        found.user.asaas_customer = row.customer
        session.add(found.user)
    return credit(session, row, found.subscription, found.user, now)


def credit(session: Session, row: Payment, subscription: Subscription, user: User, now: int) -> int:
    """Bring credits and paid time to what the payment says now; gives the change of credits."""
    session.add(row)
    renew(session, subscription, user, row.id, now)
    # Flushed before the ledger locks the balance: whoever changes both locks the person first.
    session.flush()
    return settle(session, row, now)


def _taken_in(session: Session, row: Payment, charge: Charge, now: int, *, is_news: bool) -> Effect:
    change = 0
    if row.user_id is not None:
        user = lock_user(session, row.user_id)
        subscription = session.get_one(Subscription, row.subscription_id)
        _learn(subscription, charge)
        change = credit(session, row, subscription, user, now)
    elif charge.kept:
        change = _matched(session, row, charge, now)
        is_news = is_news or row.user_id is not None
    return Effect(row.id, row.status, row.value, row.user_id, change, row.reason, is_news or bool(change))


def _matched(session: Session, row: Payment, charge: Charge, now: int) -> int:
    found = match(session, charge, now)
    if isinstance(found, str):
        row.reason = found
        session.add(row)
        return 0
    _learn(found.subscription, charge)
    return own(session, row, found, now)


def _learn(subscription: Subscription, charge: Charge) -> None:
    """Keep the marks by which later payments of it are known."""
    subscription.asaas_subscription = subscription.asaas_subscription or charge.first.subscription
    subscription.checkout_id = subscription.checkout_id or charge.first.checkout


def _note_down(row: Payment, charge: Charge, now: int) -> None:
    row.status, row.value, row.kept = charge.status, charge.value, charge.kept
    row.billing_type, row.customer = charge.first.billing_type, charge.first.customer
    row.due_at = start_of(charge.due)
    row.version += 1
    row.updated_at = now


def _inserted(session: Session, charge: Charge, now: int) -> Payment:
    row = Payment(id=charge.id, status="", value=0, kept=0, due_at=0, version=0, created_at=now, updated_at=now)
    insert_if_new(session, row, "id")
    found = _locked(session, charge.id)
    assert found is not None
    return found


def _locked(session: Session, id: str) -> Payment | None:
    statement = select(Payment).where(Payment.id == id).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).first()


def _version(database: Database, id: str) -> int:
    with database.read() as session:
        return session.exec(select(Payment.version).where(Payment.id == id)).first() or 0


def _is_known(session: Session, customer: str) -> bool:
    return session.exec(select(User.id).where(col(User.asaas_customer) == customer).limit(1)).first() is not None
