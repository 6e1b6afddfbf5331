"""Requests to one server and their answers, by the standard library: it starts twice as fast as a larger client.

Certificates are always checked, nothing is repeated, no redirect is followed."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from studio import __version__
from studio.domain.errors import NotSent, ServiceFailed
from studio.remote.address import Address
from studio.remote.proxies import proxy_for

if TYPE_CHECKING:
    import ssl

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 120.0
"""The longest pause within an answer, and before it: nobody is told how a single answer gets on."""
WHOLE_SECONDS = 300.0
"""The longest time for an answer that is not a file."""
LARGEST_ANSWER_BYTES = 64_000_000
CHUNK_BYTES = 1 << 16


@dataclass(frozen=True)
class Request:
    """What is asked. The path holds the query; a body that is a `Path` is sent from the disk."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Path | None = None


class Reply(Protocol):
    """What came back. Whoever has it closes it."""

    @property
    def status(self) -> int: ...

    def header(self, name: str) -> str: ...

    def chunks(self) -> Iterator[bytes]:
        """The body, piece by piece. Raises ServiceFailed when it ends too early."""

    def line(self) -> bytes:
        """The next line of the body; empty at its end."""

    def close(self) -> None:
        """End it, from another thread as well: whoever reads is told at once."""


class Transport(Protocol):
    """The way to a server. Raises NotSent when nothing can have arrived, ServiceFailed when nobody knows."""

    def send(self, request: Request, *, silence_seconds: float = SILENCE_SECONDS) -> Reply: ...


def whole(reply: Reply, largest: int = LARGEST_ANSWER_BYTES) -> bytes:
    """The whole body. Raises ServiceFailed for one that is too large or does not end."""
    found, size, until = [], 0, time.monotonic() + WHOLE_SECONDS
    for chunk in reply.chunks():
        size += len(chunk)
        if size > largest or time.monotonic() > until:
            raise ServiceFailed("The server's answer does not end.", hint="Is this address a studio server?")
        found.append(chunk)
    return b"".join(found)


class HttpTransport:
    """Opens a connection for each request."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._tls: ssl.SSLContext | None = None

    def send(self, request: Request, *, silence_seconds: float = SILENCE_SECONDS) -> HttpReply:
        connection = self._connected()
        try:
            line = connection.sock
            line.settimeout(silence_seconds)
            return HttpReply(self._asked(connection, request), line)
        except (OSError, HTTPException) as error:
            connection.close()
            raise lost(error) from error
        except BaseException:
            connection.close()
            raise

    def _connected(self) -> HTTPConnection:
        connection = self._connection()
        try:
            connection.connect()
        except (OSError, HTTPException, UnicodeError) as error:
            connection.close()
            raise NotSent(
                f"The server {self.address} cannot be reached: {_reason(error)}.",
                hint="Check the address and the network, then run the same command again.",
            ) from error
        return connection

    def _connection(self) -> HTTPConnection:
        address = self.address
        if address.scheme == "http":
            return HTTPConnection(address.host, address.port, timeout=CONNECT_SECONDS)
        if self._tls is None:
            self._tls = _trusting()
        proxy = proxy_for(address.host)
        if proxy is None:
            return HTTPSConnection(address.host, address.port, timeout=CONNECT_SECONDS, context=self._tls)
        connection = HTTPSConnection(proxy.host, proxy.port, timeout=CONNECT_SECONDS, context=self._tls)
        connection.set_tunnel(address.host, address.port, proxy.headers)
        return connection

    def _asked(self, connection: HTTPConnection, request: Request) -> HTTPResponse:
        try:
            self._write(connection, request)
        except (BrokenPipeError, ConnectionResetError):
            # A server that does not want the rest of a file answers and hangs up: the answer says why.
            return connection.getresponse()
        return connection.getresponse()

    def _write(self, connection: HTTPConnection, request: Request) -> None:
        connection.putrequest(request.method, f"{self.address.path}{request.path}", skip_accept_encoding=True)
        for name, value in {"User-Agent": f"studio/{__version__}", "Connection": "close", **request.headers}.items():
            connection.putheader(name, value)
        if isinstance(request.body, Path):
            with request.body.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                connection.putheader("Content-Length", str(size))
                connection.endheaders()
                # Exactly as many bytes as were announced, though the file may grow meanwhile.
                while size > 0 and (chunk := stream.read(min(CHUNK_BYTES, size))):
                    connection.send(chunk)
                    size -= len(chunk)
            return
        if request.body is not None or request.method in ("POST", "PUT"):
            connection.putheader("Content-Length", str(len(request.body or b"")))
        connection.endheaders(request.body)


class HttpReply:
    """The answer on its connection."""

    def __init__(self, response: HTTPResponse, line: socket.socket) -> None:
        """`line` is the socket: an HTTPConnection forgets its own as soon as it knows that this is the only answer."""
        self._response = response
        self._line = line

    @property
    def status(self) -> int:
        return self._response.status

    def header(self, name: str) -> str:
        return self._response.getheader(name) or ""

    def chunks(self) -> Iterator[bytes]:
        left = self._response.length
        try:
            while left != 0 and (chunk := self._response.read1(CHUNK_BYTES)):
                left = None if left is None else left - len(chunk)
                yield chunk
        except (OSError, HTTPException, ValueError) as error:
            raise lost(error) from error
        if left:
            raise lost(EOFError())

    def line(self) -> bytes:
        try:
            return self._response.readline(LARGEST_ANSWER_BYTES)
        except (OSError, HTTPException, ValueError, AttributeError) as error:
            # ValueError and AttributeError: another thread closed it meanwhile.
            raise lost(error) from error

    def close(self) -> None:
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._response.close()
        self._line.close()


def lost(error: Exception) -> ServiceFailed:
    """A connection that broke after something was sent."""
    return ServiceFailed(
        f"The connection to the server was lost: {_reason(error)}.",
        hint="Run the same command again: it goes on where it stands.",
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or "it ended too early"


def _trusting() -> ssl.SSLContext:
    # Late: a server on this machine is spoken to without TLS.
    import ssl

    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if paths.cafile is None and paths.capath is None:
        # A system that names no authorities of its own.
        import certifi

        context.load_verify_locations(certifi.where())
    return context
