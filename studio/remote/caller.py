"""Asking the server: with the login, a second time only where that cannot do anything twice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from studio.contracts.wire import STREAM, Wire
from studio.domain.errors import NotSent, ServiceFailed
from studio.domain.progress import never, silent
from studio.remote.calls import JSON, request_for, result_of
from studio.remote.failures import envelope_of
from studio.remote.http import SILENCE_SECONDS, Reply, Request, Transport, whole

LARGEST_FILE_BYTES = 8_000_000_000
WATCHED_SILENCE_SECONDS = 30.0
"""The server says at least every ten seconds that it is there."""


class Tokens(Protocol):
    """Where the token of a login comes from."""

    def current(self) -> str:
        """The token to show."""

    def renewed(self, refused: str) -> str | None:
        """Another one in the place of a token the server refused; None where there is no other."""


class FixedToken:
    """An API key, or a token from elsewhere: nothing can be had in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str | None:
        return None


class Caller:
    """One person at one server."""

    def __init__(self, transport: Transport, tokens: Tokens) -> None:
        self._transport = transport
        self._tokens = tokens
        self._folder: Path | None = None

    def call(self, wire: Wire, given: Mapping[str, Any]) -> Any:
        """Do the operation with these arguments. Raises what it would raise on the database, and ServiceFailed."""
        request = request_for(wire, given)
        if wire.operation.produces:
            return self._file(wire, request)
        if wire.is_watched:
            return result_of(wire, self._watched(request, given))
        return result_of(wire, self.data(request))

    def data(self, request: Request) -> Any:
        """The data of an answer."""
        reply = self._sent(_accepting(request, JSON))
        try:
            return envelope_of(reply)
        finally:
            reply.close()

    def close(self) -> None:
        """Remove what was downloaded."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _watched(self, request: Request, given: Mapping[str, Any]) -> Any:
        # Late: most operations are answered at once.
        from studio.remote.watching import Watch

        asked = _accepting(request, f"{STREAM}, {JSON}")
        watch = Watch(lambda: self._sent(asked, silence_seconds=WATCHED_SILENCE_SECONDS))
        return watch.result(given.get("progress", silent), given.get("cancelled", never))

    def _file(self, wire: Wire, request: Request) -> bytes | Path:
        reply = self._sent(_accepting(request, f"{wire.operation.produces}, {JSON}"))
        try:
            if reply.status != 200:
                envelope_of(reply)
                raise ServiceFailed(f"The server answered {reply.status} instead of a file.")
            return self._saved(reply) if wire.result is Path else whole(reply)
        finally:
            reply.close()

    def _saved(self, reply: Reply) -> Path:
        import tempfile  # late: few commands fetch a file

        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="studio-"))
        descriptor, name = tempfile.mkstemp(dir=self._folder)
        size = 0
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in reply.chunks():
                size += len(chunk)
                if size > LARGEST_FILE_BYTES:
                    raise ServiceFailed("The server's file does not end.", hint="Is this address a studio server?")
                stream.write(chunk)
        return Path(name)

    def _sent(self, request: Request, *, silence_seconds: float = SILENCE_SECONDS) -> Reply:
        """The answer, after a second try where the token was too old. What the server refused it has not done."""
        token = self._tokens.current()
        reply = self._tried(request, token, silence_seconds)
        if reply.status != 401:
            return reply
        try:
            another = self._tokens.renewed(token)
        except BaseException:
            reply.close()
            raise
        if another is None:
            return reply
        reply.close()
        return self._tried(request, another, silence_seconds)

    def _tried(self, request: Request, token: str, silence_seconds: float) -> Reply:
        shown = replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
        try:
            return self._transport.send(shown, silence_seconds=silence_seconds)
        except NotSent:
            raise
        except ServiceFailed:
            if not _is_repeatable(request):
                raise
            return self._transport.send(shown, silence_seconds=silence_seconds)


def _is_repeatable(request: Request) -> bool:
    """Whether asking twice does no more than asking once: reading, or with a key by which the server knows it."""
    return request.method == "GET" or "Idempotency-Key" in request.headers


def _accepting(request: Request, accept: str) -> Request:
    return replace(request, headers={**request.headers, "Accept": accept})
