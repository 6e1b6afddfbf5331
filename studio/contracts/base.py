"""What all inputs and outputs share: strict inputs, stable JSON, pages."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from studio.domain.text import one_line


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_iso, return_type=str)]
"""An aware UTC time; ISO-8601 with `Z` in JSON."""


def _line(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


def _line_or_none(value: object) -> object:
    return _line(value) or None


ONE_LINE = BeforeValidator(_line)
"""Text without line breaks, control characters and spaces around it."""
LINE_OR_NONE = BeforeValidator(_line_or_none)
"""The same; empty is nothing."""

MICRODOLLARS = 1_000_000


def dollars(microusd: int) -> str:
    """Integer micro-dollars as the decimal string of the interface, at least two places: `0.00`, `0.0425`."""
    amount = (Decimal(microusd) / MICRODOLLARS).quantize(Decimal("0.000001"))
    whole, _, places = f"{amount:f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


class Input(BaseModel):
    """What a face sends in; an unknown field is a fault, not a silent wish."""

    # A schema is built when it is first used: a command knows many contracts by name and uses two or three.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class RowFile(Input):
    """Many things at once as CSV or JSON lines; `source` is the file's name for messages."""

    text: str
    source: str = Field("the file", max_length=500)


class View(BaseModel):
    """What a face gets back; the same JSON on `--json` and over HTTP."""

    model_config = ConfigDict(frozen=True, defer_build=True)


Item = TypeVar("Item", bound=View)


class Page(View, Generic[Item]):
    """One page of a list; `next_cursor` is None on the last."""

    data: list[Item]
    next_cursor: str | None = None


class Deleted(View):
    """The answer to a deletion: what is gone."""

    id: str
    deleted: bool = True
