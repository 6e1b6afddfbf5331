"""The wire to Asaas: how it is asked, which keys go where, and money that is never a float."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.errors import KeyRefused, Misconfigured, RateLimited, Rejected, ServiceFailed, Uncertain
from studio.providers.asaas.environment import API_URL, checked_key, checkout_page
from studio.providers.asaas.money import LARGEST_CENTAVOS, centavos, decimal_json, reais
from studio.providers.asaas.payments import payment_of
from studio.providers.asaas.service import Asaas
from tests.servers.asaas import KEY, AsaasServer, running_asaas
from tests.servers.asaas.server import LOST

SANDBOX_URL = "https://api-sandbox.asaas.com/v3"
CHECKOUT = {
    "billingTypes": ["CREDIT_CARD"],
    "chargeTypes": ["RECURRENT"],
    "callback": {"successUrl": "https://x.example"},
    "items": [{"name": "Pro", "quantity": 1, "value": 49.9, "imageBase64": "iVBO"}],
    "subscription": {"cycle": "MONTHLY"},
}


@pytest.fixture
def server() -> Iterator[AsaasServer]:
    with running_asaas() as running:
        yield running


@pytest.fixture
def asaas(server: AsaasServer) -> Iterator[Asaas]:
    with Asaas(KEY, server.url, sleep=lambda seconds: None) as opened:
        yield opened


def test_the_key_goes_in_a_header_of_its_own_and_a_read_has_no_body(server: AsaasServer, asaas: Asaas) -> None:
    payment = server.pays(49.9)

    charge = asaas.charge(payment["id"])

    (request,) = server.requests
    assert charge is not None
    assert (charge.value, charge.kept, charge.status) == (4990, 4990, "CONFIRMED")
    assert request.headers["access_token"] == KEY
    assert request.headers["user-agent"].startswith("studio/")
    assert "authorization" not in request.headers
    assert "content-length" not in request.headers


def test_what_asaas_does_not_know_is_nothing(asaas: Asaas) -> None:
    assert asaas.charge("pay_nothing") is None
    assert asaas.find_customer("nobody") is None
    assert not asaas.has_subscription("sub_nothing")
    asaas.cancel_subscription("sub_nothing")
    asaas.cancel_checkout("chk-nothing")


def test_refusals_are_told_in_asaas_own_words_without_the_key(server: AsaasServer, asaas: Asaas) -> None:
    with pytest.raises(Rejected, match="O CPF ou CNPJ do cliente deve ser informado"):
        asaas.create_customer(reference="1", name="Ana", email=None, tax_id=None)
    with (
        Asaas(KEY.replace("a", "b"), server.url) as other,
        pytest.raises(KeyRefused, match="A chave de API fornecida é inválida") as caught,
    ):
        other.charge("pay_1")

    assert KEY[10:] not in str(caught.value) + str(caught.value.hint)


def test_a_post_is_sent_once_whatever_becomes_of_it(server: AsaasServer, asaas: Asaas) -> None:
    for outcome in (LOST, 500, 408):
        server.will("checkouts", outcome)
        with pytest.raises(Uncertain):
            asaas.create_checkout(CHECKOUT)
    server.will("checkouts", 429)
    with pytest.raises(RateLimited) as caught:
        asaas.create_checkout(CHECKOUT)

    assert caught.value.details == {"retry_after": 7.0}
    assert len(server.asked("POST", "checkouts")) == 4
    assert len(server.checkouts) == 1


def test_a_list_is_read_to_its_end(server: AsaasServer, asaas: Asaas) -> None:
    for number in range(250):
        server.pays(number + 1, customer="cus_1" if number % 2 else "cus_2")
    server.will("payments", 429)

    pages = list(asaas.payments({"customer": "cus_1"}))

    assert [len(page) for page in pages] == [100, 25]
    assert len({payment.id for page in pages for payment in page}) == 125


def test_who_is_to_wait_for_long_is_told_so(server: AsaasServer, asaas: Asaas) -> None:
    server.reset_seconds = 3600
    server.will("payments", 429)

    with pytest.raises(RateLimited, match="too many requests"):
        list(asaas.payments({}))


@pytest.mark.parametrize(
    ("key", "url", "fault"),
    [
        ("", API_URL, "is not set"),
        ("$aact_hmlg_1", API_URL, "is of the sandbox environment"),
        ("$aact_prod_1", SANDBOX_URL, "is of the production environment"),
        ("aact_prod_1", API_URL, "does not begin with"),
        ("_prod_1", SANDBOX_URL, "does not begin with"),
    ],
)
def test_a_key_of_the_wrong_environment_is_never_sent(key: str, url: str, fault: str) -> None:
    with pytest.raises(Misconfigured, match=fault):
        Asaas(key, url)


def test_keys_go_by_https_to_asaas_and_by_http_to_this_machine_only() -> None:
    assert checked_key(" $aact_prod_1 ", API_URL) == "$aact_prod_1"
    assert checked_key("$aact_old", SANDBOX_URL) == "$aact_old"
    assert checked_key("anything", "http://127.0.0.1:1/v3") == "anything"
    assert checkout_page("a&b", SANDBOX_URL) == "https://sandbox.asaas.com/checkoutSession/show?id=a%26b"
    with pytest.raises(Misconfigured, match="by https only"):
        Asaas("$aact_prod_1", "http://api.asaas.com/v3")


@given(st.integers(0, LARGEST_CENTAVOS))
def test_centavos_go_over_the_wire_and_come_back_unchanged(amount: int) -> None:
    written = json.dumps(reais(amount))

    assert Decimal(written) == Decimal(amount) / 100
    assert centavos(decimal_json(written.encode())) == amount


@pytest.mark.parametrize("value", ["1.001", "-1", "true", "null", '"49.90"', "1e400", "1e20", "[]"])
def test_what_is_no_money_is_not_taken_for_any(value: str) -> None:
    with pytest.raises(ServiceFailed, match="amount of money"):
        centavos(decimal_json(value.encode()))


GOOD = {"id": "pay_1", "status": "RECEIVED", "value": 1, "dueDate": "2026-11-22"}


@pytest.mark.parametrize(
    "change",
    [{"id": None}, {"id": "a/b"}, {"status": 7}, {"value": None}, {"dueDate": "tomorrow"}, {"refunds": ["x"]}],
)
def test_what_is_no_payment_is_not_taken_for_one(change: dict[str, object]) -> None:
    with pytest.raises(ServiceFailed):
        payment_of(GOOD | change)
    assert payment_of(GOOD).kept == 100
