"""Column types that mean the same on both engines: STRICT SQLite knows only INTEGER, REAL, TEXT and BLOB."""

from __future__ import annotations

from sqlalchemy import REAL, BigInteger, Boolean, Double, Integer, Text

TextColumn = Text()
Whole = BigInteger().with_variant(Integer(), "sqlite")
"""Counts, credits, micro-dollars and epoch milliseconds; SQLModel's own `int` is 32 bits wide on PostgreSQL."""

Real = Double().with_variant(REAL(), "sqlite")
Flag = Boolean(create_constraint=False).with_variant(Integer(), "sqlite")
