"""What no webhook told of is found in Asaas' lists and takes effect in the same way, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from studio.contracts.payments import Backfill
from studio.db.models import Payment
from studio.domain.errors import Interrupted, Refused, ServiceFailed
from studio.domain.progress import Step
from studio.services.billing.check import billing_findings
from tests.servers.asaas import KEY, TOKEN
from tests.services.billing.conftest import CREDITS, PRICE, Shop

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_it_grants_what_was_missed_and_nothing_twice(shop: Shop) -> None:
    known = shop.asaas.pays(PRICE, customer="cus_1")
    shop.hears("PAYMENT_CONFIRMED", known)
    shop.asaas.pays(PRICE, status="RECEIVED", customer="cus_1", dueDate="2026-12-22")
    shop.asaas.pays(10, status="RECEIVED", customer="cus_else")
    shop.asaas.pays(PRICE, status="PENDING", customer="cus_1")
    shop.asaas.pays(PRICE, status="RECEIVED", customer="cus_1", dateCreated="2026-10-01", dueDate="2026-10-01")
    for _ in range(150):
        shop.asaas.pays(1, status="OVERDUE")
    steps: list[Step] = []

    first = shop.payments.backfill(Backfill(), progress=steps.append)
    again = shop.payments.backfill(Backfill())

    assert (first.changed, first.credits_given, first.credits_taken_back, first.unmatched) == (2, CREDITS, 0, 1)
    assert f"{first.since}" == "2026-11-07"
    assert again.changed == 0
    assert shop.stands() == (2 * CREDITS, 0)
    assert steps[-1].message == "Looked at 154 payments, 2 were news"


def test_a_dry_run_tells_the_same_and_changes_nothing(shop: Shop) -> None:
    refunded = shop.asaas.pays(PRICE, customer="cus_1")
    shop.hears("PAYMENT_CONFIRMED", refunded)
    refunded["status"] = "REFUNDED"
    shop.asaas.pays(PRICE, status="RECEIVED", customer="cus_1")

    dry = shop.payments.backfill(Backfill(dry_run=True))
    standing, rows = shop.stands(), len(shop.rows(Payment))
    real = shop.payments.backfill(Backfill())

    assert (standing, rows) == ((CREDITS, 0), 1)
    assert dry.model_dump(exclude={"dry_run"}) == real.model_dump(exclude={"dry_run"})
    assert (real.credits_given, real.credits_taken_back) == (CREDITS, CREDITS)
    assert shop.stands() == (CREDITS, 0)


@ON_SQLITE
def test_a_boleto_that_was_made_long_ago_is_found_by_the_day_it_was_paid(shop: Shop) -> None:
    days = {"dateCreated": "2026-09-01", "dueDate": "2026-09-10", "paymentDate": "2026-11-20"}
    shop.asaas.pays(PRICE, status="RECEIVED", customer="cus_1", **days)

    assert shop.payments.backfill(Backfill()).credits_given == CREDITS


@ON_SQLITE
def test_it_waits_when_asaas_has_had_enough_and_gives_up_when_that_is_long(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("studio.providers.asaas.service.Asaas._wait", _waiting(waits))
    shop.asaas.pays(PRICE, status="RECEIVED", customer="cus_1")
    shop.asaas.will("payments", 429, 429)

    report = shop.payments.backfill(Backfill())

    assert (waits, report.credits_given) == ([7.0, 7.0], CREDITS)


def _waiting(waits: list[float]) -> object:
    def wait(self: object, error: Refused) -> None:
        waits.append(error.details["retry_after"])

    return wait


@ON_SQLITE
def test_it_can_be_stopped_and_goes_on(shop: Shop) -> None:
    for _ in range(3):
        shop.asaas.pays(PRICE, status="RECEIVED", customer="cus_1")
    answers = iter([False, True])

    with pytest.raises(Interrupted):
        shop.payments.backfill(Backfill(), cancelled=lambda: next(answers))

    assert shop.stands() == (CREDITS, 0)
    assert shop.payments.backfill(Backfill()).changed == 2
    assert shop.stands() == (3 * CREDITS, 0)


@ON_SQLITE
def test_a_list_that_breaks_off_is_no_end(shop: Shop) -> None:
    shop.asaas.will("payments", 500)

    with pytest.raises(ServiceFailed):
        shop.payments.backfill(Backfill())
    with pytest.raises(Refused, match="still to come"):
        shop.payments.backfill(Backfill(since=date(2026, 11, 22) + timedelta(days=1)))


@ON_SQLITE
def test_the_check_up_says_whether_asaas_still_sends(shop: Shop) -> None:
    def findings(token: str = TOKEN, key: str = KEY, url: str = "") -> list[tuple[str, str]]:
        found = billing_findings(key, url or shop.asaas.url, token, shop.open_asaas)
        return [(each.level, each.message) for each in found]

    hook = {"url": "https://studio.example/api/webhooks/asaas", "enabled": True, "interrupted": False}
    nothing, missing = findings("", ""), findings("")
    shop.asaas.webhooks = [hook | {"hasAuthToken": True}]
    healthy = findings()
    shop.asaas.webhooks = [hook | {"interrupted": True}]
    stopped = findings()
    shop.asaas.will("webhooks", 500)

    assert nothing == [("ok", "Payments are not set up: plans are given by administrators.")]
    assert [level for level, _ in missing] == ["ok", "warning", "warning"]
    assert [level for level, _ in healthy] == ["ok", "ok", "ok"]
    assert stopped[-1] == ("error", "Asaas has stopped sending to https://studio.example/api/webhooks/asaas.")
    assert [level for level, _ in findings("short")] == ["ok", "error", "warning"]
    assert findings(url="https://api.asaas.com/v3")[0][0] == "error"
