"""Messages from outside: taken in, answered, and only then worked on."""

from __future__ import annotations

import logging

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask

from studio.api.answers import failure, success
from studio.domain.errors import StudioError
from studio.services.webhooks.inbox import Inbox

_LOG = logging.getLogger(__name__)


def add_webhooks(app: FastAPI, inbox: Inbox) -> None:
    """`POST /api/webhooks/{source}` for each source the inbox knows. Always 200 for what was taken in: some senders
    count nothing else as success."""
    for source in inbox.sources:
        app.add_route(
            f"/api/webhooks/{source}", _Route(inbox, source).handle, methods=["POST"], include_in_schema=False
        )


class _Route:
    def __init__(self, inbox: Inbox, source: str) -> None:
        self.inbox = inbox
        self.source = source

    async def handle(self, request: Request) -> Response:
        request.scope["studio_route"] = f"/api/webhooks/{self.source}"
        try:
            body = await request.body()
            return await anyio.to_thread.run_sync(self._take, {**request.headers, ":query": request.url.query}, body)
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes an answer, and the log has it
            return failure(error, request.state.request_id).response()

    def _take(self, headers: dict[str, str], body: bytes) -> Response:
        taken = self.inbox.take(self.source, headers, body)
        response = success({"id": taken.event_id, "state": taken.state}).response()
        if taken.state == "received":
            response.background = BackgroundTask(self._process, taken.event_id)
        return response

    def _process(self, event_id: str) -> None:
        try:
            self.inbox.process(self.source, event_id)
        except StudioError as error:
            _LOG.warning("webhook %s of %s waits: %s", event_id, self.source, error)
