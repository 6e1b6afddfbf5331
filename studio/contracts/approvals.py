"""Approvals: movements of credits that wait for a second administrator, who decides with a login of their own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum

from pydantic import Field

from studio.contracts.base import Input, Moment, Page, View
from studio.contracts.credits import MovementView, Reason
from studio.contracts.operations import Contract, operation


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class ApprovalFilter(Input):
    """Which requests are wanted; without a state it is all of them."""

    state: ApprovalState | None = Field(None, description="Only those in this state.")


ALL_REQUESTS = ApprovalFilter()


class RejectApproval(Input):
    """Why a request is turned down."""

    reason: Reason = Field(description="Why not, for whoever asked and for the audit trail.")


class ApprovalView(View):
    """What somebody asked for. A grant's `expires_days` count from the approval."""

    id: str
    state: ApprovalState
    action: str
    user: str
    amount: int
    expires_days: int | None
    reason: str
    key: str
    requested_by: str
    created_at: Moment
    decided_by: str | None
    decided_at: Moment | None
    decision_reason: str | None


class Approvals(Contract, ABC):
    noun = "approvals"

    @operation("GET", "/api/admin/approvals", scope="admin:read", admin=True)
    @abstractmethod
    def list(
        self, wanted: ApprovalFilter = ALL_REQUESTS, *, limit: int = 20, cursor: str | None = None
    ) -> Page[ApprovalView]:
        """The requests that match, newest first."""

    @operation("GET", "/api/admin/approvals/{id}", scope="admin:read", admin=True)
    @abstractmethod
    def show(self, id: str) -> ApprovalView:
        """One request by id or unique prefix of an id."""

    @operation("POST", "/api/admin/approvals/{id}/approve", scope="admin:write", idempotent=True, admin=True)
    @abstractmethod
    def approve(self, id: str) -> MovementView:
        """Move the credits that another administrator asked for. Nobody approves their own request."""

    @operation("POST", "/api/admin/approvals/{id}/reject", scope="admin:write", admin=True)
    @abstractmethod
    def reject(self, id: str, data: RejectApproval) -> ApprovalView:
        """Turn a request down for good; whoever asked can take it back in the same way."""
