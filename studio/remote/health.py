"""What a server tells to anybody: that it is there, and how one logs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studio.domain.errors import ServiceFailed
from studio.remote.failures import document_of, opened
from studio.remote.http import Request, Transport

SILENCE_SECONDS = 15.0


@dataclass(frozen=True)
class Health:
    """The server's version, and the issuer of its logins with the client's name there; without it keys alone do."""

    version: str
    issuer: str | None
    client_id: str | None


def health_of(transport: Transport) -> Health:
    """Ask the server how it is. Raises what it tells of, and ServiceFailed for what is no studio server."""
    reply = transport.send(
        Request("GET", "/api/health", {"Accept": "application/json"}), silence_seconds=SILENCE_SECONDS
    )
    try:
        found = document_of(reply)
    finally:
        reply.close()
    if found.get("success") is False:
        opened(found, reply.status, reply.header("x-request-id"))
    data = found.get("data", found)
    if not isinstance(data, dict) or "version" not in data:
        raise ServiceFailed("There is no studio server at this address.", hint="Ask an administrator for the address.")
    login = data.get("login") if isinstance(data.get("login"), dict) else {}
    return Health(str(data["version"]), _text(login, "issuer"), _text(login, "client_id"))


def _text(login: Any, name: str) -> str | None:
    value = login.get(name)
    return value if isinstance(value, str) and value else None
