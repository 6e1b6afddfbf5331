"""Who changed what, when and why. Triggers keep it append-only."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Index, Text
from sqlmodel import Field

from studio.db.models.base import Record


class AuditEntry(Record, table=True):
    __table_args__: ClassVar[Any] = (
        Index("auditentry_newest", "created_at", "id"),
        Index("auditentry_actor", "actor_email", "created_at", "id"),
        Index("auditentry_actor_id", "actor_id", "created_at", "id"),
        Index("auditentry_action", "action", "created_at", "id"),
        Index("auditentry_subject_type", "subject_type", "created_at", "id"),
        Index("auditentry_subject", "subject_type", "subject_id", "created_at", "id"),
        {"sqlite_strict": True},
    )

    actor_id: str = Field(sa_type=Text)
    """The user's id. No foreign key: what somebody did stays known when the user is gone."""
    actor_email: str = Field(sa_type=Text)
    key_id: str | None = Field(default=None, sa_type=Text)
    """The API key that was used; null for somebody who sat there."""
    action: str = Field(sa_type=Text)
    """A noun and what happened to it, such as `plan.edited`."""
    subject_type: str = Field(sa_type=Text)
    subject_id: str = Field(sa_type=Text)
    before: str | None = Field(default=None, sa_type=Text)
    """What changed as it was, a JSON object; null for what is new."""
    after: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    request_id: str = Field(sa_type=Text)
    """Equal for everything that one request changed."""
