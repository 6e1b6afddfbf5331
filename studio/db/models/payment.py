"""What was paid: one row for each payment, or for all installments of a purchase together, as last read from Asaas."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Whole

_UNMATCHED = text("user_id IS NULL")


class Payment(Row, table=True):
    """`id` is the payment's id at Asaas, or that of its installments. Money is centavos."""

    __table_args__: ClassVar[Any] = (
        Index("payment_newest", "created_at", "id"),
        Index("payment_unmatched", "created_at", "id", sqlite_where=_UNMATCHED, postgresql_where=_UNMATCHED),
        Index("payment_subscription", "subscription_id"),
        Index("payment_user", "user_id"),
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("kept >= 0", name="kept"),
        CheckConstraint("credits >= 0", name="credits"),
        CheckConstraint("credits_given >= 0", name="credits_given"),
        {"sqlite_strict": True},
    )

    status: str = Field(sa_type=Text)
    value: int = Field(sa_type=Whole)
    """What was charged."""
    kept: int = Field(sa_type=Whole)
    """What of it is ours: paid, and neither refunded nor charged back."""
    due_at: int = Field(sa_type=Whole)
    """The day on which it was to be paid, which is when the time it pays for begins."""
    billing_type: str | None = Field(default=None, sa_type=Text)
    customer: str | None = Field(default=None, sa_type=Text)
    user_id: str | None = Field(default=None, foreign_key="user.id", sa_type=Text)
    """Whose it is; None while nobody knows."""
    subscription_id: str | None = Field(default=None, foreign_key="subscription.id", sa_type=Text)
    matched_by: str | None = Field(default=None, sa_type=Text)
    """What told whose it is, such as `externalReference`, or `administrator`."""
    reason: str | None = Field(default=None, sa_type=Text)
    """Why nobody got anything for it."""
    credits: int = Field(default=0, sa_type=Whole)
    """What the whole of it gives; decided once."""
    credits_given: int = Field(default=0, sa_type=Whole)
    """What it has given as it stands, without what was taken back."""
    movements: int = Field(default=0, sa_type=Whole)
    """How often it has moved credits; each movement has a key of its own."""
    period_end: int | None = Field(default=None, sa_type=Whole)
    """Until when it pays."""
    version: int = Field(default=1, sa_type=Whole)
    """Counts the changes, so that what was read before one of them is not put over it."""
