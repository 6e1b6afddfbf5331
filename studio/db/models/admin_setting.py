"""What administrators have set differently from the defaults, one row for each setting."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class AdminSetting(SQLModel, table=True):
    __table_args__: ClassVar[Any] = {"sqlite_strict": True}

    key: str = Field(primary_key=True, sa_type=Text)
    """The dotted name, such as `prices.image_generation`."""
    value: str = Field(sa_type=Text)
    """As JSON."""
    version: int = Field(default=1, sa_type=Whole)
    updated_at: int = Field(sa_type=Whole)
