"""API keys: which exist, what each may do, and the hash by which one is recognised. The key itself is not kept."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole


class ApiKey(Record, table=True):
    """`id` is the part of the key that may be shown."""

    __table_args__: ClassVar[Any] = (
        Index("apikey_newest", "owner_id", "created_at", "id"),
        {"sqlite_strict": True},
    )

    owner_id: str = Field(foreign_key="user.id", sa_type=Text)
    name: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    scopes: str | None = Field(default=None, sa_type=Text)
    """A JSON list of scopes; None for everything its owner may do."""
    expires_at: int | None = Field(default=None, sa_type=Whole)
    last_used_at: int | None = Field(default=None, sa_type=Whole)
    revoked_at: int | None = Field(default=None, sa_type=Whole)
