"""What people can subscribe to. A plan is named by its key, which never changes."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Flag, Whole


class BillingPlan(Row, table=True):
    __table_args__: ClassVar[Any] = (
        Index("billingplan_order", "sort_order", "key"),
        CheckConstraint("credits > 0", name="credits"),
        CheckConstraint("price_monthly >= 0", name="price_monthly"),
        CheckConstraint("price_yearly >= 0", name="price_yearly"),
        {"sqlite_strict": True},
    )

    key: str = Field(unique=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    credits: int = Field(sa_type=Whole)
    """Credits for each month."""
    price_monthly: int = Field(sa_type=Whole)
    """Hundredths of the currency: centavos."""
    price_yearly: int | None = Field(default=None, sa_type=Whole)
    currency: str = Field(sa_type=Text)
    features: str = Field(default="[]", sa_type=Text)
    """A JSON list of what is said about the plan, line by line."""
    limits: str = Field(default="{}", sa_type=Text)
    """A JSON object of whole numbers by name, such as `characters`."""
    checkout_url: str | None = Field(default=None, sa_type=Text)
    active: bool = Field(default=True, sa_type=Flag, nullable=False)
    sort_order: int = Field(default=0, sa_type=Whole)
    badge: str | None = Field(default=None, sa_type=Text)
    version: int = Field(default=1, sa_type=Whole)
    """Counts the changes, so that two administrators notice each other."""
