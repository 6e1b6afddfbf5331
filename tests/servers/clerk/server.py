"""The state of an instance: its users, keys and grants, what it is told to do wrong, and everything it was asked."""

from __future__ import annotations

import base64
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers.clerk.grants import Grants
from tests.servers.clerk.tokens import SESSION_CATEGORY, Keys, access_claims, session_claims
from tests.servers.running import serving

SECRET_KEY = "sk_test_0123456789abcdefghij"
CLIENT_ID = "oauthapp_0123456789"


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are in lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class ClerkServer:
    """`failures` are the statuses of the next answers of the Backend API; a 429 comes with `retry_after`."""

    port: int
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: Keys = field(default_factory=Keys)
    grants: Grants = field(default_factory=lambda: Grants(CLIENT_ID))
    has_device_flow: bool = False
    failures: deque[int] = field(default_factory=deque)
    retry_after: str | None = "7"
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def issuer(self) -> str:
        """The Frontend API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.issuer}/v1"

    @property
    def publishable_key(self) -> str:
        host = base64.b64encode(f"127.0.0.1:{self.port}$".encode()).decode().rstrip("=")
        return f"pk_test_{host}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def add(self, *users: dict[str, Any]) -> None:
        self.users.update({user["id"]: user for user in users})

    def session_token(self, user_id: str, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """What a browser session sends; given fields stand instead of the usual ones."""
        fields = {"typ": "JWT", "cat": SESSION_CATEGORY, **(header or {})}
        return self.keys.sign(fields, {**session_claims(self.issuer, user_id), **claims})

    def access_token(
        self, user_id: str, *, scope: str = "profile email", header: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        """What an OAuth client sends; given fields stand instead of the usual ones."""
        usual = access_claims(self.issuer, user_id, self.grants.client_id, scope)
        return self.keys.sign({"typ": "at+jwt", **(header or {})}, {**usual, **claims})


@contextmanager
def running_clerk(port: int = 0) -> Iterator[ClerkServer]:
    """The server on a port of this machine; 0 is a free one."""
    from tests.servers.clerk.routes import Handler

    with serving(Handler, "clerk", ClerkServer, port=port) as server:
        yield server
