"""Where a request is asked for. fal gives the addresses with the request; lost or foreign ones are built anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from studio.domain.remote import Ticket

NAMESPACES = ("workflows", "comfy")
"""Endpoints of these have a third part in their address."""


def ticket_for(queue_url: str, endpoint: str, request_id: str) -> Ticket:
    """The ticket of a request of which only the id is known. Addresses hold the owner and the app, not the path."""
    parts = endpoint.split("/")
    app = "/".join(parts[: 3 if parts[0] in NAMESPACES else 2])
    base = f"{queue_url}/{app}/requests/{quote(request_id, safe='')}"
    return Ticket(request_id, f"{base}/status", base, f"{base}/cancel")


def ticket_of(queue_url: str, endpoint: str, content: Mapping[str, Any]) -> Ticket:
    """The ticket in fal's answer to an order, with the addresses it gave as far as they are its own."""
    request_id = str(content["request_id"])
    given = Ticket(request_id, *(_text(content, name) for name in ("status_url", "response_url", "cancel_url")))
    return checked(queue_url, endpoint, given)


def checked(queue_url: str, endpoint: str, ticket: Ticket) -> Ticket:
    """The ticket with an address of our own making in place of each that leads elsewhere: the key goes to the queue
    only, and a strange address is no word on the request."""
    built = ticket_for(queue_url, endpoint, ticket.request_id)
    return Ticket(
        ticket.request_id,
        ticket.status_url if _is_at(queue_url, ticket.status_url) else built.status_url,
        ticket.response_url if _is_at(queue_url, ticket.response_url) else built.response_url,
        ticket.cancel_url if _is_at(queue_url, ticket.cancel_url) else built.cancel_url,
    )


def _is_at(queue_url: str, url: str) -> bool:
    try:
        return urlsplit(url)[:2] == urlsplit(queue_url)[:2] and url.isprintable() and " " not in url
    except ValueError:
        return False


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""
