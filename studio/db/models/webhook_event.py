"""Messages from outside, each taken in once, by its source and id."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class WebhookEvent(SQLModel, table=True):
    __table_args__: ClassVar[Any] = (
        CheckConstraint("state IN ('received', 'applied', 'ignored', 'dead')", name="state"),
        {"sqlite_strict": True},
    )

    source: str = Field(primary_key=True, sa_type=Text)
    event_id: str = Field(primary_key=True, sa_type=Text)
    body_sha256: str = Field(sa_type=Text)
    received_at: int = Field(sa_type=Whole)
    state: str = Field(default="received", sa_type=Text)
