"""The messages by which the server says that a request has ended: where they go, signed as fal signs them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.servers.fal.server import FalServer, Job
from tests.servers.fal.signing import signed

NOT_JSON = "Response payload is not JSON serializable. Use the queue endpoint to retrieve the response."


@dataclass(frozen=True)
class Message:
    """What is posted: the address that came with the order, the headers, the raw body."""

    address: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def as_received(self) -> dict[str, str]:
        """The headers as a server hands them on: in lower case, with the query of the address."""
        return {name.lower(): value for name, value in self.headers.items()} | {":query": urlsplit(self.address).query}


def message_about(server: FalServer, job: Job, seconds: int, *, payload_error: bool = False, **change: Any) -> Message:
    """The message about a completed job at this time (epoch seconds); `change` is laid over its content."""
    content = {"request_id": job.request_id, "gateway_request_id": job.request_id, **_ending(server, job)}
    if payload_error:
        content |= {"payload": None, "payload_error": NOT_JSON}
    body = json.dumps(content | change).encode()
    return Message(job.webhook, signed(body, job.request_id, seconds), body)


def _ending(server: FalServer, job: Job) -> dict[str, Any]:
    if job.outcome.error:
        return {"status": "ERROR", "error": job.outcome.error[0], "payload": None}
    status, body, _ = server.result_of(job)
    if status == 200:
        return {"status": "OK", "payload": body}
    return {"status": "ERROR", "error": f"Invalid status code: {status}", "payload": body}
