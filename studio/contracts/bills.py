"""Reconciliation: what calls should have cost and were said to cost, against what the provider's bill says."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from studio.contracts.base import Input, Moment, View
from studio.contracts.operations import Contract, operation


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)


class ReconcileCalls(Input):
    """Which calls are held against fal's bills."""

    since: Annotated[datetime, AfterValidator(_aware)] | None = Field(
        None, description="Only calls begun since this day or time, UTC; otherwise the last 90 days."
    )
    dry_run: bool = False


class BilledCall(View):
    """A call for which the bill is not what was quoted, or not what came with the answer; dollars throughout.

    `is_orphan`: it was billed, and nobody got anything for it."""

    job: str
    state: str
    model: str
    short: str | None
    request_id: str
    credits: int
    quoted_usd: str | None
    reported_usd: str | None
    billed_usd: str
    is_orphan: bool


class UnknownRequest(View):
    """A request that fal billed to this key and that no call here has: made by hand, or by another program."""

    request_id: str
    endpoint: str
    billed_usd: str


class Reconciliation(View):
    """What fal's bills say. `applied` is false for a dry run: then nothing was written down.

    The sums are over the calls that are billed. `reported_usd` came with the answers, `credits` were charged."""

    applied: bool
    since: Moment
    checked: int
    billed: int
    not_billed_yet: int
    credits: int
    quoted_usd: str
    reported_usd: str
    billed_usd: str
    differences: list[BilledCall]
    unknown: list[UnknownRequest]


class Bills(Contract, ABC):
    noun = "bills"

    @operation("POST", "/api/admin/bills/reconcile", scope="admin:write", admin=True)
    @abstractmethod
    def reconcile(self, data: ReconcileCalls) -> Reconciliation:
        """Take the real cost of finished calls from fal's bills, and tell what does not agree. Costs nothing.

        Raises Misconfigured without a key of fal, ServiceFailed when fal's platform cannot be asked."""
