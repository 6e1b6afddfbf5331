"""A server that gives files the way a provider's delivery network does, and the ways an attacker would like to.

Each path has its reply; everything that was asked is kept in `requests`."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.servers.running import drip, serving


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class FileServer:
    port: int
    replies: dict[str, Reply] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def gives(self, path: str, reply: Reply) -> str:
        """Where the reply is found, by number."""
        self.replies[path] = reply
        return f"http://{self.host}{path}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    studio: FileServer

    def do_GET(self) -> None:
        self.studio.requests.append(Request(self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.studio.replies[self.path](self)
        self.close_connection = True

    def start(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """The tests look at `requests` instead."""


Reply = Callable[[Handler], None]


def file(data: bytes, media_type: str = "application/octet-stream", **headers: str) -> Reply:
    def reply(handler: Handler) -> None:
        handler.start(200, Content_Type=media_type, Content_Length=str(len(data)), **headers)
        handler.wfile.write(data)

    return reply


def status(code: int) -> Reply:
    return lambda handler: handler.start(code, Content_Length="0")


def redirect(target: str, code: int = 302) -> Reply:
    return lambda handler: handler.start(code, Location=target, Content_Length="0")


def truncated(data: bytes, announced: int) -> Reply:
    def reply(handler: Handler) -> None:
        handler.start(200, Content_Length=str(announced))
        handler.wfile.write(data)

    return reply


def announcing(size_bytes: int) -> Reply:
    """A length and not one byte of the file."""

    def reply(handler: Handler) -> None:
        handler.start(200, Content_Length=str(size_bytes))
        handler.studio.closing.wait(30)

    return reply


def endless(start: bytes) -> Reply:
    """A file without a length that begins well and never ends."""

    def reply(handler: Handler) -> None:
        handler.start(200)
        with contextlib.suppress(OSError):
            handler.wfile.write(start)
            while not handler.studio.closing.is_set():
                handler.wfile.write(b"\0" * 65_536)

    return reply


def dripping(start: bytes) -> Reply:
    """A byte now and then, so that no single read is ever late."""

    def reply(handler: Handler) -> None:
        handler.start(200)
        drip(handler, handler.studio.closing, start)

    return reply


def dripping_headers(handler: Handler) -> None:
    drip(handler, handler.studio.closing, b"HTTP/1.1 200 OK\r\nX-Wait: ")


def stalling(handler: Handler) -> None:
    handler.studio.closing.wait(30)


def resetting(handler: Handler) -> None:
    """Half of the headers, then nothing any more."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-")


@contextmanager
def running_file_server(context: ssl.SSLContext | None = None) -> Iterator[FileServer]:
    """A server that is gone when the test ends; with a context it speaks TLS."""
    with serving(Handler, "studio", FileServer, context=context) as server:
        yield server
