"""Idempotency keys of HTTP requests: what was asked under each, and what was answered."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class RequestKey(SQLModel, table=True):
    __table_args__: ClassVar[Any] = (Index("requestkey_oldest", "created_at"), {"sqlite_strict": True})

    owner_id: str = Field(primary_key=True, foreign_key="user.id", sa_type=Text)
    key: str = Field(primary_key=True, sa_type=Text)
    request_sha256: str = Field(sa_type=Text)
    status: int | None = Field(default=None, sa_type=Whole)
    """Of the answer; None while the request is worked on."""
    answer: str | None = Field(default=None, sa_type=Text)
    created_at: int = Field(sa_type=Whole)
