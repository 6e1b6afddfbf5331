"""Choosing a plan, paying for it, and ending it; and an Asaas that fails at every point of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError

from studio.contracts.plans import CreatePlan, EditPlan
from studio.contracts.subscriptions import StartSubscription
from studio.db.models import Payment, Subscription
from studio.domain.errors import Conflict, KeyRefused, Misconfigured, NotFound, NotSent, Rejected, Uncertain
from studio.services.subscriptions import SubscriptionsService
from tests.servers.asaas.server import LOST
from tests.services.billing.conftest import CREDITS, DAY, Shop

PRO = StartSubscription(plan="pro")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def stranger(shop: Shop) -> None:
    """Somebody buys whom Asaas does not know yet."""
    shop.next_buyer()


def test_a_checkout_becomes_a_subscription_when_it_is_paid(shop: Shop) -> None:
    offered = shop.buyer.start(PRO)
    (checkout,) = shop.asaas.checkouts.values()
    payment = shop.asaas.pays_checkout(checkout["id"])
    shop.hears("CHECKOUT_PAID", checkout)
    before = shop.stands()
    shop.hears("PAYMENT_CONFIRMED", payment)

    paid = shop.buyer.show()
    assert offered.state == "pending"
    assert offered.checkout_url == f"https://asaas.com/checkoutSession/show?id={checkout['id']}"
    assert (checkout["externalReference"], checkout["customer"]) == (offered.id, "cus_1")
    assert checkout["items"][0]["value"] == 49.9
    assert checkout["subscription"] == {"cycle": "MONTHLY", "nextDueDate": "2026-11-22"}
    assert (before, shop.stands()) == ((0, 0), (CREDITS, 0))
    assert (paid.id, paid.state, paid.plan, shop.user().plan) == (offered.id, "active", "pro", "pro")
    assert [event.kind for event in paid.history] == ["paid", "offered", "started"]


def test_the_same_wish_gives_the_same_page_until_it_closes(shop: Shop) -> None:
    first, again = shop.buyer.start(PRO), shop.buyer.start(PRO)
    shop.now += DAY
    later = shop.buyer.start(PRO)

    assert (again.id, again.checkout_url) == (first.id, first.checkout_url)
    assert later.id != first.id
    assert len(shop.asaas.asked("POST", "checkouts")) == 2


def test_of_two_starts_at_once_one_asks_asaas(shop: Shop) -> None:
    stranger(shop)
    shop.asaas.wants_tax_id = False

    def start(_: int) -> str:
        try:
            return shop.buyer.start(PRO).state
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(8) as threads:
        states = set(threads.map(start, range(8)))

    assert states <= {"pending", "conflict"}
    assert shop.buyer.show().state == "pending"
    assert [len(shop.asaas.asked("POST", path)) for path in ("customers", "checkouts")] == [1, 1]


@ON_SQLITE
def test_a_customer_is_made_once_and_known_from_then_on(shop: Shop) -> None:
    stranger(shop)
    shop.buyer.start(StartSubscription(plan="pro", tax_id="123.456.789-09"))
    shop.buyer.cancel()
    shop.buyer.start(StartSubscription(plan="pro", yearly=True, tax_id="123.456.789-09"))

    (made,) = shop.asaas.asked("POST", "customers")
    user = shop.user()
    assert made.body == {
        "name": "Ana",
        "externalReference": user.id,
        "email": user.email,
        "cpfCnpj": "12345678909",
    }
    assert user.asaas_customer in shop.asaas.customers
    assert [each["customer"] for each in shop.asaas.checkouts.values()] == [user.asaas_customer] * 2


@ON_SQLITE
def test_without_a_tax_id_the_page_asks_who_pays(shop: Shop) -> None:
    stranger(shop)

    shop.buyer.start(PRO)
    (checkout,) = shop.asaas.checkouts.values()
    shop.hears("PAYMENT_CONFIRMED", shop.asaas.pays_checkout(checkout["id"]))

    assert "customer" not in checkout
    assert shop.stands() == (CREDITS, 0)
    assert shop.user().asaas_customer in shop.asaas.customers


@ON_SQLITE
def test_a_customer_whose_answer_was_lost_is_found_again(shop: Shop) -> None:
    stranger(shop)
    wish = StartSubscription(plan="pro", tax_id="12345678909")
    shop.asaas.will("POST customers", LOST)

    with pytest.raises(Uncertain, match="Nothing is charged before you pay"):
        shop.buyer.start(wish)
    shop.buyer.start(wish)

    assert len(shop.asaas.asked("POST", "customers")) == 1
    assert shop.user().asaas_customer in shop.asaas.customers
    assert len(shop.asaas.checkouts) == 1


def test_after_a_lost_checkout_asaas_is_asked_for_its_payment_first(shop: Shop) -> None:
    shop.asaas.will("checkouts", LOST)

    with pytest.raises(Uncertain) as caught:
        shop.buyer.start(PRO)
    starting = shop.buyer.show()
    offered = shop.buyer.start(PRO)

    lost, shown = shop.asaas.checkouts.values()
    assert caught.value.hint == "Run the same command again: it asks Asaas first."
    assert (starting.state, offered.state, offered.id) == ("starting", "pending", starting.id)
    assert [request.query["externalReference"] for request in shop.asaas.asked("GET", "payments")] == [offered.id]
    assert lost["externalReference"] == shown["externalReference"] == offered.id


def test_a_lost_checkout_that_was_paid_is_no_reason_for_another(shop: Shop) -> None:
    shop.asaas.will("checkouts", LOST)
    with pytest.raises(Uncertain):
        shop.buyer.start(PRO)
    (checkout,) = shop.asaas.checkouts.values()
    shop.asaas.pays_checkout(checkout["id"], externalReference=checkout["externalReference"])

    view = shop.buyer.start(PRO)

    assert (view.state, shop.stands()) == ("active", (CREDITS, 0))
    assert len(shop.asaas.asked("POST", "checkouts")) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("status", "error"), [(400, Rejected), (401, KeyRefused), (403, KeyRefused), (500, Uncertain), (503, Uncertain)]
)
def test_after_a_failure_the_same_command_goes_on(shop: Shop, status: int, error: type[Exception]) -> None:
    shop.asaas.will("checkouts", status)

    with pytest.raises(error):
        shop.buyer.start(PRO)

    assert shop.buyer.start(PRO).state == "pending"
    assert len(shop.asaas.checkouts) == 1


@ON_SQLITE
def test_an_asaas_that_cannot_be_reached_was_sent_nothing(shop: Shop) -> None:
    url = shop.settings.asaas_api_url
    shop.settings = shop.settings.model_copy(update={"asaas_api_url": "http://127.0.0.1:9/v3"})
    with pytest.raises(NotSent):
        shop.buyer.start(PRO)
    shop.settings = shop.settings.model_copy(update={"asaas_api_url": url})

    assert shop.buyer.start(PRO).state == "pending"
    assert shop.asaas.asked("GET", "payments") == []


@ON_SQLITE
def test_a_plan_with_a_page_of_its_own_gives_that_and_asks_nobody(shop: Shop) -> None:
    shop.studio.admin_plans.edit("pro", EditPlan(checkout_url="https://www.asaas.com/c/123"))

    views = [shop.buyer.start(PRO) for _ in range(2)]

    assert [view.checkout_url for view in views] == ["https://www.asaas.com/c/123"] * 2
    assert views[0].id == views[1].id
    assert shop.asaas.requests == []


@ON_SQLITE
def test_a_free_plan_needs_no_payment_and_gives_no_credits(shop: Shop) -> None:
    shop.studio.admin_plans.create(CreatePlan(key="guest", name="Guest", credits=5, price_monthly=0))
    shop.buyer.start(PRO)

    view = shop.buyer.start(StartSubscription(plan="guest"))

    assert (view.state, view.plan, view.checkout_url) == ("none", "guest", None)
    assert shop.stands() == (0, 0)


@ON_SQLITE
def test_nobody_pays_for_two_plans_at_once(shop: Shop) -> None:
    shop.hears("PAYMENT_CONFIRMED", shop.asaas.pays(49.9, customer="cus_1"))

    for wish in (PRO, StartSubscription(plan="free")):
        with pytest.raises(Conflict, match="You have the plan pro, paid until 2026-12-22"):
            shop.buyer.start(wish)
    shop.buyer.cancel()

    assert shop.buyer.start(PRO).state == "canceled"
    assert len(shop.asaas.checkouts) == 1


def test_who_cancels_keeps_what_is_paid_and_is_charged_no_more(shop: Shop) -> None:
    shop.buyer.start(PRO)
    (id,) = shop.asaas.checkouts
    payment = shop.asaas.pays_checkout(id)
    shop.hears("PAYMENT_CONFIRMED", payment)

    views = [shop.buyer.cancel() for _ in range(3)]

    path = f"subscriptions/{payment['subscription']}"
    assert {view.state for view in views} == {"canceled"}
    assert f"{views[0].ends_at:%Y-%m-%d}" == "2026-12-22"
    assert views[0].next_charge_at is None
    assert (shop.user().plan, shop.stands()) == ("pro", (CREDITS, 0))
    assert len(shop.asaas.asked("DELETE", path)) == 1
    assert shop.asaas.subscriptions == {}


@ON_SQLITE
def test_somebody_whom_asaas_still_charges_is_not_deleted(shop: Shop) -> None:
    shop.hears("PAYMENT_CONFIRMED", shop.asaas.pays(49.9, customer="cus_1", subscription="sub_1"))
    with pytest.raises(Conflict, match="goes on charging"):
        shop.studio.users.delete(shop.user_id, confirm="ana@example.com")
    shop.buyer.cancel()

    assert shop.studio.users.delete(shop.user_id, confirm="ana@example.com").deleted
    assert [row.credits_given for row in shop.rows(Payment)] == [CREDITS]


@ON_SQLITE
def test_a_cancellation_that_asaas_did_not_take_is_none(shop: Shop) -> None:
    payment = shop.asaas.pays(49.9, customer="cus_1", subscription="sub_1")
    shop.hears("PAYMENT_CONFIRMED", payment)
    shop.asaas.will("subscriptions/sub_1", 401)

    with pytest.raises(KeyRefused):
        shop.buyer.cancel()

    assert shop.buyer.show().state == "active"
    # One that Asaas no longer has is canceled as well.
    assert shop.buyer.cancel().state == "canceled"


@ON_SQLITE
def test_a_wish_that_was_taken_back_is_closed_at_asaas_and_lives_if_it_was_paid(shop: Shop) -> None:
    offered = shop.buyer.start(PRO)
    (checkout,) = shop.asaas.checkouts.values()

    views = [shop.buyer.cancel() for _ in range(2)]
    closed = checkout["status"]
    shop.hears("PAYMENT_CONFIRMED", shop.asaas.pays_checkout(checkout["id"]))

    assert ([view.state for view in views], closed) == (["none", "none"], "CANCELED")
    assert (shop.buyer.show().id, shop.buyer.show().state) == (offered.id, "active")


@ON_SQLITE
def test_a_plan_that_is_not_on_offer_is_not_there(shop: Shop) -> None:
    shop.studio.admin_plans.archive("pro")

    for plan in ("pro", "nothing"):
        with pytest.raises(NotFound, match=f"no plan {plan} on offer") as caught:
            shop.buyer.start(StartSubscription(plan=plan))
    assert caught.value.hint == "studio plans list shows what there is."
    assert shop.rows(Subscription) == []


@ON_SQLITE
def test_without_a_key_the_wish_is_kept_and_the_setting_named(shop: Shop) -> None:
    service = SubscriptionsService(
        shop.database, shop.buyer.principal, lambda: shop.studio.subscription.asaas(), "https://x.example", shop.clock
    )

    with pytest.raises(Misconfigured, match="ASAAS_API_KEY is not set"):
        service.start(PRO)


@pytest.mark.parametrize("tax_id", ["1234567890", "12345678901234567890", "abc", "1234567890a", ""])
def test_what_is_no_cpf_or_cnpj_is_refused(tax_id: str) -> None:
    with pytest.raises(ValidationError, match="CPF or a CNPJ"):
        StartSubscription(plan="pro", tax_id=tax_id)


@pytest.mark.parametrize("tax_id", ["123.456.789-09", "12.ABC.345/01DE-35", "12345678000195"])
def test_a_cpf_and_a_cnpj_of_letters_are_taken(tax_id: str) -> None:
    assert StartSubscription(plan="pro", tax_id=tax_id).tax_id == tax_id.translate({ord(each): None for each in ".-/"})
