"""System prompts that administrators wrote in the place of the built-in ones, one row for each name."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Whole


class SystemPrompt(Row, table=True):
    __table_args__: ClassVar[Any] = (
        CheckConstraint("version >= 0", name="version"),
        {"sqlite_strict": True},
    )

    name: str = Field(unique=True, sa_type=Text)
    """The dotted name, such as `script.craft`."""
    text: str | None = Field(default=None, sa_type=Text)
    """None when the built-in text is in force again."""
    version: int = Field(default=0, sa_type=Whole)
    """Counts the changes and never goes back, so that two administrators notice each other."""
    updated_by: str = Field(foreign_key="user.id", sa_type=Text)
