"""A server that answers with the very bytes a test gives it, right or wrong, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from studio.remote.address import server_address
from studio.remote.caller import FixedToken, Tokens
from studio.remote.http import HttpTransport
from studio.remote.studio import RemoteStudio
from tests.servers.running import serving


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scripted:
    """`answers` are given one after another; after `HANG` nothing comes until the client leaves."""

    port: int
    answers: deque[bytes] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    """Set when a client hung up while it was waiting."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def studio(self, folder: Any, tokens: Tokens | None = None) -> RemoteStudio:
        transport = HttpTransport(server_address(self.address))
        return RemoteStudio(self.address, transport, tokens or FixedToken("secret"), folder)


HANG = b"(hang)"


class _Handler(BaseHTTPRequestHandler):
    scripted: Scripted

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.scripted.asked.append(Asked(self.command, self.path, headers, self.rfile.read(length)))
        self.close_connection = True
        answer = self.scripted.answers.popleft()
        start, hangs, _ = answer.partition(HANG)
        self.wfile.write(start)
        if hangs and self.rfile.read(1) == b"":
            self.scripted.left.set()

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@contextmanager
def running_scripted(context: Any = None) -> Iterator[Scripted]:
    with serving(_Handler, "scripted", Scripted, context=context) as server:
        yield server


def reply(status: int, content: Any, *headers: str, kind: str = "application/json") -> bytes:
    """A whole answer; content that is not bytes is sent as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    lines = [f"HTTP/1.1 {status} Words", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def data(content: Any, status: int = 200) -> bytes:
    return reply(status, {"success": True, "data": content})


def error(status: int, code: str, message: str, **more: Any) -> bytes:
    return reply(
        status, {"success": False, "error": message, "code": code, "details": {}, **more}, "X-Request-Id: r-17"
    )


def stream(*lines: Any) -> bytes:
    """The beginning of a watched answer; it ends with the connection."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n"
    return head + b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
