"""What a payment gives, takes back and pays for, told by messages that are believed in nothing but their id."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import select

from studio.contracts.payments import AssignPayment, PaymentFilter
from studio.contracts.plans import CreatePlan, EditPlan
from studio.contracts.subscriptions import StartSubscription
from studio.db.models import CreditGrant, Payment, Subscription, User
from studio.domain.errors import Conflict, Invalid, Misconfigured, NotAllowed, NotLoggedIn, Refused
from studio.services.billing.states import GRACE_MILLISECONDS, end_due
from studio.services.ledger import capture, reserve, transact
from studio.services.payments import AdminPaymentsService
from studio.services.principal import Principal
from studio.services.webhooks.asaas import AsaasSource
from tests.servers.asaas import TOKEN
from tests.services.billing.conftest import CREDITS, DAY, PRICE, Shop
from tests.services.conftest import independent_administrator
from tests.services.ledger.ground import USAGE

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where it is about what Asaas says and not about rows that two want at once."""


def spends(shop: Shop, amount: int) -> None:
    held = transact(shop.database, reserve, shop.user_id, amount, key="film", expires_at=shop.now + DAY, now=shop.now)
    transact(shop.database, capture, str(held.hold_id), amount, USAGE, now=shop.now)


def test_a_card_payment_gives_its_credits_once_and_the_plan_for_a_month(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, customer="cus_1")

    first = shop.hears("PAYMENT_CONFIRMED", payment)
    payment["status"] = "RECEIVED"
    second = shop.hears("PAYMENT_RECEIVED", payment)

    with shop.database.read() as session:
        grant = session.exec(select(CreditGrant).where(CreditGrant.user_id == shop.user_id)).one()
    view = shop.buyer.show()
    assert (first, second) == ("applied", "applied")
    assert shop.stands() == (CREDITS, 0)
    assert (grant.source, grant.source_id) == ("payment", payment["id"])
    assert (view.plan, view.state, f"{view.paid_until:%Y-%m-%d}") == ("pro", "active", "2026-12-22")
    assert [(event.kind, event.payment_id) for event in view.history] == [("paid", payment["id"])]


@ON_SQLITE
@pytest.mark.parametrize("kind", ["PAYMENT_CREATED", "PAYMENT_OVERDUE", "PAYMENT_DELETED", "PAYMENT_RESTORED"])
def test_what_nobody_has_paid_gives_nothing_and_is_not_kept(shop: Shop, kind: str) -> None:
    payment = shop.asaas.pays(PRICE, status="PENDING", customer="cus_1", deleted=kind == "PAYMENT_DELETED")

    assert shop.hears(kind, payment) == "ignored"
    assert shop.rows(Payment) == []


@ON_SQLITE
@pytest.mark.parametrize("kind", ["CHECKOUT_PAID", "CHECKOUT_EXPIRED", "INVOICE_AUTHORIZED", "BALANCE_X", "NEWS"])
def test_messages_of_other_kinds_are_taken_and_change_nothing(shop: Shop, kind: str) -> None:
    checkout = {"id": "chk-1", "status": "PAID", "externalReference": shop.user_id, "customer": "cus_1"}

    assert shop.hears(kind, checkout) == "ignored"
    assert shop.asaas.requests == []
    assert shop.stands() == (0, 0)


@ON_SQLITE
def test_a_forged_message_with_the_right_token_gives_nothing(shop: Shop) -> None:
    """It tells of a payment that there is not, and of one that is not paid."""
    unpaid = shop.asaas.pays(PRICE, status="PENDING", customer="cus_1")
    invented = unpaid | {"id": "pay_invented", "status": "RECEIVED"}

    states = [shop.hears("PAYMENT_RECEIVED", each) for each in (invented, unpaid | {"status": "RECEIVED"})]

    assert states == ["ignored", "ignored"]
    assert shop.stands() == (0, 0)


@ON_SQLITE
@pytest.mark.parametrize("id", ["../customers", "pay_1?status=RECEIVED", "a/b", "", 7, None, "pay_1\n", "é"])
def test_an_id_that_is_none_is_asked_of_nobody(shop: Shop, id: Any) -> None:
    assert shop.hears("PAYMENT_RECEIVED", {"id": id, "status": "RECEIVED"}) == "ignored"
    assert shop.asaas.requests == []


def test_a_refund_takes_back_what_was_spent_as_debt_and_the_plan(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, customer="cus_1")
    shop.hears("PAYMENT_CONFIRMED", payment)
    spends(shop, 120)

    payment["status"] = "REFUNDED"
    shop.hears("PAYMENT_REFUNDED", payment)

    assert shop.stands() == (0, 120)
    assert (shop.user().plan, shop.buyer.show().state) == ("free", "ended")


@ON_SQLITE
def test_partial_refunds_add_up(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, customer="cus_1")
    shop.hears("PAYMENT_CONFIRMED", payment)
    standing = []

    payment["refunds"] = [{"status": "DONE", "value": 9.98}]
    shop.hears("PAYMENT_PARTIALLY_REFUNDED", payment)
    standing.append(shop.stands())
    payment["refunds"] += [{"status": "CANCELLED", "value": 39.92}, {"status": "DONE", "value": 14.97}]
    shop.hears("PAYMENT_PARTIALLY_REFUNDED", payment)
    standing.append(shop.stands())
    payment["status"], payment["refunds"][1]["status"] = "REFUNDED", "DONE"
    shop.hears("PAYMENT_REFUNDED", payment)
    standing.append(shop.stands())

    assert standing == [(CREDITS * 4 // 5, 0), (CREDITS // 2, 0), (0, 0)]


def test_a_chargeback_that_is_won_gives_the_credits_again_under_a_key_of_its_own(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, customer="cus_1", refunds=[{"value": 9.98}])
    shop.hears("PAYMENT_CONFIRMED", payment)
    spends(shop, 100)
    payment["status"] = "CHARGEBACK_REQUESTED"
    shop.hears("PAYMENT_CHARGEBACK_REQUESTED", payment)
    owed = shop.stands()

    payment["status"] = "RECEIVED"
    shop.hears("PAYMENT_RECEIVED", payment)
    won = shop.stands()
    payment["status"] = "REFUNDED"
    shop.hears("PAYMENT_REFUNDED", payment)

    with shop.database.read() as session:
        names = session.exec(select(CreditGrant.source_id).where(CreditGrant.user_id == shop.user_id)).all()
    assert (owed, won, shop.stands()) == ((0, 100), (300, 0), (0, 100))
    assert sorted(names) == [payment["id"], f"{payment['id']}:2"]


@ON_SQLITE
def test_cash_that_was_a_mistake_is_taken_back(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, status="RECEIVED_IN_CASH", customer="cus_1")
    shop.hears("PAYMENT_RECEIVED", payment)
    paid = shop.stands()

    payment["status"] = "OVERDUE"
    shop.hears("PAYMENT_RECEIVED_IN_CASH_UNDONE", payment)

    assert (paid, shop.stands()) == ((CREDITS, 0), (0, 0))


def test_installments_of_one_purchase_give_its_credits_once(shop: Shop) -> None:
    purchase = {"customer": "cus_1", "installment": "2765d086-c7c5-5cca-898a-4262d212587c"}
    parts = [shop.asaas.pays(value, **purchase) for value in (16.63, 16.63, 16.64)]

    for part in parts:
        shop.hears("PAYMENT_CONFIRMED", part)
    confirmed = shop.stands()
    parts[1]["status"] = "CHARGEBACK_REQUESTED"
    shop.hears("PAYMENT_CHARGEBACK_REQUESTED", parts[1])

    assert confirmed == (CREDITS, 0)
    assert shop.stands() == (CREDITS * (1663 + 1664) // 4990, 0)
    assert [(row.id, row.value) for row in shop.rows(Payment)] == [(purchase["installment"], 4990)]


@ON_SQLITE
@pytest.mark.parametrize(
    ("marks", "found_by"),
    [
        ({"externalReference": "wish", "customer": "cus_9"}, "externalReference"),
        ({"checkoutSession": "chk-1", "customer": "cus_9"}, "checkoutSession"),
        ({"paymentLink": "123517639363", "customer": "cus_1"}, "paymentLink"),
        ({"subscription": "sub_1", "customer": "cus_9"}, "subscription"),
        ({"externalReference": "056984", "customer": "cus_1"}, "customer"),
    ],
)
def test_the_surest_mark_tells_whose_it_is(shop: Shop, marks: dict[str, str], found_by: str) -> None:
    link = EditPlan(checkout_url="https://www.asaas.com/c/123517639363")
    shop.studio.admin_plans.edit("pro", link)
    wish = Subscription(
        **{"id": "wish", "user_id": shop.user_id, "plan": "pro", "months": 1, "price": 4990, "credits": CREDITS},
        **{"state": "pending", "checkout_id": "chk-1", "asaas_subscription": "sub_1"},
    )
    with shop.database.write() as session:
        session.add(wish)

    shop.hears("PAYMENT_CONFIRMED", shop.asaas.pays(PRICE, **marks))

    (row,) = shop.rows(Payment)
    assert (row.matched_by, row.subscription_id, row.user_id) == (found_by, "wish", shop.user_id)
    assert shop.stands() == (CREDITS, 0)


@ON_SQLITE
@pytest.mark.parametrize(
    ("value", "marks", "reason"),
    [
        (PRICE, {"customer": "cus_unknown"}, "Nothing in it tells whose it is."),
        (49.91, {"customer": "cus_1"}, "the price of no one plan"),
        (0.01, {"customer": "cus_1"}, "the price of no one plan"),
        (PRICE, {"customer": "cus_gone"}, "was deleted"),
        (49.91, {"externalReference": "wish"}, "not the price of the plan pro"),
    ],
)
def test_money_nobody_is_known_for_is_kept_and_listed(
    shop: Shop, value: float, marks: dict[str, str], reason: str
) -> None:
    wish = {"id": "wish", "user_id": shop.user_id, "plan": "pro", "months": 1, "price": 4990, "credits": CREDITS}
    with shop.database.write() as session:
        session.add(User(email="gone@example.com", asaas_customer="cus_gone", deleted_at=1))
        session.add(Subscription(**wish))

    state = shop.hears("PAYMENT_RECEIVED", shop.asaas.pays(value, **marks))

    (listed,) = shop.payments.list(PaymentFilter(unmatched=True)).data
    assert state == "applied"
    assert (listed.user_id, listed.credits_given) == (None, 0)
    assert reason in (listed.reason or "")
    assert shop.stands() == (0, 0)


@ON_SQLITE
def test_a_fine_for_being_late_pays_the_plan_all_the_same(shop: Shop) -> None:
    shop.hears("PAYMENT_RECEIVED", shop.asaas.pays(51.4, originalValue=PRICE, customer="cus_1"))

    assert shop.stands() == (CREDITS, 0)


@ON_SQLITE
def test_a_year_gives_the_credits_of_twelve_months(shop: Shop) -> None:
    shop.hears("PAYMENT_RECEIVED", shop.asaas.pays(499, customer="cus_1"))

    view = shop.buyer.show()
    assert shop.stands() == (12 * CREDITS, 0)
    assert (view.months, f"{view.paid_until:%Y-%m-%d}") == (12, "2027-11-22")


def test_a_renewal_goes_on_at_the_agreed_price_and_the_end_of_it_ends_the_plan(shop: Shop) -> None:
    shop.hears("PAYMENT_CONFIRMED", shop.asaas.pays(PRICE, customer="cus_1", subscription="sub_1"))
    shop.studio.admin_plans.edit("pro", EditPlan(price_monthly=9990, credits=900))
    shop.hears(
        "PAYMENT_CONFIRMED", shop.asaas.pays(PRICE, customer="cus_1", subscription="sub_1", dueDate="2026-12-22")
    )
    until = shop.buyer.show().paid_until
    assert until is not None

    shop.now = int(until.timestamp() * 1000) + DAY
    early, overdue = end_due(shop.database, shop.now), shop.buyer.show().state
    shop.now += GRACE_MILLISECONDS
    ended = [end_due(shop.database, shop.now) for _ in range(2)]

    assert (f"{until:%Y-%m-%d}", early, overdue) == ("2027-01-22", 0, "overdue")
    assert (ended, shop.buyer.show().state, shop.user().plan) == ([1, 0], "ended", "free")
    assert shop.stands() == (2 * CREDITS, 0)


def test_an_administrator_says_whose_money_it_is_once(shop: Shop) -> None:
    payment = shop.asaas.pays(24.95, status="RECEIVED", customer="cus_new")
    shop.hears("PAYMENT_RECEIVED", payment)
    with shop.database.write() as session:
        session.get_one(User, shop.user_id).asaas_customer = None
    wish = AssignPayment(user="ana@example.com", plan="pro")

    view = shop.payments.assign(payment["id"][:8], wish)

    assert (view.matched_by, view.credits_given, view.reason) == ("administrator", CREDITS // 2, None)
    assert shop.stands() == (CREDITS // 2, 0)
    assert shop.user().asaas_customer == "cus_new"
    assert "payment.assigned" in {entry.action for entry in shop.studio.audit.list().data}
    with pytest.raises(Conflict, match="belongs to the user"):
        shop.payments.assign(payment["id"], wish)
    payment["status"] = "REFUNDED"
    shop.hears("PAYMENT_REFUNDED", payment)
    assert shop.stands() == (0, 0)


@ON_SQLITE
def test_money_that_is_gone_and_free_plans_are_not_assigned_and_nobody_assigns_to_themselves(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, status="RECEIVED", customer="cus_new")
    shop.hears("PAYMENT_RECEIVED", payment)
    rui = independent_administrator(shop.studio, "rui@example.com")
    principal = Principal(rui, "rui@example.com", "admin")
    his = AdminPaymentsService(shop.database, principal, shop.open_asaas, shop.clock)

    with pytest.raises(NotAllowed, match="to themselves"):
        his.assign(payment["id"], AssignPayment(user=rui, plan="pro"))
    with pytest.raises(Refused, match="free"):
        his.assign(payment["id"], AssignPayment(user=shop.user_id, plan="free"))
    payment["status"] = "REFUNDED"
    shop.hears("PAYMENT_REFUNDED", payment)
    with pytest.raises(Refused, match="REFUNDED"):
        his.assign(payment["id"], AssignPayment(user=shop.user_id, plan="pro"))


@ON_SQLITE
def test_a_customer_of_two_people_and_a_price_of_two_plans_tell_nothing(shop: Shop) -> None:
    with shop.database.write() as session:
        session.add(User(email="twin@example.com", asaas_customer="cus_2"))
        session.add(User(email="other@example.com", asaas_customer="cus_2"))
    shop.hears("PAYMENT_RECEIVED", shop.asaas.pays(PRICE, customer="cus_2"))
    shop.studio.admin_plans.create(CreatePlan(key="team", name="Team", credits=9, price_monthly=4990))

    shop.hears("PAYMENT_RECEIVED", shop.asaas.pays(PRICE, customer="cus_1"))

    assert [row.user_id for row in shop.rows(Payment)] == [None, None]


@ON_SQLITE
def test_asaas_ends_a_subscription_and_a_forged_message_does_not(shop: Shop) -> None:
    checkout = shop.buyer.start(StartSubscription(plan="pro"))
    (id,) = shop.asaas.checkouts
    payment = shop.asaas.pays_checkout(id)
    shop.hears("PAYMENT_CONFIRMED", payment)
    subscription = dict(shop.asaas.subscriptions[payment["subscription"]])

    forged = shop.hears("SUBSCRIPTION_DELETED", subscription)
    going_on = shop.buyer.show().state
    shop.asaas.subscriptions.clear()
    told = [shop.hears("SUBSCRIPTION_DELETED", subscription) for _ in range(2)]

    assert checkout.checkout_url is not None
    assert (forged, going_on, told) == ("ignored", "active", ["applied", "ignored"])
    assert (shop.buyer.show().state, shop.user().plan) == ("canceled", "pro")


@ON_SQLITE
def test_an_asaas_that_does_not_answer_is_asked_again_later(shop: Shop) -> None:
    payment = shop.asaas.pays(PRICE, customer="cus_1")
    shop.asaas.will(f"payments/{payment['id']}", 500, 429, 401)

    states = [shop.hears("PAYMENT_CONFIRMED", payment, id="evt_1&1") for _ in range(4)]

    assert states == ["received", "received", "received", "applied"]
    assert shop.stands() == (CREDITS, 0)


GOOD = b'{"id": "evt_1&1", "event": "PAYMENT_RECEIVED", "payment": {"id": "pay_1"}}'


@ON_SQLITE
@pytest.mark.parametrize(
    "token", ["", "short", TOKEN[:-1], TOKEN + " ", TOKEN.upper(), "é" * 40, "\ud800", f"{TOKEN},"]
)
def test_a_wrong_token_is_turned_away(shop: Shop, token: str) -> None:
    with pytest.raises(NotLoggedIn):
        shop.source.verify({"asaas-access-token": token}, GOOD, 1)
    with pytest.raises(NotLoggedIn):
        shop.source.verify({}, GOOD, 1)


@ON_SQLITE
def test_while_a_token_is_replaced_both_are_valid(shop: Shop) -> None:
    source = AsaasSource(shop.database, shop.open_asaas, f"{TOKEN}, {'n' * 32}")

    taken = [source.verify({"asaas-access-token": token}, GOOD, 5) for token in (TOKEN, "n" * 32)]

    assert [(each.event_id, each.type, each.body, each.received_at) for each in taken] == [
        ("evt_1&1", "PAYMENT_RECEIVED", GOOD, 5)
    ] * 2


@ON_SQLITE
@pytest.mark.parametrize("tokens", ["", "short", f"{TOKEN} short"])
def test_without_a_token_that_is_long_enough_nothing_is_taken(shop: Shop, tokens: str) -> None:
    with pytest.raises(Misconfigured):
        AsaasSource(shop.database, shop.open_asaas, tokens).verify({"asaas-access-token": tokens}, GOOD, 1)


BAD_BODIES = (
    b"",
    b"no json",
    b"[]",
    b"\xff",
    b"[" * 30_000,
    b'{"id": "a"}',
    GOOD.replace(b"evt_1&1", b""),
    GOOD.replace(b"evt_1&1", b"\\u0000"),
    GOOD.replace(b"evt_1&1", b"\\ud800"),
    GOOD.replace(b'"evt_1&1"', b"7"),
    GOOD.replace(b"PAYMENT_RECEIVED", b"x" * 201),
    GOOD.replace(b"{", b'{"id": "evt_2", ', 1),
    GOOD.replace(b'"pay_1"', b"NaN"),
)


@ON_SQLITE
def test_what_is_no_message_is_refused(shop: Shop) -> None:
    for body in BAD_BODIES:
        with pytest.raises(Invalid):
            shop.source.verify({"asaas-access-token": TOKEN}, body, 1)
    assert json.loads(GOOD)["id"] == "evt_1&1"
