"""What every request passes: an id, a limit on its size and on its slowness, a line in the log.

Plain ASGI: a middleware made of Starlette's base class would double the cost of a small answer."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.aliases import ALIASES
from studio.api.answers import failure, larger_than
from studio.api.metrics import Metrics
from studio.domain.errors import Refused

JSON_BYTES = 1_000_000
PICTURE_BYTES = 40_000_000
"""Pictures travel inside JSON as base64."""
FILE_BYTES = 500_000_000
WEBHOOK_BYTES = 64 * 1024
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
PLAIN_PATHS = frozenset({"/api/health", "/openapi.json", "/metrics", *ALIASES})
PAUSE_SECONDS = 30.0
"""The longest silence within a request's body."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LOG = logging.getLogger("studio.requests")
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
]


@dataclass
class Gate:
    """The outermost part of the server."""

    app: ASGIApp
    metrics: Metrics
    is_logging: bool
    min_status: int
    """Requests answered with a lower status are not logged."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        passage = _Passage(receive, send, _limit(scope["path"]), _request_id(scope))
        scope.setdefault("state", {})["request_id"] = passage.request_id
        started = time.perf_counter()
        try:
            if passage.is_too_large(scope):
                await failure(larger_than(passage.limit)).response()(scope, receive, passage.send)
            else:
                await self.app(scope, passage.receive, passage.send)
        finally:
            self._note(scope, passage.status, time.perf_counter() - started, passage.request_id)

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        # The pattern, not the path, and nothing that a stranger has made up: each would be a series for ever.
        route = scope.get("studio_route") or (scope["path"] if scope["path"] in PLAIN_PATHS else "other")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.count(method, route, status, seconds)
        if self.is_logging and status >= self.min_status:
            # The path alone: a query may hold what is nobody's business.
            _LOG.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"][:200],
                    "status": status,
                    "milliseconds": round(seconds * 1000, 1),
                    "request_id": request_id,
                },
            )


class _Passage:
    """One request on its way in and its answer on its way out."""

    def __init__(self, receive: Receive, send: Send, limit: int, request_id: str) -> None:
        self._receive, self._send = receive, send
        self.limit, self.request_id = limit, request_id
        self.received = 0
        self.is_complete = False
        self.status = 499

    def is_too_large(self, scope: Scope) -> bool:
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        return any(not value.isdigit() or int(value) > self.limit for value in lengths)

    async def receive(self) -> Message:
        # After the body there is only the end of the connection to wait for, however long the answer takes.
        if self.is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout(PAUSE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise Refused("The rest of the request did not come.", hint="Send it again.") from None
        self.received += len(message.get("body", b""))
        if self.received > self.limit:
            raise larger_than(self.limit)
        self.is_complete = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = [(b"x-request-id", self.request_id.encode()), *_HEADERS]
            message = {**message, "headers": [*message.get("headers", []), *own]}
        await self._send(message)


def _limit(path: str) -> int:
    if path.startswith("/api/webhooks/"):
        return WEBHOOK_BYTES
    if path.endswith("/analyze"):
        return PICTURE_BYTES
    return FILE_BYTES if path == "/api/shorts/music" or path.endswith(("/media/import", "/api/storage")) else JSON_BYTES


def _request_id(scope: Scope) -> str:
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex
