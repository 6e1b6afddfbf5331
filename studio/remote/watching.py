"""Long work on the server: its steps as they come, and how a person stops it."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studio.domain.errors import Interrupted, ServiceFailed
from studio.domain.progress import Cancelled, Progress, Step
from studio.remote.failures import envelope_of, opened
from studio.remote.http import Reply, lost

LOOK_SECONDS = 0.1
"""How often is looked whether the person wants to stop."""


@dataclass(frozen=True)
class _Line:
    """A line that came, its end, or why there are no more."""

    text: bytes = b""
    reply: Reply | None = None
    error: BaseException | None = None


class Watch:
    """Reads one streamed answer on a thread of its own, so that Ctrl-C is heard while nothing comes."""

    def __init__(self, send: Callable[[], Reply]) -> None:
        self._send = send
        self._lines: queue.Queue[_Line] = queue.Queue(maxsize=256)
        self._reply: Reply | None = None
        self._is_over = threading.Event()

    def result(self, progress: Progress, cancelled: Cancelled) -> Any:
        """The data of the answer. Raises what the server tells of, Interrupted, and ServiceFailed when it is lost."""
        threading.Thread(target=self._read, name="studio-watch", daemon=True).start()
        try:
            return self._followed(progress, cancelled)
        finally:
            self._is_over.set()
            if self._reply is not None:
                self._reply.close()

    def _followed(self, progress: Progress, cancelled: Cancelled) -> Any:
        while True:
            line = self._next(cancelled)
            if line.error is not None:
                raise line.error
            if line.reply is not None:
                return envelope_of(line.reply)
            found = _document(line.text)
            if "success" in found:
                return opened(found, _status(found), self._request_id())
            if "step" in found:
                progress(_step(found["step"]))

    def _next(self, cancelled: Cancelled) -> _Line:
        while True:
            if cancelled():
                raise Interrupted(
                    "Stopped; what was made is kept.", hint="Run the same command again to go on from there."
                )
            try:
                return self._lines.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue

    def _request_id(self) -> str:
        return self._reply.header("x-request-id") if self._reply is not None else ""

    def _read(self) -> None:
        try:
            self._reply = reply = self._send()
            if "ndjson" not in reply.header("content-type"):
                # What is wrong with the request is told at once, in one piece.
                self._put(_Line(reply=reply))
                return
            while text := reply.line():
                self._put(_Line(text))
            self._put(_Line(error=lost(EOFError())))
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            self._put(_Line(error=error))

    def _put(self, line: _Line) -> None:
        while not self._is_over.is_set():
            try:
                return self._lines.put(line, timeout=LOOK_SECONDS)
            except queue.Full:
                continue
        if self._reply is not None:
            self._reply.close()


def _document(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        # Cut off within a line: the connection ended there.
        raise lost(EOFError()) from None
    if not isinstance(found, dict):
        raise ServiceFailed("The server's answer cannot be read.", hint="Is it of another version?")
    return found


def _status(found: dict[str, Any]) -> int:
    status = found.get("status")
    return status if isinstance(status, int) else 200 if found.get("success") else 500


def _step(found: Any) -> Step:
    said = found if isinstance(found, dict) else {}
    return Step(
        stage=str(said.get("stage", "")),
        message=str(said.get("message", "")),
        done=_count(said.get("done")),
        total=_count(said.get("total")),
        detail=said.get("detail") is True,
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
