"""The scenes of a short, in order."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Real, Whole


class ShortScene(Row, table=True):
    __table_args__: ClassVar[Any] = (
        # Not unique: a move renumbers its neighbours one by one inside its transaction.
        Index("shortscene_order", "short_id", "position"),
        CheckConstraint("position >= 1", name="position"),
        {"sqlite_strict": True},
    )

    short_id: str = Field(foreign_key="short.id", sa_type=Text)
    position: int = Field(sa_type=Whole)
    narration: str = Field(sa_type=Text)
    visual: str = Field(default="", sa_type=Text)
    image_prompt: str = Field(default="", sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    shot: str = Field(default="medium", sa_type=Text)
    role: str = Field(default="body", sa_type=Text)
    duration_seconds: float | None = Field(default=None, sa_type=Real)
    characters: str = Field(default="[]", sa_type=Text)
    """Names of who appears, as a JSON list."""
    seed: int = Field(default=0, sa_type=Whole)
