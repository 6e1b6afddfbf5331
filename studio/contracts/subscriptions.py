"""Subscriptions: choosing a plan, seeing until when it is paid, and ending it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Annotated

from pydantic import AfterValidator, Field

from studio.contracts.base import Input, Moment, View
from studio.contracts.operations import Contract, operation
from studio.contracts.plans import PlanKey

# A CPF is eleven digits; a CNPJ twelve letters or digits, and two digits.
_TAX_ID = re.compile(r"\d{11}|[0-9A-Z]{12}\d{2}", re.ASCII)


def _tax_id(value: str) -> str:
    bare = re.sub(r"[ ./-]", "", value).upper()
    if not _TAX_ID.fullmatch(bare):
        raise ValueError("must be a CPF or a CNPJ, such as 123.456.789-09")
    return bare


TaxId = Annotated[str, Field(max_length=30), AfterValidator(_tax_id)]


class StartSubscription(Input):
    """A plan somebody wants. The tax id goes to the payment service and is not kept."""

    plan: PlanKey
    yearly: bool = Field(False, strict=True)
    tax_id: TaxId | None = None


class SubscriptionEventView(View):
    """What happened: started, offered, paid, reversed, canceled, ended or abandoned."""

    kind: str
    payment_id: str | None
    paid_until: Moment | None
    created_at: Moment


class SubscriptionView(View):
    """Where somebody's subscription stands. `price` is centavos for `months` months, which give `credits`.

    `state` is none, starting, pending (its payment is awaited), active, overdue (its time has passed and the next
    payment is awaited), canceled (it ends at `ends_at`) or ended. `plan` is the one that is in force or waited for."""

    id: str | None
    plan: str | None
    state: str
    months: int | None
    price: int | None
    currency: str | None
    credits: int | None
    checkout_url: str | None
    paid_until: Moment | None
    next_charge_at: Moment | None
    ends_at: Moment | None
    canceled_at: Moment | None
    created_at: Moment | None
    history: list[SubscriptionEventView]


class Subscriptions(Contract, ABC):
    noun = "subscription"

    @operation("POST", "/api/subscription", scope="subscription:write", created=True)
    @abstractmethod
    def start(self, data: StartSubscription) -> SubscriptionView:
        """Choose a plan; `checkout_url` is where one pays. The same wish again gives the same page while it is open."""

    @operation("GET", "/api/subscription", scope="subscription:read")
    @abstractmethod
    def show(self) -> SubscriptionView:
        """Where one's own subscription stands."""

    @operation("DELETE", "/api/subscription", scope="subscription:write")
    @abstractmethod
    def cancel(self) -> SubscriptionView:
        """Have nothing charged any more; what is paid stays until its end. Harmless to repeat."""
