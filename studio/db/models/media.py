"""Takes: the pictures, clips, voices and music made or brought for a short. One of a kind is selected per scene."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Flag, Whole


class Media(Row, table=True):
    __table_args__: ClassVar[Any] = (
        Index("media_scene", "scene_id", "kind"),
        Index("media_short", "short_id", "kind"),
        Index("media_request", "owner_id", "request_key"),
        Index("media_asset", "asset_id"),
        {"sqlite_strict": True},
    )

    owner_id: str = Field(foreign_key="user.id", sa_type=Text)
    short_id: str = Field(foreign_key="short.id", sa_type=Text)
    scene_id: str | None = Field(default=None, foreign_key="shortscene.id", sa_type=Text)
    """None for what belongs to the whole film, such as its music."""
    kind: str = Field(sa_type=Text)
    asset_id: str = Field(foreign_key="asset.id", sa_type=Text)
    request_key: str = Field(sa_type=Text)
    """Hash of what was asked of the model: an equal request is not made again."""
    model: str = Field(sa_type=Text)
    selected: bool = Field(default=True, sa_type=Flag, nullable=False)
    picked: bool = Field(default=False, sa_type=Flag, nullable=False)
    """Whether a person chose it: then no other is made in its place."""
    details: str = Field(default="{}", sa_type=Text)
    """What the kind needs: size in pixels, seconds, word times; as JSON."""
    credits_used: int = Field(default=0, sa_type=Whole)
    cost_microusd: int = Field(default=0, sa_type=Whole)
