"""The audit trail: every change an administrator made, with what was before and after."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from studio.contracts.base import Input, Moment, Page, View
from studio.contracts.operations import Contract, operation


class AuditView(View):
    """One change. `before` is null for what is new, `after` for what is gone; both hold only what changed."""

    id: str
    created_at: Moment
    actor_id: str
    actor_email: str
    key_id: str | None
    action: str
    subject_type: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    request_id: str


class AuditFilter(Input):
    """Which changes are wanted; what is left out matches everything. A time without a zone is UTC."""

    model_config = ConfigDict(str_strip_whitespace=True)

    actor: str | None = Field(None, min_length=1, max_length=254, description="The e-mail address or id of a user.")
    action: str | None = Field(None, min_length=1, max_length=60, description="What happened, such as plan.edited.")
    subject: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="What it happened to, such as plan:pro, or a kind, such as plan.",
    )
    since: datetime | None = Field(None, description="The earliest moment, such as 2026-01-31T12:00Z.")


EVERYTHING = AuditFilter()


class Audit(Contract, ABC):
    noun = "audit"

    @operation("GET", "/api/admin/audit", scope="admin:read", admin=True)
    @abstractmethod
    def list(self, wanted: AuditFilter = EVERYTHING, *, limit: int = 20, cursor: str | None = None) -> Page[AuditView]:
        """The changes that match, newest first."""
