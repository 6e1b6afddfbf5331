"""The ways a storage somewhere else goes wrong, given in place of the answer to a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

Trouble = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Troubles:
    """What is given instead of the next answers, in turn, to requests whose method and path begin so."""

    waiting: list[tuple[str, Trouble]] = field(default_factory=list)

    def next(self, request: str, *troubles: Trouble) -> None:
        """`request` is the beginning of `METHOD /path`; empty for any."""
        self.waiting += [(request, trouble) for trouble in troubles]

    def take(self, request: str) -> Trouble | None:
        for index, (wanted, trouble) in enumerate(self.waiting):
            if request.startswith(wanted):
                del self.waiting[index]
                return trouble
        return None


def page_of_html(status: int = 200) -> Trouble:
    return lambda handler: answer(handler, status, b"<html><body>Welcome</body></html>", "text/html")


def other_json(document: object = ("something", "else"), status: int = 200) -> Trouble:
    return lambda handler: answer_json(handler, status, document)


def busy(seconds: str = "") -> Trouble:
    headers = {"retry-after": seconds} if seconds else {}
    return lambda handler: answer(handler, 429, b"slow down", "text/plain", headers)


def broken(status: int = 503) -> Trouble:
    return lambda handler: answer(handler, status, b"upstream down", "text/plain")


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    """Half of what was announced."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"url": "')
    handler.close_connection = True


def hung_up(handler: BaseHTTPRequestHandler) -> None:
    """Nothing at all."""
    handler.close_connection = True


def answer_json(handler: BaseHTTPRequestHandler, status: int, document: object) -> None:
    answer(handler, status, json.dumps(document).encode(), "application/json")


def answer(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes,
    media_type: str,
    headers: Mapping[str, str] | None = None,
) -> None:
    handler.send_response(status)
    for name, value in {"content-type": media_type, "content-length": str(len(body)), **(headers or {})}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def body_of(handler: BaseHTTPRequestHandler) -> bytes:
    return handler.rfile.read(int(handler.headers.get("content-length") or 0))
