"""How far each outside source's balance announcements have been followed."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class ExternalMark(SQLModel, table=True):
    __table_args__: ClassVar[Any] = {"sqlite_strict": True}

    user_id: str = Field(primary_key=True, foreign_key="creditbalance.user_id", sa_type=Text)
    source: str = Field(primary_key=True, sa_type=Text)
    sequence: int = Field(sa_type=Whole)
    """The highest sequence number or timestamp whose balance was taken over."""
