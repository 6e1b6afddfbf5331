"""Pictures by which a character is known again: painted from the traits, or brought by the person."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole


class CharacterImage(Record, table=True):
    __table_args__: ClassVar[Any] = (
        Index("characterimage_newest", "character_id", "created_at", "id"),
        Index("characterimage_asset", "asset_id"),
        {"sqlite_strict": True},
    )

    owner_id: str = Field(foreign_key="user.id", sa_type=Text)
    character_id: str = Field(foreign_key="character.id", sa_type=Text)
    asset_id: str = Field(foreign_key="asset.id", sa_type=Text)
    model: str = Field(sa_type=Text)
    """Who painted it; `import` for a picture that was brought."""
    request_key: str = Field(default="", sa_type=Text)
    """Hash of what was asked of the model: an equal request is not made again."""
    credits_used: int = Field(default=0, sa_type=Whole)
