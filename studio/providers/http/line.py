"""One connection to a server, and the deadline of each exchange over it.

Time limits of single reads bound nothing: a server that sends a byte now and then is never late."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from typing import Any

import httpx

from studio.providers.http.wire import Delivery

CONNECT_SECONDS = 5.0
WRITE_SECONDS = 30.0
KEPT_SECONDS = 20.0
"""How long a connection that nobody uses is kept open for the next request."""

_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class TimeIsUp(Exception):
    """An exchange was ended because it took longer than it may in all."""


class Line:
    """Carries one request at a time. Neither proxies nor certificates nor cookies of the environment are used: a key
    must not pass through them."""

    def __init__(self, *, is_https: bool) -> None:
        self._transport = httpx.HTTPTransport(
            verify=certificates() if is_https else _no_certificates(),
            trust_env=False,
            limits=httpx.Limits(max_connections=1, keepalive_expiry=KEPT_SECONDS),
        )
        self._connection: socket.socket | None = None
        self._is_over = False

    @contextmanager
    def send(self, request: httpx.Request, *, seconds: float, is_unpacked: bool = True) -> Iterator[Delivery]:
        """Send the request once. All of it, from connecting to the last byte of the answer, may take `seconds`.

        Raises TimeIsUp when it takes longer, even while the answer is read, and otherwise what httpx raises. Without
        `is_unpacked` the bytes are given as they were sent."""
        request.extensions["trace"] = self._watch
        with self._deadline(seconds):
            with self._in_time():
                response = self._transport.handle_request(request)
            with closing(response):
                parts = response.iter_bytes() if is_unpacked else response.iter_raw()
                headers = {name.lower(): value for name, value in response.headers.items()}
                yield Delivery(response.status_code, headers, self._while_in_time(parts))

    def close(self) -> None:
        self._transport.close()

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        self._is_over = False
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            # Only a timer that is gone cannot end the next exchange over this line.
            timer.join()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        try:
            yield
        except (httpx.ConnectTimeout, httpx.ConnectError):
            # Nothing was sent, whatever the time.
            raise
        except httpx.TransportError as error:
            if self._is_over:
                raise TimeIsUp from error
            raise

    def _while_in_time(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        with self._in_time():
            yield from parts
        if self._is_over:
            # A body without a length seems to be complete when its connection ends.
            raise TimeIsUp

    def _watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Take hold of the connection when it is there."""
        if event in _CONNECTED:
            self._connection = details["return_value"].get_extra_info("socket")
            if self._is_over:
                self._end()

    def _end(self) -> None:
        self._is_over = True
        if self._connection is not None:
            with suppress(OSError):
                # Not the method of an SSL socket, which would pull the encryption away from under its reader.
                socket.socket.shutdown(self._connection, socket.SHUT_RDWR)


def time_limits(*, idle_seconds: float, connect_seconds: float = CONNECT_SECONDS) -> dict[str, float]:
    """How long the single steps of a request may take: nothing may come for `idle_seconds`."""
    return {"connect": connect_seconds, "pool": connect_seconds, "write": WRITE_SECONDS, "read": idle_seconds}


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that servers are held to; loaded once, which takes longer than a request."""
    return httpx.create_ssl_context(trust_env=False)


@cache
def _no_certificates() -> ssl.SSLContext:
    """For plain http, which servers on this machine speak: it never comes to be used, and has to be there."""
    return httpx.create_ssl_context(verify=False, trust_env=False)
