"""What all inputs and outputs share: strict inputs, stable JSON, pages."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_iso, return_type=str)]
"""An aware UTC time; ISO-8601 with `Z` in JSON."""

MICRODOLLARS = 1_000_000


def dollars(microusd: int) -> str:
    """Integer micro-dollars as the decimal string of the interface, at least two places: `0.00`, `0.0425`."""
    amount = (Decimal(microusd) / MICRODOLLARS).quantize(Decimal("0.000001"))
    whole, _, places = f"{amount:f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


class Input(BaseModel):
    """What a face sends in; an unknown field is a fault, not a silent wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """What a face gets back; the same JSON on `--json` and over HTTP."""

    model_config = ConfigDict(frozen=True)


Item = TypeVar("Item", bound=View)


class Page(View, Generic[Item]):
    """One page of a list; `next_cursor` is None on the last."""

    data: list[Item]
    next_cursor: str | None = None


class Deleted(View):
    """The answer to a deletion: what is gone."""

    id: str
    deleted: bool = True
