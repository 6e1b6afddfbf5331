"""Files in the storage, known by what they contain: the same bytes of one owner are stored once."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Whole

_UPLOADED = text("name IS NOT NULL")


class Asset(Row, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("owner_id", "key"),
        Index("asset_newest", "owner_id", "created_at", "id"),
        Index("asset_sizes", "owner_id", "media_type", "size_bytes"),
        Index("asset_uploads", "owner_id", "created_at", "id", sqlite_where=_UPLOADED, postgresql_where=_UPLOADED),
        CheckConstraint("size_bytes >= 0", name="size"),
        {"sqlite_strict": True},
    )

    owner_id: str = Field(foreign_key="user.id", sa_type=Text)
    key: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    size_bytes: int = Field(sa_type=Whole)
    name: str | None = Field(default=None, sa_type=Text)
    """What the person who uploaded it calls it; None for what studio made. An upload stays until it is deleted."""
