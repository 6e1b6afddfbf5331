"""Keys that were used, what was asked under them, and the answer that every repetition gets."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class IdempotencyKey(SQLModel, table=True):
    __table_args__: ClassVar[Any] = {"sqlite_strict": True}

    scope: str = Field(primary_key=True, sa_type=Text)
    """Keys of different scopes never meet: the whole ledger's, one person's, one outside source's."""
    key: str = Field(primary_key=True, sa_type=Text)
    user_id: str = Field(foreign_key="creditbalance.user_id", sa_type=Text)
    body_sha256: str = Field(sa_type=Text)
    answer: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=Whole)
