"""Signed messages about people and their credits, from a system outside that keeps both. docs/operations/webhooks.md
describes them for whoever sends them; what it does not name is passed over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from studio.contracts.base import ONE_LINE
from studio.contracts.users import Email, PersonName
from studio.domain.credits import LARGEST_AMOUNT

_SECONDS_BELOW = 10**11
_LARGEST_MOMENT = 10**14
_EVENT_ID = r"^[!-\-0-~]{1,200}$"


def _milliseconds(value: object) -> int:
    """Epoch milliseconds of a number of seconds or milliseconds, or of an ISO-8601 time; without a zone it is UTC."""
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        value = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    if type(value) is not int or not 0 <= value <= _LARGEST_MOMENT:
        raise ValueError("must be a moment in ISO 8601 or in epoch milliseconds")
    return value * 1000 if value < _SECONDS_BELOW else value


EventMoment = Annotated[int, BeforeValidator(_milliseconds)]
"""Epoch milliseconds, once it is read."""


class _Outside(BaseModel):
    # Strict: true is no number, 5.0 is no whole one, and "5" is text.
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)


class UserEventData(_Outside):
    """The person, by `id` or address, and what changes about their credits."""

    id: Annotated[str, ONE_LINE, Field(min_length=1, max_length=200)] | None = None
    email: Email | None = None
    name: PersonName | None = None
    credit_delta: int | None = Field(None, alias="creditDelta", ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)
    credits_remaining: int | None = Field(None, alias="creditsRemaining", ge=0, le=LARGEST_AMOUNT)
    as_of: int | str | None = Field(None, alias="asOf")
    """The number of the last entry of the ledger that `credits_remaining` knows, or the moment it was computed."""

    @field_validator("as_of")
    @classmethod
    def _check_as_of(cls, value: int | str | None) -> int | str | None:
        if isinstance(value, str):
            _milliseconds(value)
        elif value is not None and not 0 <= value <= LARGEST_AMOUNT:
            raise ValueError("must be the number of an entry, or a moment in ISO 8601")
        return value

    @model_validator(mode="after")
    def _check_person(self) -> UserEventData:
        if self.id is None and self.email is None:
            raise ValueError("must have an id or an email")
        return self

    @property
    def as_of_moment(self) -> int | None:
        """Epoch milliseconds, where `as_of` is a moment."""
        return _milliseconds(self.as_of) if isinstance(self.as_of, str) else None


class UserEvent(_Outside):
    """One change of one person. `timestamp` is when it happened; without one it is as new as its arrival."""

    type: Literal["user.created", "user.updated", "user.deleted"]
    timestamp: EventMoment | None = None
    data: UserEventData


class ListedUserEvent(UserEvent):
    """One of several events; its own id makes it take effect once, whichever messages it comes in."""

    id: str = Field(pattern=_EVENT_ID)


class UserEventList(_Outside):
    events: list[ListedUserEvent] = Field(min_length=1)

    @field_validator("events")
    @classmethod
    def _check_ids(cls, events: list[Any]) -> list[Any]:
        ids = [event.id for event in events]
        if len(set(ids)) < len(ids):
            raise ValueError("must not have the same id twice")
        return events
