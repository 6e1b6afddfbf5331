"""Subscriptions: who chose which plan at which price, and until when it is paid. Its id is what Asaas is told."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Whole

_OPEN = text("state IN ('starting', 'pending')")
_ACTIVE = text("state = 'active'")


class Subscription(Row, table=True):
    """One wish for a plan. Somebody has several in the course of time, and at most one that waits for its payment."""

    __table_args__: ClassVar[Any] = (
        Index("subscription_newest", "user_id", "created_at", "id"),
        Index("subscription_open", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("subscription_due", "paid_until", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index("subscription_checkout", "checkout_id"),
        Index("subscription_asaas", "asaas_subscription"),
        CheckConstraint("state IN ('starting', 'pending', 'active', 'ended', 'abandoned')", name="state"),
        CheckConstraint("months IN (1, 12)", name="months"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("credits > 0", name="credits"),
        {"sqlite_strict": True},
    )

    user_id: str = Field(foreign_key="user.id", sa_type=Text)
    plan: str = Field(sa_type=Text)
    """The plan's key. Price and credits are those of the day it was chosen."""
    months: int = Field(sa_type=Whole)
    """How long one payment lasts: 1 or 12."""
    price: int = Field(sa_type=Whole)
    """Centavos of one payment."""
    credits: int = Field(sa_type=Whole)
    """What one payment gives."""
    state: str = Field(default="starting", sa_type=Text)
    sent_at: int | None = Field(default=None, sa_type=Whole)
    """When a checkout was asked for; it may have come about although its answer was lost."""
    busy_until: int | None = Field(default=None, sa_type=Whole)
    """Until when whoever asks Asaas for the checkout is left alone."""
    checkout_id: str | None = Field(default=None, sa_type=Text)
    checkout_url: str | None = Field(default=None, sa_type=Text)
    checkout_expires_at: int | None = Field(default=None, sa_type=Whole)
    asaas_subscription: str | None = Field(default=None, sa_type=Text)
    """Asaas' own id of it, known from the first payment on."""
    paid_until: int | None = Field(default=None, sa_type=Whole)
    canceled_at: int | None = Field(default=None, sa_type=Whole)
