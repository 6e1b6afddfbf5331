"""Plans: what people can subscribe to. Everybody sees those on offer; administrators make and change them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from studio.contracts.base import LINE_OR_NONE, ONE_LINE, Deleted, Input, Moment, Page, RowFile, View
from studio.contracts.operations import Contract, operation
from studio.domain.credits import LARGEST_AMOUNT

LARGEST_PRICE = 10_000_000_000
"""A hundred million reais, in centavos: whoever types more has slipped."""
LARGEST_NUMBER = 2**31 - 1

LIMITS = ("characters", "storage_megabytes")
"""What a plan can limit: the settings of the same names are for people whose plan does not say."""

# Shorter than an id, so that neither is ever taken for the other.
_KEY = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def _key(value: str) -> str:
    return _matching(_KEY, value, "must be 1 to 32 small letters, digits and hyphens, such as pro-2")


def _currency(value: str) -> str:
    return _matching(_CURRENCY, value, "must be three capital letters, such as BRL")


def _limit_name(value: str) -> str:
    # A limit that nothing keeps to would be a promise without effect.
    if value not in LIMITS:
        raise ValueError(f"is not a limit; there are {', '.join(LIMITS)}")
    return value


def _matching(pattern: re.Pattern[str], value: str, fault: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(fault)
    return value


def _web_address(value: str) -> str:
    # Kept as it was typed: a payment link must not be rewritten.
    if _is_https(value):
        return value
    raise ValueError("must be an address that begins with https://")


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and address.isprintable() and " " not in address
    except ValueError:
        return False


PlanKey = Annotated[str, AfterValidator(_key)]
PlanName = Annotated[str, ONE_LINE, Field(min_length=1, max_length=60)]
Credits = Annotated[int, Field(strict=True, ge=1, le=LARGEST_AMOUNT)]
Centavos = Annotated[int, Field(strict=True, ge=0, le=LARGEST_PRICE)]
Currency = Annotated[str, AfterValidator(_currency)]
Feature = Annotated[str, ONE_LINE, Field(min_length=1, max_length=120)]
LimitName = Annotated[str, AfterValidator(_limit_name)]
LimitNumber = Annotated[int, Field(strict=True, ge=0, le=LARGEST_AMOUNT)]
WebAddress = Annotated[str, Field(max_length=500), AfterValidator(_web_address)]
CheckoutUrl = Annotated[WebAddress | None, LINE_OR_NONE]
Badge = Annotated[Annotated[str, Field(max_length=30)] | None, LINE_OR_NONE]
SortOrder = Annotated[int, Field(strict=True, ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]


class PlanDetails(Input):
    """What a plan may have beside its name and prices, each with its default."""

    price_yearly: Centavos | None = Field(None, description="Price of a year in centavos.")
    currency: Currency = Field("BRL", description="Three letters, such as BRL.")
    features: tuple[Feature, ...] = Field((), max_length=30, description="A line that says what one gets.")
    limits: dict[LimitName, LimitNumber] = Field(
        {}, max_length=30, description=f"The most of something: {', '.join(LIMITS)}."
    )
    checkout_url: CheckoutUrl = Field(None, description="Where one pays, https://…; empty for nowhere.")
    active: bool = Field(True, strict=True, description="Whether it is on offer.")
    sort_order: SortOrder = Field(0, description="Its place in the list; the lowest comes first.")
    badge: Badge = Field(None, description="A word that sets it apart, such as Popular; empty for none.")


class CreatePlan(PlanDetails):
    """A new plan."""

    key: PlanKey = Field(description="Its short name for good: small letters, digits and hyphens.")
    name: PlanName = Field(description="What people call it.")
    credits: Credits = Field(description="Credits it promises for a month.")
    price_monthly: Centavos = Field(description="Price of a month in centavos; 0 is free.")


class EditPlan(PlanDetails):
    """Changes to a plan; what is left out stays. A `version` refuses the change if somebody else was faster."""

    name: PlanName = Field("", description="What people call it.")
    credits: Credits = Field(0, description="Credits it promises for a month.")
    price_monthly: Centavos = Field(0, description="Price of a month in centavos; 0 is free.")
    version: int | None = Field(
        None,
        strict=True,
        ge=1,
        description="Refuse if somebody changed it since this version, as show tells it; else the last one wins.",
    )


class EditOnePlan(EditPlan):
    """Changes to the plan of this key: one row of a file."""

    key: PlanKey


class PlanFile(RowFile):
    """Many plans at once."""


class PlanView(View):
    """A plan. Prices are centavos, hundredths of the currency; `limits` are whole numbers by name."""

    id: str
    key: str
    name: str
    credits: int
    price_monthly: int
    price_yearly: int | None
    currency: str
    features: list[str]
    limits: dict[str, int]
    checkout_url: str | None
    active: bool
    sort_order: int
    badge: str | None
    version: int
    created_at: Moment
    updated_at: Moment


class PlanList(View):
    data: list[PlanView]
    next_cursor: str | None = None


class Plans(Contract, ABC):
    """What everybody may ask."""

    noun = "plans"

    @operation("GET", "/api/plans", scope="plans:read")
    @abstractmethod
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[PlanView]:
        """The plans on offer, in their order."""


class AdminPlans(Contract, ABC):
    noun = "admin_plans"

    @operation("GET", "/api/admin/plans", scope="admin:read", admin=True)
    @abstractmethod
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[PlanView]:
        """All plans, in their order."""

    @operation("GET", "/api/admin/plans/{id}", scope="admin:read", admin=True)
    @abstractmethod
    def show(self, id: str) -> PlanView:
        """One plan by its key or id."""

    @operation("POST", "/api/admin/plans", scope="admin:write", admin=True, created=True)
    @abstractmethod
    def create(self, data: CreatePlan) -> PlanView:
        """Make a plan. Its key stays for good."""

    @operation("POST", "/api/admin/plans/import", scope="admin:write", admin=True, created=True)
    @abstractmethod
    def create_many(self, data: PlanFile) -> PlanList:
        """Make all plans of a file, or none."""

    @operation("PUT", "/api/admin/plans/{id}", scope="admin:write", admin=True)
    @abstractmethod
    def edit(self, id: str, data: EditPlan) -> PlanView:
        """Change a plan. People who have it keep what they were given."""

    @operation("PUT", "/api/admin/plans", scope="admin:write", admin=True)
    @abstractmethod
    def edit_many(self, data: PlanFile) -> PlanList:
        """Change all plans a file names, or none."""

    @operation("POST", "/api/admin/plans/{id}/archive", scope="admin:write", admin=True)
    @abstractmethod
    def archive(self, id: str) -> PlanView:
        """Take a plan off the offer; people who have it keep it."""

    @operation("DELETE", "/api/admin/plans/{id}", scope="admin:write", admin=True)
    @abstractmethod
    def delete(self, id: str) -> Deleted:
        """Remove a plan that nobody has."""
