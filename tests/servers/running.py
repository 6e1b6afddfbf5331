"""A test server on a port of this machine while a test runs: real sockets, one thread for each connection."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, TypeVar

DRIP_SECONDS = 0.02
MOST_DRIPS = 500
"""A client that waits for ever fails its test and does not hang it."""


class Stoppable(Protocol):
    """What is known of a server: `closing` ends whatever still waits in it."""

    closing: threading.Event


_Server = TypeVar("_Server", bound=Stoppable)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is what some tests are about."""


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler],
    name: str,
    make: Callable[[int], _Server],
    *,
    port: int = 0,
    context: ssl.SSLContext | None = None,
) -> Iterator[_Server]:
    """The server that `make` gives for its port, which its handlers know by this name. Gone when the test ends.

    Port 0 is a free one; with a context the server speaks TLS."""
    # Headers and body are written one by one: without this the body waits some 40 ms for the other side.
    own = type(handler.__name__, (handler,), {"disable_nagle_algorithm": True})
    with _Quiet(("127.0.0.1", port), own) as listening:
        if context is not None:
            listening.socket = context.wrap_socket(listening.socket, server_side=True)
        server = make(listening.server_address[1])
        setattr(own, name, server)
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listening.shutdown()
            thread.join()


def drip(handler: BaseHTTPRequestHandler, closing: threading.Event, start: bytes) -> None:
    """Send the start and then a byte now and then, so that no single read is ever late."""
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.wfile.write(start)
        for _ in range(MOST_DRIPS):
            if closing.wait(DRIP_SECONDS):
                break
            handler.wfile.write(b"-")
