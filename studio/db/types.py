"""Column types that mean the same on both engines: STRICT SQLite knows only INTEGER, REAL, TEXT and BLOB."""

from __future__ import annotations

from typing import Any

from sqlalchemy import REAL, BigInteger, Boolean, Dialect, Double, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

TextColumn = Text()
Whole = BigInteger().with_variant(Integer(), "sqlite")
"""Counts, credits, micro-dollars and epoch milliseconds; SQLModel's own `int` is 32 bits wide on PostgreSQL."""

Real: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


class Flag(TypeDecorator[bool]):
    """True or False; an INTEGER on SQLite, whose STRICT tables know no BOOLEAN."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name != "sqlite" else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)
