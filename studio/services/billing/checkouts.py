"""A page where one pays, made at Asaas for a wish that is written down first.

Asaas knows no idempotency keys: the wish's id is the `externalReference`, one process at a time asks, each POST is sent
once, and a wish whose POST may have arrived is looked for before the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlmodel import Session

from studio.db.engine import Database
from studio.db.models.subscription import Subscription
from studio.db.models.user import User
from studio.domain.clock import Clock
from studio.domain.errors import Conflict, Rejected, StudioError, Uncertain
from studio.domain.people import LOCAL_EMAIL
from studio.domain.periods import day_of
from studio.providers.asaas.money import reais
from studio.services.billing.intake import read, take
from studio.services.billing.matching import YEAR, lock_user
from studio.services.billing.states import note

if TYPE_CHECKING:
    from studio.providers.asaas.service import Asaas, Checkout

LEASE_MILLISECONDS = 5 * 60 * 1000
"""Longer than all that is asked of Asaas can take."""
MINUTES_TO_EXPIRE = 1440
"""The longest that Asaas keeps a page open."""

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4efokAASaAk3M2hAkAAAAAElFTkSuQmCC"
"""Asaas' schema wants a picture of each item: one grey pixel."""


@dataclass(frozen=True)
class Offer:
    """What somebody wants to pay for. `price` is centavos for `months` months; the tax id is passed on, not kept."""

    wish_id: str
    user_id: str
    plan_name: str
    months: int
    price: int
    credits: int
    tax_id: str | None


def offer(database: Database, asaas: Asaas, wanted: Offer, return_url: str, clock: Clock) -> None:
    """Have the page made and write down where it is.

    Raises Conflict while somebody else does the same, Uncertain when it is not known whether the page was made, and
    what Asaas refuses; the same wish can then be asked for again."""
    was_sent = _claim(database, wanted, clock())
    try:
        if was_sent and _was_paid(database, asaas, wanted, clock):
            return
        customer = _customer(database, asaas, wanted)
        _mark(database, wanted.wish_id, sent_at=clock())
        checkout = asaas.create_checkout(_payload(wanted, customer, return_url, clock()))
    except Uncertain as error:
        _mark(database, wanted.wish_id, busy_until=None)
        raise Uncertain(
            f"{error.message} Nothing is charged before you pay.",
            hint="Run the same command again: it asks Asaas first.",
        ) from error
    except StudioError:
        # What was sent before this run is not forgotten by it.
        _mark(database, wanted.wish_id, busy_until=None, **({} if was_sent else {"sent_at": None}))
        raise
    _offered(database, wanted, checkout, clock())


_CLAIM = text(
    "UPDATE subscription SET busy_until = :until WHERE id = :id AND state = 'starting'"
    " AND (busy_until IS NULL OR busy_until <= :now) RETURNING sent_at"
)


def _claim(database: Database, wanted: Offer, now: int) -> bool:
    """Be the only one who asks for this page; tells whether it was asked for before."""
    values = {"id": wanted.wish_id, "now": now, "until": now + LEASE_MILLISECONDS}
    with database.write() as session:
        row = session.connection().execute(_CLAIM, values).one_or_none()
    if row is None:
        raise Conflict(
            "This subscription is being started by another command.",
            hint="studio subscription show tells the address as soon as it is there.",
        )
    return row.sent_at is not None


def _was_paid(database: Database, asaas: Asaas, wanted: Offer, clock: Clock) -> bool:
    """Whether the page whose address was lost has been paid on; if so, that takes effect now."""
    found = [payment for page in asaas.payments({"externalReference": wanted.wish_id}) for payment in page]
    readings = [reading for payment in found if (reading := read(database, asaas, payment.id))]
    for reading in readings:
        with database.write() as session:
            take(session, reading, clock())
    return any(reading.charge.kept for reading in readings)


def _customer(database: Database, asaas: Asaas, wanted: Offer) -> str | None:
    """Who pays, made at Asaas once. None where Asaas wants a tax id that was not given: its page then asks for all."""
    with database.read() as session:
        user = session.get_one(User, wanted.user_id)
    if user.asaas_customer is not None:
        return user.asaas_customer
    customer = asaas.find_customer(user.id) or _new_customer(asaas, user, wanted.tax_id)
    if customer is not None:
        with database.write() as session:
            row = lock_user(session, user.id)
            row.asaas_customer = row.asaas_customer or customer
            session.add(row)
    return customer


def _new_customer(asaas: Asaas, user: User, tax_id: str | None) -> str | None:
    email = None if user.email == LOCAL_EMAIL else user.email
    try:
        return asaas.create_customer(reference=user.id, name=user.name or user.email, email=email, tax_id=tax_id)
    except Rejected as error:
        if tax_id is None and error.details.get("status") == 400:
            return None
        raise


def _payload(wanted: Offer, customer: str | None, return_url: str, now: int) -> dict[str, Any]:
    term = "year" if wanted.months == YEAR else "month"
    item = {
        "name": wanted.plan_name[:30],
        "description": f"{wanted.credits} credits a {term}",
        "quantity": 1,
        "value": reais(wanted.price),
        "imageBase64": PICTURE,
        "externalReference": wanted.wish_id,
    }
    return {
        # Asaas renews payments by card alone.
        "billingTypes": ["CREDIT_CARD"],
        "chargeTypes": ["RECURRENT"],
        "minutesToExpire": MINUTES_TO_EXPIRE,
        "externalReference": wanted.wish_id,
        "callback": {"successUrl": return_url, "cancelUrl": return_url, "expiredUrl": return_url},
        "items": [item],
        "subscription": {
            "cycle": "YEARLY" if wanted.months == YEAR else "MONTHLY",
            "nextDueDate": day_of(now).isoformat(),
        },
        **({} if customer is None else {"customer": customer}),
    }


def _mark(database: Database, id: str, **columns: int | None) -> None:
    with database.write() as session:
        row = session.get_one(Subscription, id)
        for name, value in columns.items():
            setattr(row, name, value)
        session.add(row)


def _offered(database: Database, wanted: Offer, checkout: Checkout, now: int) -> None:
    with database.write() as session:
        lock_user(session, wanted.user_id)
        row = session.get_one(Subscription, wanted.wish_id)
        row.busy_until = None
        row.checkout_id, row.checkout_url = checkout.id, checkout.url
        row.checkout_expires_at = now + MINUTES_TO_EXPIRE * 60_000
        _open(session, row, now)


def _open(session: Session, row: Subscription, now: int) -> None:
    """Show the page, unless the wish was taken back or even paid for meanwhile."""
    if row.state == "starting":
        row.state = "pending"
        note(session, row, "offered", now)
    session.add(row)
