"""What was paid for: one row per capture, with the price rule that was in force. Triggers keep it append-only."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole


class UsageHistory(Record, table=True):
    __table_args__: ClassVar[Any] = (
        Index("usagehistory_user", "user_id", "created_at", "id"),
        Index("usagehistory_short", "user_id", "short_id", "created_at", "id"),
        CheckConstraint("credits > 0", name="credits"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("multiplier_permille >= 0", name="multiplier"),
        CheckConstraint("cost_microusd >= 0", name="cost"),
        {"sqlite_strict": True},
    )

    user_id: str = Field(foreign_key="creditbalance.user_id", sa_type=Text)
    hold_id: str = Field(foreign_key="credithold.id", unique=True, sa_type=Text)
    operation: str = Field(sa_type=Text)
    """The use-case that spent it, such as `shorts.media`."""
    credits: int = Field(sa_type=Whole)
    feature: str = Field(sa_type=Text)
    unit_price: int = Field(sa_type=Whole)
    quantity: int = Field(sa_type=Whole)
    multiplier_permille: int = Field(sa_type=Whole)
    price_rule: str = Field(sa_type=Text)
    provider: str | None = Field(default=None, sa_type=Text)
    provider_request_id: str | None = Field(default=None, sa_type=Text)
    model: str | None = Field(default=None, sa_type=Text)
    # No foreign key: what was paid stays explained when the short is deleted.
    short_id: str | None = Field(default=None, sa_type=Text)
    scene_order: int | None = Field(default=None, sa_type=Whole)
    cost_microusd: int | None = Field(default=None, sa_type=Whole)
    """What the provider charged us; None while it has not said."""
