"""Paid calls: the intent is written before the provider is asked, so that a crash never pays twice."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from studio.db.models.base import Record
from studio.db.types import Whole

_OPEN = text("state IN ('ready', 'submitting', 'submitted', 'uncertain')")


class Generation(Record, table=True):
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("user_id", "client_key"),
        UniqueConstraint("provider", "provider_request_id"),
        Index("generation_open", "state", "lease_until", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("generation_time", "user_id", "created_at", "id"),
        Index("generation_short", "short_id"),
        CheckConstraint(
            "state IN ('ready', 'submitting', 'submitted', 'uncertain', 'succeeded', 'failed')", name="state"
        ),
        CheckConstraint("state <> 'submitted' OR provider_request_id IS NOT NULL", name="submitted_has_request"),
        CheckConstraint("attempt >= 0", name="attempt"),
        CheckConstraint("cost_microusd >= 0", name="cost"),
        {"sqlite_strict": True},
    )

    user_id: str = Field(foreign_key="creditbalance.user_id", sa_type=Text)
    client_key: str = Field(sa_type=Text)
    request_hash: str = Field(sa_type=Text)
    hold_id: str | None = Field(default=None, foreign_key="credithold.id", unique=True, sa_type=Text)
    """None for a call that costs no credits: a hold of nothing cannot be."""
    agreed_price: str | None = Field(default=None, sa_type=Text)
    """The price in force when the hold was made, as JSON: what is charged, whatever prices are by then."""
    kind: str = Field(sa_type=Text)
    """The feature that is paid for: a `FeatureKey`."""
    provider: str = Field(sa_type=Text)
    model: str = Field(sa_type=Text)
    # No foreign keys: what was paid stays explained when the short or the scene is deleted.
    short_id: str | None = Field(default=None, sa_type=Text)
    scene_id: str | None = Field(default=None, sa_type=Text)
    payload: str = Field(sa_type=Text)
    """What the provider is asked, as JSON: for a model elsewhere the last order, as it went over the wire."""
    answers: str = Field(default="[]", sa_type=Text)
    """What has been delivered so far, as JSON: a later run goes on from here."""
    state: str = Field(default="ready", sa_type=Text)
    provider_request_id: str | None = Field(default=None, sa_type=Text)
    ticket: str | None = Field(default=None, sa_type=Text)
    """By which the answer can be asked for, as JSON; None before there is one and after it was answered."""
    attempt: int = Field(default=0, sa_type=Whole)
    sent_at: int | None = Field(default=None, sa_type=Whole)
    """When the last order was about to be sent."""
    lease_until: int | None = Field(default=None, sa_type=Whole)
    lease_owner: str | None = Field(default=None, sa_type=Text)
    """The host and process that send it."""
    quoted_microusd: int | None = Field(default=None, sa_type=Whole)
    """What it should have cost when it was begun; `cost_microusd` is what the provider said with its answers."""
    cost_microusd: int | None = Field(default=None, sa_type=Whole)
    billed_microusd: int | None = Field(default=None, sa_type=Whole)
    """What the provider's bill says, after discounts; None until it was read. It comes before `cost_microusd`."""
    error: str | None = Field(default=None, sa_type=Text)
    closed_at: int | None = Field(default=None, sa_type=Whole)
