"""Shorts: what was asked for, where each stands, and what it cost."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from studio.db.models.base import Row
from studio.db.types import Flag, Real, Whole


class Short(Row, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("owner_id", "handle"),
        Index("short_newest", "owner_id", "created_at", "id"),
        Index("short_brief", "owner_id", "brief_key"),
        Index("short_film", "film_asset_id"),
        Index("short_music", "music"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("credits_used >= 0", name="credits_used"),
        {"sqlite_strict": True},
    )

    owner_id: str = Field(foreign_key="user.id", sa_type=Text)
    handle: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    topic: str = Field(sa_type=Text)
    source_text: str | None = Field(default=None, sa_type=Text)
    brief_key: str = Field(sa_type=Text)
    """Hash of everything that was asked for: the same request again continues this short."""
    status: str = Field(default="DRAFT", sa_type=Text)
    progress: int = Field(default=0, sa_type=Whole)
    error: str | None = Field(default=None, sa_type=Text)
    format: str = Field(sa_type=Text)
    aspect: str = Field(sa_type=Text)
    language: str | None = Field(default=None, sa_type=Text)
    target_seconds: float = Field(sa_type=Real)
    """The length that was asked for; `film_seconds` is the length it got."""
    film_seconds: float | None = Field(default=None, sa_type=Real)
    style: str = Field(sa_type=Text)
    climate: str = Field(sa_type=Text)
    seed: int = Field(sa_type=Whole)
    voice: str | None = Field(default=None, sa_type=Text)
    music: str | None = Field(default=None, sa_type=Text)
    """A mood, `none`, or the id of the asset that holds somebody's own music."""
    captions: bool = Field(default=True, sa_type=Flag, nullable=False)
    is_outline: bool = Field(default=False, sa_type=Flag, nullable=False)
    text_model: str | None = Field(default=None, sa_type=Text)
    image_model: str | None = Field(default=None, sa_type=Text)
    video_model: str | None = Field(default=None, sa_type=Text)
    credits_used: int = Field(default=0, sa_type=Whole)
    cost_microusd: int = Field(default=0, sa_type=Whole)
    film_key: str | None = Field(default=None, sa_type=Text)
    """Hash of everything the film shows and sounds; equal means there is nothing to render."""
    film_asset_id: str | None = Field(default=None, foreign_key="asset.id", sa_type=Text)
    video_path: str | None = Field(default=None, sa_type=Text)


class ShortCharacter(SQLModel, table=True):
    """Who appears in a short, in the order they were named."""

    __table_args__: ClassVar[Any] = {"sqlite_strict": True}

    short_id: str = Field(foreign_key="short.id", primary_key=True, sa_type=Text)
    character_id: str = Field(foreign_key="character.id", primary_key=True, sa_type=Text)
    position: int = Field(sa_type=Whole)
