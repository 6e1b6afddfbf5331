"""In whatever order and however often messages of a payment come, it ends alike: the payment decides."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from sqlmodel import select

from studio.db.models import CreditBalance, CreditEntry, Payment, Style, Subscription
from studio.domain.errors import ServiceFailed
from studio.services.ledger import verify
from studio.services.ledger.accounts import lock
from tests.services.billing.conftest import CREDITS, PRICE, Shop

MESSAGES = {
    "confirmed": ("PAYMENT_CONFIRMED", "CONFIRMED"),
    "received": ("PAYMENT_RECEIVED", "RECEIVED"),
    "refunded": ("PAYMENT_REFUNDED", "REFUNDED"),
    "charged back": ("PAYMENT_CHARGEBACK_REQUESTED", "CHARGEBACK_REQUESTED"),
    "reversed": ("PAYMENT_RECEIVED", "RECEIVED"),
}
"""The kind of each message, and how the payment stands when it is read because of it."""

ORDERS = list(itertools.permutations(MESSAGES))
ENDS = ("RECEIVED", "REFUNDED", "CHARGEBACK_REQUESTED")


Hear = Callable[[str, dict[str, Any]], object]


def lives_through(shop: Shop, order: tuple[str, ...], end: str, number: int, hear: Hear) -> None:
    """A payment that changes before each message, and after that, before all of them come a second time."""
    payment = shop.asaas.pays(PRICE, status="PENDING", customer="cus_1", externalReference=shop.user_id)
    for message in order:
        kind, payment["status"] = MESSAGES[message]
        hear(kind, payment)
    payment["status"] = end
    for message in random.Random(number).sample(order, len(order)):
        hear(MESSAGES[message][0], payment)


def ending(shop: Shop) -> tuple[object, ...]:
    """Everything that follows from the buyer's only payment."""
    with shop.database.read() as session:
        payment = session.exec(select(Payment).where(Payment.user_id == shop.user_id)).one()
        subscription = session.exec(select(Subscription).where(Subscription.user_id == shop.user_id)).one()
        balance = session.get_one(CreditBalance, shop.user_id)
    credits = (balance.balance, balance.debt, payment.credits_given, payment.kept)
    return credits, payment.status, shop.user().plan, subscription.state, subscription.paid_until


def endings(shop: Shop, orders: Sequence[tuple[str, ...]], hear: Hear) -> dict[str, set[object]]:
    found: dict[str, set[object]] = {end: set() for end in ENDS}
    for number, order in enumerate(orders):
        shop.next_buyer()
        end = ENDS[number % len(ENDS)]
        lives_through(shop, order, end, number, hear)
        found[end].add(ending(shop))
    with shop.database.read() as session:
        assert verify(session) == []
    return found


@pytest.mark.slow
def test_all_orders_of_duplicated_messages_end_alike(shop: Shop) -> None:
    """What every message comes to, without its way over the wire, which the next test goes."""
    found = endings(shop, ORDERS, lambda kind, payment: shop.takes(payment))

    assert len(ORDERS) == 120
    assert found == expected(shop)


def test_orders_end_alike_over_the_wire(shop: Shop) -> None:
    some = random.Random(5).sample(ORDERS, 6)

    assert endings(shop, some, shop.hears) == expected(shop)


def expected(shop: Shop) -> dict[str, set[object]]:
    month = shop.month_from_today
    return {
        "RECEIVED": {((CREDITS, 0, CREDITS, 4990), "RECEIVED", "pro", "active", month)},
        "REFUNDED": {((0, 0, 0, 0), "REFUNDED", "free", "ended", None)},
        "CHARGEBACK_REQUESTED": {((0, 0, 0, 0), "CHARGEBACK_REQUESTED", "free", "ended", None)},
    }


def test_one_message_in_twenty_threads_has_one_effect(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, customer="cus_1")

    with ThreadPoolExecutor(20) as threads:
        states = list(threads.map(lambda _: shop.hears("PAYMENT_CONFIRMED", payment, id="evt_1&1"), range(20)))

    assert "applied" in states
    assert shop.stands() == (CREDITS, 0)


def test_different_messages_of_one_payment_at_once_have_one_effect(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, customer="cus_1")
    kinds = [kind for kind, _ in MESSAGES.values()] * 4

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda kind: shop.hears(kind, payment), kinds))

    with shop.database.read() as session:
        entries = session.exec(select(CreditEntry).where(CreditEntry.user_id == shop.user_id)).all()
    assert [(entry.kind, entry.amount) for entry in entries] == [("grant", CREDITS)]
    assert len(shop.rows(Subscription)) == 1


def test_a_payment_and_whoever_spends_at_that_moment_do_not_wait_in_a_circle(shop: Shop) -> None:
    """Who delivers a film holds the balance and then notes a file of that person."""
    shop.hears("PAYMENT_CONFIRMED", shop.asaas.pays(PRICE, customer="cus_1"))
    paid = shop.asaas.pays(PRICE, customer="cus_1")

    with ThreadPoolExecutor(1) as threads:
        with shop.database.write() as session:
            lock(session, shop.user_id, shop.now)
            taken = threads.submit(shop.hears, "PAYMENT_CONFIRMED", paid)
            wait([taken], timeout=0.5)
            session.add(Style(owner_id=shop.user_id, handle="mine", name="Mine", definition="{}"))
        state = taken.result()

    assert (state, shop.stands()) == ("applied", (2 * CREDITS, 0))


def test_what_was_read_before_a_newer_reading_is_not_put_over_it(shop: Shop) -> None:
    """A slow process reads that a payment is confirmed, and writes it down after another knows of the refund."""
    payment = shop.asaas.pays(PRICE, customer="cus_1")
    body = shop.asaas.event("PAYMENT_CONFIRMED", payment, id="evt_1&1")
    slow = shop.source.verify({"asaas-access-token": shop.token}, body, shop.now)
    old_reading = shop.source.prepare(slow)
    payment["status"] = "REFUNDED"
    shop.hears("PAYMENT_REFUNDED", payment)

    with pytest.raises(ServiceFailed, match="changed while it was read"), shop.database.write() as session:
        shop.source.apply(session, slow, old_reading)
    shop.hears("PAYMENT_CONFIRMED", payment, id="evt_1&1")

    assert shop.stands() == (0, 0)
    assert shop.rows(Payment)[0].status == "REFUNDED"
