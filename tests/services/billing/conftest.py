"""A studio that sells a plan through a local Asaas, with a clock that stands where it is set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from studio.app import Studio, asaas_of
from studio.config import Settings
from studio.contracts.plans import CreatePlan
from studio.db.engine import Database
from studio.db.models import CreditBalance, Payment, Subscription, User
from studio.domain.ids import new_id
from studio.providers.asaas.money import decimal_json
from studio.providers.asaas.payments import Charge, payment_of
from studio.services.billing.intake import Reading, take
from studio.services.ledger import verify
from studio.services.payments import AdminPaymentsService
from studio.services.principal import Principal
from studio.services.subscriptions import SubscriptionsService
from studio.services.webhooks.asaas import AsaasSource
from studio.services.webhooks.inbox import Inbox
from tests.servers.asaas import KEY, TOKEN, AsaasServer, running_asaas
from tests.servers.asaas.server import headers_of

NOON = 1_795_359_600_000
"""2026-11-22, noon in Brasília."""
DAY = 24 * 60 * 60 * 1000
PRICE = 49.9
CREDITS = 500


@dataclass
class Shop:
    """What the tests of billing work with: one buyer, one plan `pro`, and Asaas."""

    database: Database
    settings: Settings
    asaas: AsaasServer
    studio: Studio
    now: int = NOON
    user_id: str = ""
    token: str = TOKEN

    @property
    def month_from_today(self) -> int:
        """The end of a month that begins on Asaas' today, 22 November."""
        return 1_797_908_400_000

    def next_buyer(self) -> None:
        """Somebody else buys from now on."""
        user = User(email=f"{new_id()}@example.com", name="Ana")
        with self.database.write() as session:
            session.add(user)
        self.user_id = user.id

    def clock(self) -> int:
        return self.now

    def open_asaas(self) -> Any:
        return asaas_of(self.settings)

    @property
    def source(self) -> AsaasSource:
        return AsaasSource(self.database, self.open_asaas, TOKEN, self.clock)

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.database, {"asaas": self.source}, self.clock)

    @property
    def buyer(self) -> SubscriptionsService:
        principal = Principal(self.user_id, "ana@example.com")
        return SubscriptionsService(self.database, principal, self.open_asaas, "https://studio.example", self.clock)

    @property
    def payments(self) -> AdminPaymentsService:
        return AdminPaymentsService(self.database, self.studio.principal, self.open_asaas, self.clock)

    def hears(self, kind: str, thing: dict[str, Any], *, id: str = "") -> str:
        """A message arrives and is worked on; gives its state."""
        taken = self.inbox.take("asaas", headers_of(), self.asaas.event(kind, thing, id=id))
        return self.inbox.process("asaas", taken.event_id)

    def takes(self, payment: dict[str, Any]) -> None:
        """The same without the wire: what Asaas would tell of the payment takes effect."""
        listed = payment_of(decimal_json(json.dumps(payment).encode()))
        with self.database.read() as session:
            seen = session.exec(select(Payment.version).where(Payment.id == listed.id)).first() or 0
        with self.database.write() as session:
            take(session, Reading(Charge(listed.id, (listed,)), seen), self.now)

    def stands(self) -> tuple[int, int]:
        """What the buyer has and owes."""
        with self.database.read() as session:
            row = session.get(CreditBalance, self.user_id)
            assert verify(session) == []
            return (row.balance, row.debt) if row else (0, 0)

    def user(self) -> User:
        with self.database.read() as session:
            return session.get_one(User, self.user_id)

    def rows(self, model: type[Payment] | type[Subscription]) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(model)))


def new_shop(studio: Studio, settings: Settings, asaas: AsaasServer) -> Shop:
    studio.admin_plans.create(
        CreatePlan(key="pro", name="Pro", credits=CREDITS, price_monthly=4990, price_yearly=49900)
    )
    user = User(email="ana@example.com", name="Ana", asaas_customer="cus_1")
    with studio.database.write() as session:
        session.add(user)
    return Shop(studio.database, settings, asaas, studio, user_id=user.id)


@pytest.fixture
def asaas() -> Iterator[AsaasServer]:
    with running_asaas() as server:
        server.makes_customer(name="Ana")
        yield server


@pytest.fixture
def shop(studio: Studio, settings: Settings, asaas: AsaasServer) -> Shop:
    asaas.customers["cus_1"] = {"id": "cus_1", "object": "customer", "name": "Ana"}
    payable = settings.model_copy(update={"asaas_api_key": SecretStr(KEY), "asaas_api_url": asaas.url})
    return new_shop(studio, payable, asaas)
