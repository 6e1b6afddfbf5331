"""`studio subscription` and what administrators see of payments, as a person types them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.servers.asaas import KEY, AsaasServer, running_asaas


@pytest.fixture
def asaas(monkeypatch: pytest.MonkeyPatch) -> Iterator[AsaasServer]:
    with running_asaas() as server:
        monkeypatch.setenv("ASAAS_API_KEY", KEY)
        monkeypatch.setenv("ASAAS_API_URL", server.url)
        yield server


@pytest.fixture
def pro(studio_command: Run) -> Any:
    offer = ("--key", "pro", "--credits", "500", "--price-monthly", "4990")
    return studio_command("admin", "plans", "create", "--name", "Pro", *offer, "--json").json


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    pages: list[str] = []
    monkeypatch.setattr("webbrowser.open", pages.append)
    return pages


def test_start_prints_the_page_alone_and_opens_it_when_asked_to(
    studio_command: Run, asaas: AsaasServer, pro: Any, opened: list[str]
) -> None:
    first = studio_command("subscription", "start", "pro")
    second = studio_command("subscription", "start", "pro", "--open")

    (checkout,) = asaas.checkouts
    page = f"https://asaas.com/checkoutSession/show?id={checkout}"
    assert (first.code, first.out) == (0, f"{page}\n")
    assert first.err == "Plan pro: 49.90 BRL a month, 500 credits with each payment. Pay here:\n"
    assert (second.out, opened) == (f"{page}\n", [page])


def test_show_and_cancel_tell_where_it_stands(studio_command: Run, asaas: AsaasServer, pro: Any) -> None:
    before = studio_command("subscription", "show", "--json").json
    studio_command("subscription", "start", "pro", "--no-open")
    shown = studio_command("subscription", "show")
    refused = studio_command("subscription", "cancel")
    canceled = [studio_command("subscription", "cancel", "--yes", "--json") for _ in range(2)]

    assert (before["state"], before["plan"], before["paid_until"]) == ("none", "free", None)
    assert "state  waits for its payment" in shown.out
    assert (refused.code, "There is no terminal to answer on" in refused.err) == (2, True)
    assert [(each.code, each.json["state"]) for each in canceled] == [(0, "none")] * 2


def test_money_of_nobody_is_found_listed_and_given_to_somebody(
    studio_command: Run, asaas: AsaasServer, pro: Any
) -> None:
    # Yesterday is over in every time zone: Asaas' day begins three hours after ours.
    asaas.today = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    payment = asaas.pays(49.9, status="RECEIVED", customer="cus_else")["id"]

    dry = studio_command("admin", "webhooks", "backfill", "--dry-run", "--json").json
    found = studio_command("admin", "webhooks", "backfill")
    listed = studio_command("admin", "payments", "list", "--unmatched")
    given = studio_command("admin", "payments", "assign", payment, "owner@localhost", "--plan", "pro", "--yes")
    empty = studio_command("admin", "payments", "list", "--unmatched", "--json").json
    mine = studio_command("subscription", "show", "--json").json

    assert (dry["changed"], dry["unmatched"], dry["dry_run"]) == (1, 1, True)
    assert "1 changed: 0 credits given, 0 taken back, 1 payments are nobody's" in found.err
    assert f"{payment}\t{asaas.today}\tRECEIVED\t49.90 BRL\t49.90 BRL" in listed.out
    assert "credits given    500" in given.out
    assert empty["data"] == []
    assert (mine["state"], mine["plan"], mine["credits"]) == ("active", "pro", 500)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("subscription", "start", "nothing"), 1, "There is no plan nothing on offer."),
        (("subscription", "start", "pro", "--yearly"), 1, "The plan pro is not sold by the year."),
        (("subscription", "start", "pro", "--tax-id", "7"), 1, "must be a CPF or a CNPJ"),
        (("admin", "payments", "show", "pay_nothing"), 1, "There is no payment pay_nothing."),
        (("admin", "webhooks", "backfill", "--since", "soon"), 1, "since"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    studio_command: Run, asaas: AsaasServer, pro: Any, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = studio_command(*arguments)

    assert (result.code, said in result.err) == (code, True), result.err
    assert asaas.requests == []


def test_a_key_of_the_other_environment_is_refused_before_it_is_sent(
    studio_command: Run, pro: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASAAS_API_KEY", "$aact_hmlg_secret")
    monkeypatch.setenv("ASAAS_API_URL", "https://api.asaas.com/v3")

    result = studio_command("subscription", "start", "pro", "--json")
    checked = {each["check"]: each for each in studio_command("doctor", "--json").json["findings"]}

    assert result.code == 1
    assert "is of the sandbox environment" in result.err
    assert "secret" not in result.err
    assert checked["billing"]["level"] in ("warning", "error")
