"""Which lot paid what: a hold, an entry that took credits away, or a debt."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from studio.db.types import Whole
from studio.domain.ids import new_id


class CreditAllocation(SQLModel, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("hold_id", "grant_id"),
        Index("creditallocation_grant", "grant_id"),
        Index("creditallocation_entry", "entry_id"),
        CheckConstraint("kind IN ('hold', 'entry', 'debt')", name="kind"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("captured >= 0", name="captured"),
        CheckConstraint("captured <= amount", name="captured_within_amount"),
        CheckConstraint(
            "(kind = 'hold' AND hold_id IS NOT NULL AND entry_id IS NULL)"
            " OR (kind = 'entry' AND entry_id IS NOT NULL AND hold_id IS NULL)"
            " OR (kind = 'debt' AND hold_id IS NULL AND entry_id IS NULL)",
            name="purpose",
        ),
        {"sqlite_strict": True},
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    grant_id: str = Field(foreign_key="creditgrant.id", sa_type=Text)
    kind: str = Field(sa_type=Text)
    hold_id: str | None = Field(default=None, foreign_key="credithold.id", sa_type=Text)
    entry_id: str | None = Field(default=None, foreign_key="creditentry.id", sa_type=Text)
    ord: int = Field(default=0, sa_type=Whole)
    """The order in which a hold spends its lots."""
    amount: int = Field(sa_type=Whole)
    captured: int = Field(default=0, sa_type=Whole)
