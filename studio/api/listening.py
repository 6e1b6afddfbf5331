"""Listening on a port until somebody asks to stop: uvicorn, and a socket of our own."""

from __future__ import annotations

import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from studio.domain.errors import Misconfigured

BACKLOG = 512
"""Connections that may wait to be taken."""


def listen(
    app: FastAPI,
    host: str,
    port: int,
    ready: Callable[[str], None],
    stopping: Callable[[], None],
    *,
    keep_alive_seconds: int,
    most_connections: int,
    seconds_to_stop: int,
) -> None:
    """Serve until SIGINT or SIGTERM. `ready` is told the address, `stopping` is called as soon as the end begins.

    Raises Misconfigured for an address that is taken."""
    listener = _bound(host, port)
    ready(_address(listener, host))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=keep_alive_seconds,
        limit_concurrency=most_connections,
        timeout_graceful_shutdown=seconds_to_stop,
    )
    with listener:
        _Server(config, stopping).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn waits for the answers under way before it tells the application of the end: too late for long work."""

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._stopping = stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping()
        super().handle_exit(sig, frame)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Small answers must not wait for the other side's acknowledgement; accepted sockets inherit it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
        # From here on nobody is turned away: who comes before uvicorn is ready waits a moment.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise Misconfigured(
            f"studio cannot listen on {host} port {port}: {error.strerror or error}.",
            hint="Choose another with --host and --port.",
        ) from error
    return listener


def _address(listener: socket.socket, host: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"
