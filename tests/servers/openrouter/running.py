"""The server on a port of this machine, gone when its test ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.openrouter.replies import REPLIES
from tests.servers.openrouter.server import Handler, OpenRouterServer
from tests.servers.running import serving


@contextmanager
def running_openrouter(port: int = 0) -> Iterator[OpenRouterServer]:
    with serving(Handler, "router", lambda chosen: OpenRouterServer(chosen, REPLIES), port=port) as server:
        yield server
