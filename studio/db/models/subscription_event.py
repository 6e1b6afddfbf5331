"""What happened to subscriptions, in the transaction that did it."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole

KINDS = ("started", "offered", "paid", "reversed", "canceled", "ended", "abandoned")


class SubscriptionEvent(Record, table=True):
    __table_args__: ClassVar[Any] = (
        Index("subscriptionevent_order", "subscription_id", "created_at", "id"),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        {"sqlite_strict": True},
    )

    subscription_id: str = Field(foreign_key="subscription.id", sa_type=Text)
    kind: str = Field(sa_type=Text)
    payment_id: str | None = Field(default=None, sa_type=Text)
    paid_until: int | None = Field(default=None, sa_type=Whole)
    """Until when it was paid after this."""
