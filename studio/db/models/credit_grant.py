"""Lots: each grant of credits with its source, how soon it is spent, and when it expires."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole

_UNSPENT = text("remaining > 0")


class CreditGrant(Record, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("source", "source_id"),
        Index(
            "creditgrant_burn",
            *("user_id", "priority", "expires_at", "created_at", "id"),
            sqlite_where=_UNSPENT,
            postgresql_where=_UNSPENT,
        ),
        Index("creditgrant_due", "expires_at", sqlite_where=_UNSPENT, postgresql_where=_UNSPENT),
        CheckConstraint("source IN ('payment', 'plan', 'promo', 'admin', 'external', 'regrant')", name="source"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("remaining >= 0", name="remaining"),
        CheckConstraint("remaining <= amount", name="remaining_within_amount"),
        CheckConstraint("priority BETWEEN 0 AND 100", name="priority"),
        CheckConstraint("expires_at IS NULL OR expires_at > effective_at", name="expires_later"),
        {"sqlite_strict": True},
    )

    user_id: str = Field(foreign_key="creditbalance.user_id", sa_type=Text)
    source: str = Field(sa_type=Text)
    source_id: str = Field(sa_type=Text)
    """The payment, subscription period, event or command that gave it; given once only."""
    amount: int = Field(sa_type=Whole)
    remaining: int = Field(sa_type=Whole)
    """Neither spent, held, expired, taken back nor used to repay a debt."""
    priority: int = Field(default=50, sa_type=Whole)
    """The lowest is spent first."""
    effective_at: int = Field(sa_type=Whole)
    expires_at: int | None = Field(default=None, sa_type=Whole)
    voided_at: int | None = Field(default=None, sa_type=Whole)
    """When the whole of it had been taken back."""
