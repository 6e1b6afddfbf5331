"""The routes of the operations, made from the registry: none is written by hand."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.responses import Response

from studio.api.answers import Answer, failure, file, success
from studio.api.arguments import arguments_of
from studio.api.desk import Desk
from studio.api.streams import Streams
from studio.contracts.wire import STREAM, Wire, wires
from studio.domain.errors import Refused, StudioError
from studio.domain.progress import Cancelled, Progress
from studio.providers.media_types import media_type_of
from studio.services.assets import MEDIA_TYPES
from studio.services.principal import Principal
from studio.services.request_keys import RequestKeys

_EXTENSIONS = {media_type: extension for extension, media_type in MEDIA_TYPES.items()}
_HEAD_BYTES = 4096

SMALL_BYTES = 64 * 1024
"""A body that may be taken in before it is known whose it is."""

WITH_SLASHES = ("model",)
"""Path parameters whose values may hold slashes, such as `fal/fal-ai/flux/dev`."""


def add_operations(app: FastAPI, desk: Desk, streams: Streams) -> None:
    """Give every operation that HTTP offers its route."""
    for wire in wires():
        path = wire.operation.path
        for name in WITH_SLASHES:
            path = path.replace(f"{{{name}}}", f"{{{name}:path}}")
        route = OperationRoute(wire, desk, streams)
        app.add_route(path, route.handle, methods=[wire.operation.method], name=wire.key, include_in_schema=False)


class OperationRoute:
    """Answers the requests for one operation."""

    def __init__(self, wire: Wire, desk: Desk, streams: Streams) -> None:
        self.wire = wire
        self.desk = desk
        self.streams = streams
        self.arguments = arguments_of(wire)
        self.status = 201 if wire.operation.created else 200

    async def handle(self, request: Request) -> Response:
        request.scope["studio_route"] = self.wire.operation.path
        if self.wire.file is not None:
            return await self._with_file(request)
        try:
            if not _is_small(request):
                # Nobody unknown fills the memory with what is refused afterwards.
                await anyio.to_thread.run_sync(self._caller, request)
            body = await request.body()
        except StudioError as error:
            return failure(error, request.state.request_id).response()
        if self.wire.is_watched:
            return await self._watched(request, body)
        return await anyio.to_thread.run_sync(self._answer, request, body)

    def _answer(self, request: Request, body: bytes) -> Response:
        try:
            caller = self._caller(request)
            call = self._call(caller, self._arguments(request, body))
            if self.wire.operation.produces:
                result = call()
                return file(result, self._media_type(result))
            return self._once(request, caller, body, lambda: success(call(), self.status)).response()
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes an answer, and the log has it
            return failure(error, request.state.request_id).response()

    async def _watched(self, request: Request, body: bytes) -> Response:
        try:
            caller, given = await anyio.to_thread.run_sync(self._admitted, request, body)
        except Exception as error:  # noqa: BLE001 - as above
            return failure(error, request.state.request_id).response()

        def work(progress: Progress, cancelled: Cancelled) -> Answer:
            call = self._call(caller, given, progress=progress, cancelled=cancelled)
            try:
                return self._once(request, caller, body, lambda: success(call(), self.status))
            except Exception as error:  # noqa: BLE001 - as above
                return failure(error, request.state.request_id)

        if STREAM in request.headers.get("accept", ""):
            return self.streams.response(work)
        return (await self.streams.whole(work)).response()

    async def _with_file(self, request: Request) -> Response:
        try:
            # Before the bytes are taken: nobody unknown fills the disk.
            caller, given = await anyio.to_thread.run_sync(self._admitted, request, b"")
            folder = tempfile.TemporaryDirectory(prefix="studio-upload-")
            try:
                received = Path(folder.name) / "file"
                await _receive(request, received)
                source = await anyio.to_thread.run_sync(_named, received)
                assert self.wire.file is not None
                call = self._call(caller, given, **{self.wire.file.name: source})
                answer = await anyio.to_thread.run_sync(lambda: success(call(), self.status))
            finally:
                folder.cleanup()
            return answer.response()
        except Exception as error:  # noqa: BLE001 - as above
            return failure(error, request.state.request_id).response()

    def _admitted(self, request: Request, body: bytes) -> tuple[Principal, dict[str, Any]]:
        caller = self._caller(request)
        return caller, self._arguments(request, body)

    def _caller(self, request: Request) -> Principal:
        address = request.client.host if request.client else "unknown"
        caller = self.desk.caller(request.headers.get("authorization"), address)
        # Who may not use the operation is told so before anything is said about what they sent.
        caller.require(self.wire.operation)
        return caller

    def _arguments(self, request: Request, body: bytes) -> dict[str, Any]:
        given = request.query_params.multi_items()
        return self.arguments.read(request.path_params, given, request.headers.get("content-type", ""), body)

    def _call(self, caller: Principal, given: dict[str, Any], **more: Any) -> Callable[[], Any]:
        service = getattr(self.desk.studio(caller), self.wire.operation.noun)
        method = getattr(service, self.wire.operation.name)
        return lambda: method(**given, **more)

    def _once(self, request: Request, caller: Principal, body: bytes, answer: Callable[[], Answer]) -> Answer:
        """Under an Idempotency-Key a request is done once, and a repetition gets the same answer."""
        key = request.headers.get("idempotency-key")
        if key is None or not self.wire.operation.idempotent:
            return answer()
        keys = RequestKeys(self.desk.shared.database, caller.user_id)
        kept = keys.begin(key, f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body)
        if kept is not None:
            return Answer(kept.status, kept.body)
        try:
            given = answer()
        except BaseException:
            keys.forget(key)
            raise
        keys.keep(key, given.status, given.body)
        return given

    def _media_type(self, result: bytes | Path) -> str:
        if isinstance(result, Path):
            return self.wire.operation.produces
        return media_type_of(result) or self.wire.operation.produces


def _is_small(request: Request) -> bool:
    length = request.headers.get("content-length", "0" if request.method in ("GET", "DELETE") else "")
    return length.isdigit() and int(length) <= SMALL_BYTES


def _named(received: Path) -> Path:
    """The file under a name that ends as its content says: over HTTP it came without one."""
    with received.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    is_sound = head[4:8] == b"ftyp" and head[8:12] in (b"M4A ", b"M4B ")
    extension = "m4a" if is_sound else _EXTENSIONS.get(media_type_of(head) or "", "bin")
    return received.rename(received.with_suffix(f".{extension}"))


async def _receive(request: Request, target: Path) -> None:
    """Write the body to a file as it comes in. Raises Refused for none."""
    with target.open("wb") as stream:
        async for part in request.stream():
            await anyio.to_thread.run_sync(stream.write, part)
    if os.path.getsize(target) == 0:
        raise Refused("There is no file in the request.", hint="Send its bytes as the body.")
