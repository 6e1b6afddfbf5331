"""What each person holds: the lock row of the ledger, and the cache of its sums."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field, SQLModel

from studio.db.types import Whole


class CreditBalance(SQLModel, table=True):
    """`balance` counts what is held too; what is owed stands in `debt`, so no balance is ever negative."""

    __table_args__: ClassVar[Any] = (
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("debt >= 0", name="debt"),
        CheckConstraint("balance >= held", name="available"),
        CheckConstraint("debt = 0 OR balance = held", name="no_spending_in_debt"),
        {"sqlite_strict": True},
    )

    user_id: str = Field(primary_key=True, foreign_key="user.id", sa_type=Text)
    balance: int = Field(default=0, sa_type=Whole)
    held: int = Field(default=0, sa_type=Whole)
    debt: int = Field(default=0, sa_type=Whole)
    version: int = Field(default=0, sa_type=Whole)
    """Counts the transactions that locked this row."""
