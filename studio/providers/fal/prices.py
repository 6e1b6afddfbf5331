"""What an order at fal will cost, and what it did: list prices of the catalogue, corrected by fal's live ones.

fal bills in units of its own, such as 4 for five silent seconds of Kling 3. They come with the result, and a unit's
price comes from fal's price list."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from studio.domain.errors import StudioError
from studio.domain.ports import SpeechRequest
from studio.domain.remote import ClipRequest, PaintRequest, RemoteRequest, ScoreRequest, TranscriptionRequest
from studio.providers.catalogue import ModelSpec, Unit
from studio.providers.fal.bodies import picture_size
from studio.providers.http import Client

MICROUSD = 1_000_000

KEPT_SECONDS = 3600.0
UNKNOWN_SECONDS = 300.0
"""After a failure to read a price it is not tried again for this long: an estimate must not wait each time."""

MOST_AT_ONCE = 50
"""Endpoints, or requests, that fal's platform looks up in one call."""

LIKELY_CHANGE = 4
"""A live price further than this from the list price is one of another unit, and says nothing about the estimate."""


@dataclass(frozen=True)
class LivePrice:
    """fal's price of one of its units, in millionths of a US dollar. `unit` is fal's own word for it."""

    endpoint: str
    unit: str
    microusd: Decimal


def live_prices(api: Client, endpoints: Iterable[str]) -> dict[str, LivePrice]:
    """What fal asks now, by endpoint; those it does not list are left out. Raises what the platform answers."""
    wanted, found = list(endpoints), {}
    for start in range(0, len(wanted), MOST_AT_ONCE):
        some = ",".join(wanted[start : start + MOST_AT_ONCE])
        content = api.content(api.get("models/pricing", {"endpoint_id": some}))
        for price in map(_live_price, entries(content, "prices")):
            if price is not None:
                found[price.endpoint] = price
    return found


class LivePrices:
    """The live price of a unit by endpoint, asked for at most once an hour. Threads may share it."""

    def __init__(self, api: Client) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Decimal | None, float]] = {}

    def of(self, endpoint: str) -> Decimal | None:
        """Millionths of a US dollar per unit; None when fal cannot be asked, or does not say."""
        with self._lock:
            price, good_until = self._known.get(endpoint, (None, 0.0))
            if time.monotonic() >= good_until:
                price = self._read(endpoint)
                kept = UNKNOWN_SECONDS if price is None else KEPT_SECONDS
                self._known[endpoint] = (price, time.monotonic() + kept)
        return price

    def _read(self, endpoint: str) -> Decimal | None:
        if not self._api.has_key:
            return None
        try:
            found = live_prices(self._api, [endpoint]).get(endpoint)
        except StudioError:
            return None
        return found.microusd if found else None


def quoted(spec: ModelSpec, request: RemoteRequest, prices: LivePrices) -> int | None:
    """What the order should cost, in millionths of a US dollar, rounded up; None when nobody can know."""
    quantity = _quantity(spec, request)
    if spec.price is None or quantity is None:
        return None
    listed = spec.price.of(quantity, with_sound=isinstance(request, ClipRequest) and request.with_sound)
    if spec.price.billed_microusd is None:
        return listed
    live = prices.of(spec.endpoint)
    billed = Decimal(spec.price.billed_microusd)
    if live is None or not billed / LIKELY_CHANGE <= live <= billed * LIKELY_CHANGE:
        return listed
    return int((listed * live / billed).to_integral_value(ROUND_CEILING))


def cost_of(spec: ModelSpec, headers: Mapping[str, str], prices: LivePrices) -> int | None:
    """What fal charges for a result, in millionths of a US dollar; None when it does not say how many units."""
    units = decimal_of(headers.get("x-fal-billable-units"))
    if units is None:
        return None
    each = prices.of(spec.endpoint) if units else Decimal(0)
    if each is None and spec.price is not None and spec.price.billed_microusd is not None:
        each = Decimal(spec.price.billed_microusd)
    return None if each is None else int((units * each).to_integral_value(ROUND_HALF_UP))


def decimal_of(value: Any) -> Decimal | None:
    """A number that is none below zero, exactly as it was written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < Decimal(10) ** 12 else None


def entries(content: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects in a list of the platform's answer."""
    found = content.get(name) if isinstance(content, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _live_price(entry: Mapping[str, Any]) -> LivePrice | None:
    endpoint, each = entry.get("endpoint_id"), decimal_of(entry.get("unit_price"))
    if not isinstance(endpoint, str) or each is None or entry.get("currency", "USD") != "USD":
        return None
    return LivePrice(endpoint, str(entry.get("unit") or ""), each * MICROUSD)


def _quantity(spec: ModelSpec, request: RemoteRequest) -> Decimal | None:
    """How many of the price's units the order is."""
    match spec.price.unit if spec.price else None:
        case Unit.IMAGE | Unit.CALL:
            return Decimal(1)
        case Unit.MEGAPIXEL if isinstance(request, PaintRequest):
            width, height = picture_size(spec, request.width, request.height)
            return Decimal(width * height) / 1_000_000
        case Unit.THOUSAND_CHARACTERS if isinstance(request, SpeechRequest):
            return Decimal(len(request.text)) / 1000
        case Unit.SECOND | Unit.MINUTE as unit:
            seconds = _seconds(spec, request)
            return seconds and (seconds if unit is Unit.SECOND else seconds / 60)
    return None


def _seconds(spec: ModelSpec, request: RemoteRequest) -> Decimal | None:
    if isinstance(request, TranscriptionRequest):
        return Decimal(str(request.seconds)) if request.seconds > 0 else None
    if isinstance(request, ClipRequest | ScoreRequest) and spec.duration:
        return Decimal(spec.duration.nearest(request.seconds))
    return None
