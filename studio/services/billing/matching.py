"""Whose payment it is, and what it pays for: the surest mark first, and the amount has to be the agreed one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel import Session, col, select, true

from studio.db.models.billing_plan import BillingPlan
from studio.db.models.subscription import Subscription
from studio.db.models.user import User
from studio.domain.errors import Refused
from studio.providers.asaas.payments import Charge

MONTH = 1
YEAR = 12


@dataclass(frozen=True)
class Match:
    """Whose it is, what it pays for, and by which mark that was found."""

    by: str
    user: User
    subscription: Subscription


def match(session: Session, charge: Charge, now: int) -> Match | str:
    """Whose the charge is; or a sentence that says why nobody can tell. A subscription may be new."""
    for by, find in _WAYS:
        found = find(session, charge)
        if found is not None:
            return _agreed(session, by, found, charge, now)
    return "Nothing in it tells whose it is."


def price_of(plan: BillingPlan, months: int) -> int:
    """Centavos for a month or a year. Raises Refused for a plan that is not sold by the year."""
    if months == MONTH:
        return plan.price_monthly
    if plan.price_yearly is None:
        raise Refused(f"The plan {plan.key} is not sold by the year.", hint=f"studio subscription start {plan.key}")
    return plan.price_yearly


def subscription_to(plan: BillingPlan, user_id: str, months: int, now: int, *, state: str) -> Subscription:
    """A new wish for the plan, at today's price."""
    return Subscription(
        user_id=user_id,
        plan=plan.key,
        months=months,
        price=price_of(plan, months),
        credits=plan.credits * months,
        state=state,
        created_at=now,
        updated_at=now,
    )


def lock_user(session: Session, user_id: str) -> User:
    """The person, whose plan and subscriptions nobody else changes until the transaction ends."""
    # Not the key: whoever holds the balance may note a file of this person, and would wait for us in a circle.
    theirs = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session.exec(theirs.execution_options(populate_existing=True)).one()


def _by_reference(session: Session, charge: Charge) -> Subscription | User | None:
    reference = charge.first.external_reference
    if reference is None:
        return None
    return session.get(Subscription, reference) or session.get(User, reference)


def _by_checkout(session: Session, charge: Charge) -> Subscription | None:
    checkout = charge.first.checkout
    if checkout is None:
        return None
    return session.exec(select(Subscription).where(Subscription.checkout_id == checkout)).first()


def _by_link(session: Session, charge: Charge) -> Subscription | None:
    """A plan's own payment page, used by somebody whose customer id is known."""
    link, user = charge.first.payment_link, _by_customer(session, charge)
    if link is None or user is None:
        return None
    plans = session.exec(select(BillingPlan).where(col(BillingPlan.checkout_url).is_not(None)))
    keys = [plan.key for plan in plans if urlsplit(plan.checkout_url or "").path.rpartition("/")[2] == link]
    wanted = select(Subscription).where(Subscription.user_id == user.id, col(Subscription.plan).in_(keys))
    return session.exec(wanted.order_by(col(Subscription.created_at).desc()).limit(1)).first()


def _by_subscription(session: Session, charge: Charge) -> Subscription | None:
    id = charge.first.subscription
    if id is None:
        return None
    return session.exec(select(Subscription).where(Subscription.asaas_subscription == id)).first()


def _by_customer(session: Session, charge: Charge) -> User | None:
    customer = charge.first.customer
    if customer is None:
        return None
    found = session.exec(select(User).where(User.asaas_customer == customer).limit(2)).all()
    return found[0] if len(found) == 1 else None


_WAYS: tuple[tuple[str, Callable[[Session, Charge], Subscription | User | None]], ...] = (
    ("externalReference", _by_reference),
    ("checkoutSession", _by_checkout),
    ("paymentLink", _by_link),
    ("subscription", _by_subscription),
    ("customer", _by_customer),
)


def _agreed(session: Session, by: str, found: Subscription | User, charge: Charge, now: int) -> Match | str:
    user = lock_user(session, found.id if isinstance(found, User) else found.user_id)
    if user.deleted_at is not None:
        return f"The user {user.id}, whose it is, was deleted."
    if isinstance(found, Subscription):
        # It was read before the lock.
        session.refresh(found)
    subscription = found if isinstance(found, Subscription) else _subscription_of(session, user, charge, now)
    if subscription is None:
        return f"It is from {user.email}, and its amount is the price of no one plan on offer."
    if not _pays(charge, subscription.price):
        return f"It is from {user.email}, and its amount is not the price of the plan {subscription.plan}."
    return Match(by, user, subscription)


def _subscription_of(session: Session, user: User, charge: Charge, now: int) -> Subscription | None:
    """What somebody's payment is for, by its amount alone: what they have, or the one plan at this price."""
    theirs = select(Subscription).where(Subscription.user_id == user.id).order_by(col(Subscription.created_at).desc())
    known = next((each for each in session.exec(theirs) if _pays(charge, each.price)), None)
    return known or _new_subscription(session, user, charge, now)


def _new_subscription(session: Session, user: User, charge: Charge, now: int) -> Subscription | None:
    plans = session.exec(select(BillingPlan).where(col(BillingPlan.active) == true()).order_by(BillingPlan.key)).all()
    offers = [(plan, months) for plan in plans for months in (MONTH, YEAR) if _is_offer(charge, plan, months)]
    own = [offer for offer in offers if offer[0].key == user.plan]
    fitting = own or offers
    if len(fitting) != 1:
        return None
    plan, months = fitting[0]
    return subscription_to(plan, user.id, months, now, state="ended")


def _is_offer(charge: Charge, plan: BillingPlan, months: int) -> bool:
    price = plan.price_monthly if months == MONTH else plan.price_yearly
    return price is not None and price > 0 and _pays(charge, price)


def _pays(charge: Charge, price: int) -> bool:
    """Whether it is this price, or this price with a fine for being late."""
    return charge.value == price or (charge.original == price and charge.value > price)
