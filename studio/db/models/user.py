"""People. The embedded database begins with one, the local owner."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Flag, Whole
from studio.domain.people import DEFAULT_PLAN, Role


class User(Row, table=True):
    """Somebody who may log in. Who is deleted stays as a row without name and address, for the ledger's sake."""

    __table_args__: ClassVar[Any] = (
        Index("user_newest", "created_at", "id"),
        Index("user_plan", "plan"),
        Index("user_clerk_id", "clerk_id", unique=True),
        Index("user_asaas_customer", "asaas_customer"),
        {"sqlite_strict": True},
    )

    email: str = Field(sa_type=Text, unique=True)
    """In lower case, so that equal addresses are equal text."""
    name: str = Field(default="", sa_type=Text)
    role: str = Field(default=Role.CREATOR.value, sa_type=Text)
    active: bool = Field(default=True, sa_type=Flag, nullable=False)
    plan: str | None = Field(default=DEFAULT_PLAN, sa_type=Text)
    """The key of a billing plan."""
    clerk_id: str | None = Field(default=None, sa_type=Text)
    asaas_customer: str | None = Field(default=None, sa_type=Text)
    deactivated_at: int | None = Field(default=None, sa_type=Whole)
    deleted_at: int | None = Field(default=None, sa_type=Whole)
    version: int = Field(default=1, sa_type=Whole)
    """Counts the changes, so that two administrators notice each other."""
