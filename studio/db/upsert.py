"""Inserting a row that may be there already, in one statement that both engines understand."""

from __future__ import annotations

from importlib import import_module

from sqlmodel import Session, SQLModel


def insert_if_new(session: Session, row: SQLModel, *unique: str) -> bool:
    """Insert the row unless one with the same `unique` columns exists; tells whether it was new.

    Two writers at once both succeed."""
    # The dialect's own module is loaded by its engine; importing both would make every start a tenth slower.
    dialect = import_module(f"sqlalchemy.dialects.{session.connection().dialect.name}")
    statement = dialect.insert(type(row)).values(**row.model_dump())
    once = statement.on_conflict_do_nothing(index_elements=list(unique))
    result = session.connection().execute(once, execution_options={"preserve_rowcount": True})
    return result.rowcount == 1
