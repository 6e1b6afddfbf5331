"""What every row has: an id, when it was made and when it last changed; and names for every constraint."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Table, Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole
from studio.domain.clock import system_clock
from studio.domain.ids import new_id

# Unnamed constraints are lost when a migration has to rebuild a table on SQLite.
SQLModel.metadata.naming_convention = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_unique",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Record(SQLModel):
    """Base of the tables whose rows are not edited by people. Times are epoch milliseconds, UTC."""

    __table_args__: ClassVar[Any] = {"sqlite_strict": True}

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    created_at: int = Field(default_factory=system_clock, sa_type=Whole, nullable=False)


class Row(Record):
    """Base of the tables that people edit: it also says when a row last changed."""

    updated_at: int = Field(default_factory=system_clock, sa_type=Whole, nullable=False)


def table_of(model: type[SQLModel]) -> Table:
    """The bare table of a model, for the reads every start makes: the first query of a model itself sets up the mappers
    of all of them, a twentieth of a second."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
