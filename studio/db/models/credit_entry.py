"""The ledger itself: every change of what somebody owns, in order. Triggers keep it append-only."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole

_CLAWBACK = text("kind = 'clawback'")
_NOT_SPENT = text("kind <> 'usage'")


class CreditEntry(Record, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("user_id", "seq"),
        Index("creditentry_clawback", "grant_id", sqlite_where=_CLAWBACK, postgresql_where=_CLAWBACK),
        # What somebody spent in a month is found by what the rest of it did, however much was spent.
        Index("creditentry_time", "user_id", "created_at", "seq"),
        Index("creditentry_not_spent", "user_id", "created_at", sqlite_where=_NOT_SPENT, postgresql_where=_NOT_SPENT),
        CheckConstraint(
            "kind IN ('grant', 'usage', 'expire', 'clawback', 'refund', 'adjust', 'external')", name="kind"
        ),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint(
            "(kind IN ('grant', 'refund') AND amount > 0) OR (kind IN ('usage', 'expire', 'clawback') AND amount < 0)"
            " OR kind IN ('adjust', 'external')",
            name="sign",
        ),
        CheckConstraint(
            "(kind = 'usage' AND hold_id IS NOT NULL) OR (kind <> 'usage' AND hold_id IS NULL)", name="usage_has_hold"
        ),
        CheckConstraint("kind <> 'adjust' OR reason IS NOT NULL", name="adjust_has_reason"),
        {"sqlite_strict": True},
    )

    user_id: str = Field(foreign_key="creditbalance.user_id", sa_type=Text)
    seq: int = Field(sa_type=Whole)
    """1, 2, 3 … for each user, without a gap."""
    kind: str = Field(sa_type=Text)
    amount: int = Field(sa_type=Whole)
    net_after: int = Field(sa_type=Whole)
    """The sum of this user's entries up to here: balance less debt."""
    grant_id: str | None = Field(default=None, foreign_key="creditgrant.id", sa_type=Text)
    """The lot that was given, expired or taken back; a spending may come from several and has allocations instead."""
    hold_id: str | None = Field(default=None, foreign_key="credithold.id", unique=True, sa_type=Text)
    idem_key: str = Field(unique=True, sa_type=Text)
    actor: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    event_at: int = Field(sa_type=Whole)
    """When it happened outside, such as the payment; `created_at` is when studio wrote it down."""
