"""Processes that end at a chosen moment: before any statement or request, and after any commit or answer."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event
from sqlalchemy.orm import Session

from studio.db.engine import Database

Tick = Callable[[str], None]
"""Told of each moment by its name."""


def in_a_fork(work: Callable[[], None]) -> int:
    """The exit code of a process of its own that does the work: 0, or 1 for an error, or minus a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1])


def forked(work: Callable[[], None]) -> int:
    """The id of a process that does the work."""
    process = os.fork()
    if process:
        return process
    try:
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a fork must end here, or it would run the rest of the tests
        traceback.print_exc()
    os._exit(1)


class Countdown:
    """Counts the moments of this process, and kills it at number `last`. The names of those before go to `log`."""

    def __init__(self, last: int, log: Path | None = None) -> None:
        self.last = last
        self.seen = 0
        self.log = log
        self.lock = threading.Lock()

    def __call__(self, moment: str) -> None:
        with self.lock:
            self.seen += 1
            if self.log:
                with self.log.open("a") as stream:
                    stream.write(f"{moment}\n")
            if self.seen == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def watch(database: Database, tick: Tick) -> None:
    """Tell of every moment of this process. It stays so: only for forks."""
    event.listen(database.engine, "before_cursor_execute", lambda *told: tick(f"before {told[2].split()[0]}"))
    event.listen(database.engine, "commit", lambda *_: tick("before COMMIT"))
    event.listen(Session, "after_commit", lambda *_: tick("after COMMIT"))
    watch_network(tick)


def watch_network(tick: Tick) -> None:
    handle, close = httpx.HTTPTransport.handle_request, httpx.Response.close

    def handled(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        tick(f"before {request.method}")
        response = handle(transport, request)
        tick(f"head of {request.method}")
        return response

    def closed(response: httpx.Response) -> None:
        was_open = not response.is_closed
        close(response)
        if was_open:
            tick("after the answer")

    _replace(httpx.HTTPTransport, "handle_request", handled)
    _replace(httpx.Response, "close", closed)


def _replace(owner: Any, name: str, function: Any) -> None:
    setattr(owner, name, function)
