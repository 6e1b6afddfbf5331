"""Payments as administrators look after them: what came in, whose it is, and what was missed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from typing import Annotated

from pydantic import Field

from studio.contracts.base import ONE_LINE, Input, Moment, Page, View
from studio.contracts.operations import Contract, operation
from studio.contracts.plans import PlanKey
from studio.domain.progress import Cancelled, Progress, never, silent

Reference = Annotated[str, ONE_LINE, Field(min_length=1, max_length=254)]


class PaymentFilter(Input):
    """Which payments to list."""

    unmatched: bool = Field(False, description="Only money of which nobody knows whose it is.")


ALL_PAYMENTS = PaymentFilter()


class AssignPayment(Input):
    """Whose a payment is, and the plan it pays for."""

    user: Reference
    plan: PlanKey
    yearly: bool = Field(False, strict=True)


class Backfill(Input):
    """From which day on to look for what was missed; without one fifteen days back."""

    since: date | None = None
    dry_run: bool = Field(False, strict=True)


class PaymentView(View):
    """A payment as last read. Money is centavos; `kept` is what was neither refunded nor charged back of `value`."""

    id: str
    status: str
    value: int
    kept: int
    billing_type: str | None
    customer: str | None
    user_id: str | None
    subscription_id: str | None
    matched_by: str | None
    reason: str | None
    credits: int
    credits_given: int
    due_at: Moment
    period_end: Moment | None
    created_at: Moment
    updated_at: Moment


class PaymentChange(View):
    """What taking one payment in has done, or would do."""

    payment_id: str
    status: str
    value: int
    user_id: str | None
    credits: int
    reason: str | None


class BackfillReport(View):
    """What was looked at since a day, and what it changed; with `dry_run` what it would have."""

    since: date
    dry_run: bool
    looked_at: int
    changed: int
    credits_given: int
    credits_taken_back: int
    unmatched: int
    data: list[PaymentChange]


class AdminPayments(Contract, ABC):
    noun = "admin_payments"

    @operation("GET", "/api/admin/payments", scope="admin:read", admin=True)
    @abstractmethod
    def list(
        self, wanted: PaymentFilter = ALL_PAYMENTS, *, limit: int = 20, cursor: str | None = None
    ) -> Page[PaymentView]:
        """The payments that money came in for, newest first."""

    @operation("GET", "/api/admin/payments/{id}", scope="admin:read", admin=True)
    @abstractmethod
    def show(self, id: str) -> PaymentView:
        """One payment by its id or the start of it."""

    @operation("POST", "/api/admin/payments/{id}/assign", scope="admin:write", admin=True)
    @abstractmethod
    def assign(self, id: str, data: AssignPayment) -> PaymentView:
        """Say whose an unmatched payment is. Less money than the plan costs gives as much less of its credits."""

    @operation("POST", "/api/admin/webhooks/backfill", scope="admin:write", admin=True)
    @abstractmethod
    def backfill(self, data: Backfill, *, progress: Progress = silent, cancelled: Cancelled = never) -> BackfillReport:
        """Look through Asaas' payments for what no webhook told of, and let it take effect."""
