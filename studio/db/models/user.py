"""People. The embedded database has one, the local owner."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field

from studio.db.models.base import Row
from studio.db.types import Flag


class User(Row, table=True):
    email: str = Field(sa_type=Text, unique=True)
    name: str = Field(default="", sa_type=Text)
    role: str = Field(default="creator", sa_type=Text)
    active: bool = Field(default=True, sa_type=Flag, nullable=False)
