"""The server on a port of this machine, gone when its test ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any

from tests.servers.openrouter.replies import REPLIES
from tests.servers.openrouter.server import Handler, OpenRouterServer


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is what some tests are about."""


@contextmanager
def running_openrouter(port: int = 0) -> Iterator[OpenRouterServer]:
    handler = type("RouterHandler", (Handler,), {})
    with _Quiet(("127.0.0.1", port), handler) as listening:
        server = OpenRouterServer(listening.server_address[1], REPLIES)
        handler.router = server  # type: ignore[attr-defined]  # the handler's class is made above
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listening.shutdown()
            thread.join()
