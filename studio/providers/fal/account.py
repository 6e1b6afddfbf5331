"""What fal's platform knows of an account: the requests it took, what each was charged, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from studio.domain.clock import moment
from studio.domain.errors import ServiceFailed
from studio.providers.fal.prices import MICROUSD, MOST_AT_ONCE, decimal_of, entries
from studio.providers.http import Client, canonical

PAGE = 100
MOST_PAGES = 50


def equal_requests(api: Client, endpoint: str, body: Mapping[str, Any], since: int) -> list[str]:
    """The ids of the requests with this very body that fal took at or after `since` (epoch milliseconds), the oldest
    first. Whether one that still waits in the queue is listed is not known."""
    wanted = canonical(_plain(body))
    listed = _requests(api, endpoint, since, expand="payloads")
    found = [item for item in listed if "json_input" in item and _is_equal(item, wanted)]
    found.sort(key=lambda item: str(item.get("sent_at") or item.get("started_at") or ""))
    return list(dict.fromkeys(item["request_id"] for item in found if isinstance(item.get("request_id"), str)))


def taken_requests(api: Client, endpoint: str, since: int) -> list[str]:
    """The ids of all requests to an endpoint that fal took at or after `since` (epoch milliseconds)."""
    found = (item.get("request_id") for item in _requests(api, endpoint, since))
    return list(dict.fromkeys(request_id for request_id in found if isinstance(request_id, str)))


def has_failed(api: Client, endpoint: str, request_id: str) -> bool:
    """Whether fal lists this request as one that is over and has failed. Raises StudioError when it cannot be asked."""
    query = {"endpoint_id": endpoint, "request_id": request_id, "limit": "1"}
    listed = _pages(api, "models/requests/by-endpoint", query, "items")
    item = next((item for item in listed if item.get("request_id") == request_id), {})
    status = item.get("status_code")
    return bool(item.get("ended_at")) and isinstance(status, int) and status >= 400


def billing_events(api: Client, request_ids: Iterable[str]) -> dict[str, int]:
    """What each request was charged after discounts, in millionths of a US dollar; those not billed are left out."""
    wanted = list(dict.fromkeys(request_ids))
    totals: dict[str, Decimal] = {}
    for start in range(0, len(wanted), MOST_AT_ONCE):
        some = ",".join(wanted[start : start + MOST_AT_ONCE])
        for event in _pages(api, "models/billing-events", {"request_id": some}, "billing_events"):
            request_id, charged = event.get("request_id"), _charged(event)
            if isinstance(request_id, str) and charged is not None:
                totals[request_id] = totals.get(request_id, Decimal(0)) + charged
    return {request_id: int(total.to_integral_value(ROUND_HALF_UP)) for request_id, total in totals.items()}


def balance(api: Client) -> int | None:
    """What is left of the account's credits, in millionths of a US dollar. None where fal does not say.

    Raises KeyRefused when the key may not see it, which is so for most."""
    content = api.content(api.get("account/billing", {"expand": "credits"}))
    credits = content.get("credits") if isinstance(content, dict) else None
    left = credits.get("current_balance") if isinstance(credits, dict) else None
    if isinstance(left, int | float) and left < 0:
        return -_microusd(-left)
    return None if decimal_of(left) is None else _microusd(left)


def _requests(api: Client, endpoint: str, since: int, **more: str) -> Iterator[Mapping[str, Any]]:
    start = f"{moment(since):%Y-%m-%dT%H:%M:%SZ}"
    query = {"endpoint_id": endpoint, "start": start, "limit": str(PAGE), **more}
    return _pages(api, "models/requests/by-endpoint", query, "items")


def _pages(api: Client, path: str, query: Mapping[str, str], name: str) -> Iterator[Mapping[str, Any]]:
    cursor: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        content = api.content(api.get(path, {**query, **cursor}))
        if not isinstance(content, dict) or not isinstance(content.get(name), list):
            # Not an empty list: nobody may conclude from this that something is absent.
            raise ServiceFailed("fal's platform did not answer with a list.", hint="Try again later.")
        yield from entries(content, name)
        following = content.get("next_cursor")
        if not following or content.get("has_more") is False:
            return
        cursor = {"cursor": str(following)}
    raise ServiceFailed("fal's platform lists more than can be looked through.", hint="Try again later.")


def _is_equal(item: Mapping[str, Any], wanted: bytes) -> bool:
    try:
        return canonical(_plain(item["json_input"])) == wanted
    except (ValueError, RecursionError):
        return False


def _plain(value: Any) -> Any:
    """The value with every number written one way: 5.0 is sent, and 5 may be listed."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _microusd(dollars: Any) -> int:
    return int((decimal_of(dollars) or Decimal(0)) * MICROUSD)


def _charged(event: Mapping[str, Any]) -> Decimal | None:
    total = decimal_of(event.get("cost_total"))
    if total is not None:
        return total * MICROUSD
    nanos = decimal_of(event.get("cost_estimate_nano_usd"))
    return None if nanos is None else nanos / 1000
