"""Holds: credits set aside for one paid call until it is captured or released."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole

_PENDING = text("state = 'pending'")


class CreditHold(Record, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("user_id", "op_key"),
        Index("credithold_pending", "expires_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("captured >= 0", name="captured"),
        CheckConstraint("captured <= amount", name="captured_within_amount"),
        CheckConstraint("state IN ('pending', 'captured', 'released')", name="state"),
        CheckConstraint(
            "(state = 'captured' AND captured > 0) OR (state <> 'captured' AND captured = 0)", name="captured_when"
        ),
        CheckConstraint(
            "(state = 'pending' AND resolved_at IS NULL) OR (state <> 'pending' AND resolved_at IS NOT NULL)",
            name="resolved_when",
        ),
        {"sqlite_strict": True},
    )

    user_id: str = Field(foreign_key="creditbalance.user_id", sa_type=Text)
    op_key: str = Field(sa_type=Text)
    amount: int = Field(sa_type=Whole)
    captured: int = Field(default=0, sa_type=Whole)
    state: str = Field(default="pending", sa_type=Text)
    expires_at: int = Field(sa_type=Whole)
    """When to ask what became of the call. Time alone never releases a hold."""
    resolved_at: int | None = Field(default=None, sa_type=Whole)
