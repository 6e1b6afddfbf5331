"""Messages from outside, each taken in once, by its source and id."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class WebhookEvent(SQLModel, table=True):
    """What a sender said, byte by byte, and what became of it. Times are epoch milliseconds."""

    __table_args__: ClassVar[Any] = (
        CheckConstraint("state IN ('received', 'applied', 'ignored', 'dead')", name="state"),
        Index("webhookevent_newest", "received_at", "source", "event_id"),
        Index(
            "webhookevent_waiting",
            "retry_at",
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        {"sqlite_strict": True},
    )

    source: str = Field(primary_key=True, sa_type=Text)
    event_id: str = Field(primary_key=True, sa_type=Text)
    type: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)
    body_sha256: str = Field(sa_type=Text)
    received_at: int = Field(sa_type=Whole)
    state: str = Field(default="received", sa_type=Text)
    attempts: int = Field(default=0, sa_type=Whole)
    """How often it was worked on."""
    retry_at: int = Field(sa_type=Whole)
    """Before this moment nobody works on it unasked."""
    error: str | None = Field(default=None, sa_type=Text)
    """Why it has not taken effect."""
    finished_at: int | None = Field(default=None, sa_type=Whole)
