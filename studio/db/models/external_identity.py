"""What systems outside call the people of this studio, and how much of what they say is known."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class ExternalIdentity(SQLModel, table=True):
    """One person of one source. Whoever is gone there stays as a tombstone, for messages that arrive late."""

    __table_args__: ClassVar[Any] = (
        CheckConstraint("state IN ('present', 'barred', 'gone')", name="state"),
        Index("externalidentity_user_id", "user_id"),
        {"sqlite_strict": True},
    )

    source: str = Field(primary_key=True, sa_type=Text)
    external_id: str = Field(primary_key=True, sa_type=Text)
    user_id: str | None = Field(default=None, foreign_key="user.id", sa_type=Text)
    """None for somebody who was gone before anything else was known of them."""
    state: str = Field(default="present", sa_type=Text)
    changed_at: int = Field(sa_type=Whole)
    """The moment of the newest change that was taken over, by the source's clock, in epoch milliseconds."""
    as_of: int | None = Field(default=None, sa_type=Whole)
    """The newest entry of the ledger that a balance of theirs had seen."""
    deactivated_at: int | None = Field(default=None, sa_type=Whole)
    """When their state kept the person out of studio: only what the source closed may it open again."""
