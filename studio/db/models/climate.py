"""People's own climates; the built-in ones are data of the package."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from studio.db.models.base import Row


class Climate(Row, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("owner_id", "handle"),
        Index("climate_newest", "owner_id", "created_at", "id"),
        {"sqlite_strict": True},
    )

    owner_id: str = Field(foreign_key="user.id", sa_type=Text)
    handle: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    definition: str = Field(sa_type=Text)
    """The fields of `contracts.climates.ClimateData` as JSON."""
