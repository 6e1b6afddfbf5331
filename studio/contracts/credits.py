"""Credits: what one has, what they were spent on, and what something would cost; and administrators' grants."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from studio.contracts.base import ONE_LINE, Input, Moment, Page, RowFile, View
from studio.contracts.films import PlanView
from studio.contracts.operations import Contract, operation
from studio.contracts.shorts import CreateShort
from studio.domain.credits import LARGEST_AMOUNT, FeatureKey

Reason = Annotated[str, ONE_LINE, Field(min_length=1, max_length=500)]


def _key(value: object) -> object:
    """Without white space around it: a key is typed by people and comes out of spreadsheets."""
    return value.strip() if isinstance(value, str) else value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line without control characters")
    return value


Key = Annotated[str, BeforeValidator(_key), Field(min_length=1, max_length=200), AfterValidator(_printable)]
Person = Annotated[str, ONE_LINE, Field(min_length=1, max_length=254)]


class GrantView(View):
    """Credits that were given and are not spent yet. The lowest priority is spent first."""

    id: str
    source: str
    amount: int
    remaining: int
    priority: int
    expires_at: Moment | None


class CreditsView(View):
    """What somebody has. `grants` stand in the order in which they are spent."""

    credits_remaining: int
    credits_held: int
    credits_debt: int
    plan: str | None
    usage_this_month: int
    grants: list[GrantView]


class UsageView(View):
    """Credits that were spent, with the price that was in force: `price_rule` is the calculation in words."""

    id: str
    created_at: Moment
    operation: str
    feature: str
    credits: int
    unit_price: int
    quantity: int
    multiplier: float
    price_rule: str
    provider: str | None
    provider_request_id: str | None
    model: str | None
    short_id: str | None
    scene: int | None
    cost_usd: str | None


class UsageFilter(Input):
    """Which spendings are wanted; what is left out matches everything. A time without a zone is UTC."""

    model_config = ConfigDict(str_strip_whitespace=True)

    since: datetime | None = Field(None, description="The earliest moment, such as 2026-01-31 or 2026-01-31T12:00Z.")
    until: datetime | None = Field(None, description="The moment before which it was.")
    feature: FeatureKey | None = Field(None, description="What was paid for, such as image_generation.")
    short: str | None = Field(None, min_length=1, max_length=200, description="The handle or id of a short.")


ALL_USAGE = UsageFilter.model_construct()  # not validated: that would build its schema in every command


class DayView(View):
    """What was spent on a day, in UTC, such as 2026-01-31."""

    day: str
    credits: int


class DayList(View):
    data: list[DayView]
    next_cursor: str | None = None


class LotView(View):
    """How much of a grant was used."""

    grant_id: str
    source: str
    source_id: str
    amount: int


class CallView(View):
    """The call to a model that was paid for."""

    id: str
    state: str
    model: str
    provider: str
    provider_request_id: str | None
    attempt: int
    scene_id: str | None
    request_hash: str


class ExplanationView(View):
    """One entry of the ledger with all there is to know about it. `net_after` is balance less debt right after it."""

    id: str
    number: int
    kind: str
    amount: int
    net_after: int
    created_at: Moment
    actor: str
    reason: str | None
    key: str
    grant: LotView | None
    paid_from: list[LotView]
    usage: UsageView | None
    short: str | None
    call: CallView | None


class GrantCredits(Input):
    """Credits for a person. The same key again gives nothing more; `expires_days` counts from the first time."""

    user: Person = Field(description="The e-mail address or id of a user.")
    amount: int = Field(strict=True, ge=1, le=LARGEST_AMOUNT, description="How many credits.")
    reason: Reason = Field(description="Why, for the ledger and the audit trail.")
    key: Key = Field(description="A name for this grant: under the same name it happens once.")
    expires_days: int | None = Field(None, strict=True, ge=1, le=36500, description="Days until they expire.")


class GrantFile(RowFile):
    """Many grants at once."""


class AdjustCredits(Input):
    """A correction, up or down. Nobody gets into debt by it."""

    user: Person
    amount: int = Field(strict=True, ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)
    reason: Reason
    key: Key


class MovementView(View):
    """What a movement of credits did, and how things stood right after it.

    `state` is done, or pending while the movement waits for a second administrator: then nothing has moved yet.
    `approval_id` is the request that it waits for, or that was approved."""

    state: Literal["done", "pending"]
    approval_id: str | None
    user: str
    entry_id: str | None
    grant_id: str | None
    credits_remaining: int
    credits_held: int
    credits_debt: int


class MovementList(View):
    data: list[MovementView]
    next_cursor: str | None = None


class ViolationView(View):
    """A rule of the ledger that is broken, and the id of the row that breaks it."""

    rule: str
    who: str


class VerifyView(View):
    healthy: bool
    violations: list[ViolationView]


class Credits(Contract, ABC):
    noun = "credits"

    @operation("GET", "/api/credits/me", scope="credits:read")
    @abstractmethod
    def me(self) -> CreditsView:
        """What one has, what is set aside, what was spent this month and what expires when."""

    @operation("GET", "/api/credits/history", scope="credits:read")
    @abstractmethod
    def history(
        self, wanted: UsageFilter = ALL_USAGE, *, limit: int = 20, cursor: str | None = None
    ) -> Page[UsageView]:
        """What credits were spent on, newest first."""

    @operation("GET", "/api/credits/days", scope="credits:read")
    @abstractmethod
    def days(self, wanted: UsageFilter = ALL_USAGE) -> DayList:
        """What was spent on each day, oldest first; the last 30 days unless `since` says otherwise."""

    @operation("POST", "/api/credits/estimate", scope="credits:read")
    @abstractmethod
    def estimate(self, data: CreateShort, *, preview: bool = False) -> PlanView:
        """What making this short would cost."""

    @operation("GET", "/api/credits/history/{id}", scope="credits:read")
    @abstractmethod
    def explain(self, id: str) -> ExplanationView:
        """Everything about one entry: by the id of the entry, of the spending or of the grant, or its beginning."""


class AdminCredits(Contract, ABC):
    noun = "admin_credits"

    @operation("POST", "/api/admin/credits/grant", scope="admin:write", idempotent=True, admin=True, created=True)
    @abstractmethod
    def grant(self, data: GrantCredits) -> MovementView:
        """Give credits to somebody, once per key; above the cap this waits for a second administrator."""

    @operation("POST", "/api/admin/credits/import", scope="admin:write", idempotent=True, admin=True, created=True)
    @abstractmethod
    def grant_many(self, data: GrantFile) -> MovementList:
        """Give all the credits a file lists, or none; what needs a second administrator is not taken from a file."""

    @operation("POST", "/api/admin/credits/adjust", scope="admin:write", idempotent=True, admin=True, created=True)
    @abstractmethod
    def adjust(self, data: AdjustCredits) -> MovementView:
        """Correct somebody's credits, once per key; above the cap this waits for a second administrator."""

    @operation("GET", "/api/admin/credits/verify", scope="admin:read", admin=True)
    @abstractmethod
    def verify(self, user: str | None = None) -> VerifyView:
        """Prove the whole ledger, or one person's part of it."""
