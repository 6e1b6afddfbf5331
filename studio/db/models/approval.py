"""Movements of credits that one administrator asked for and another one has to decide about."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole


class Approval(Record, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("key"),
        Index("approval_newest", "created_at", "id"),
        Index("approval_state", "state", "created_at", "id"),
        CheckConstraint("action IN ('grant', 'adjust')", name="action"),
        CheckConstraint("state IN ('pending', 'approved', 'rejected')", name="state"),
        CheckConstraint(
            "(state = 'pending') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)", name="decided"
        ),
        # The rule itself, so that no mistake in the code above can let somebody approve what they asked for.
        CheckConstraint("state <> 'approved' OR decided_by <> requested_by", name="second"),
        {"sqlite_strict": True},
    )

    requested_by: str = Field(foreign_key="user.id", sa_type=Text)
    action: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    """Whom it is for, how many credits, and in how many days they expire; a JSON object."""
    body_sha256: str = Field(sa_type=Text)
    """Over everything that is asked for, so that the same key never stands for something else."""
    key: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    state: str = Field(default="pending", sa_type=Text)
    decided_by: str | None = Field(default=None, foreign_key="user.id", sa_type=Text)
    decided_at: int | None = Field(default=None, sa_type=Whole)
    decision_reason: str | None = Field(default=None, sa_type=Text)
