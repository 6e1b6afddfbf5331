"""How fast each caller asks, for all processes together."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class RateLimit(SQLModel, table=True):
    __table_args__: ClassVar[Any] = {"sqlite_strict": True}

    key: str = Field(primary_key=True, sa_type=Text)
    arrival: int = Field(sa_type=Whole)
    """When everything that was asked so far would have come at the allowed pace: epoch milliseconds."""
