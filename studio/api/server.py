"""The server: everything put together, from the gate to the routes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from studio import __version__
from studio.api.aliases import add_aliases
from studio.api.answers import JSON, failure, refusal, success
from studio.api.background import Background
from studio.api.desk import Desk
from studio.api.gate import Gate
from studio.api.metrics import Metrics, add_metrics
from studio.api.openapi import document
from studio.api.operations import add_operations
from studio.api.streams import Streams
from studio.api.webhooks import add_webhooks
from studio.app import SharedStudio
from studio.config import Settings
from studio.domain.errors import StudioError
from studio.services.rate_limits import RateLimits
from studio.services.request_keys import forget_old_keys

REFUSALS_PER_MINUTE = 30
"""Wrong logins from one address: enough for a person, too few for guessing."""

_NAMES = {404: "not_found", 405: "refused"}


def create_app(settings: Settings) -> FastAPI:
    """The application for one process. Its database has to be up to date; it is closed when the application ends."""
    shared = SharedStudio(settings)
    desk = Desk(
        shared,
        RateLimits(shared.database, per_minute=settings.requests_per_minute, burst=settings.request_burst),
        RateLimits(shared.database, per_minute=REFUSALS_PER_MINUTE, burst=REFUSALS_PER_MINUTE),
    )
    streams = Streams(settings.server_jobs)
    metrics = Metrics()
    app = FastAPI(
        title="studio",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan(shared, desk, streams),
    )
    app.add_exception_handler(StudioError, _studio_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)
    app.state.shared, app.state.streams = shared, streams
    _add_public(app, shared)
    add_aliases(app, desk, streams)
    add_operations(app, desk, streams)
    add_webhooks(app, shared.inbox)
    add_metrics(app, metrics, settings.metrics_token.get_secret_value())
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
        )
    # Added last, so that it is the outermost.
    app.add_middleware(Gate, metrics=metrics, is_logging=settings.api_logging, min_status=settings.api_log_min_status)
    return app


def _lifespan(
    shared: SharedStudio, desk: Desk, streams: Streams
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        background = Background(
            [
                shared.process_waiting,
                shared.sweep,
                desk.callers.forget_idle,
                lambda: forget_old_keys(shared.database),
            ]
        )
        background.start()
        try:
            yield
        finally:
            streams.stopping.set()
            await anyio.to_thread.run_sync(background.stop)
            shared.close()

    return live


def _add_public(app: FastAPI, shared: SharedStudio) -> None:
    def health(request: Request) -> Response:
        try:
            shared.ping()
        except Exception as error:  # noqa: BLE001 - whatever keeps the database from answering
            return failure(error, request.state.request_id).response()
        return success(
            {"status": "ok", "version": __version__, "database": "ok", "login": shared.login_ways()}
        ).response()

    app.add_route("/api/health", health, methods=["GET"])
    app.add_route("/openapi.json", lambda request: Response(document(), media_type=JSON), methods=["GET"])


async def _studio_error(request: Request, error: Exception) -> Response:
    return failure(error, request.state.request_id).response()


async def _unexpected(request: Request, error: Exception) -> Response:
    return failure(error, request.state.request_id).response()


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=499)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _NAMES.get(error.status_code, "refused")
    message = "There is nothing at this address." if error.status_code == 404 else f"{error.detail}."
    response = refusal(error.status_code, message, code, "GET /openapi.json lists what there is.").response()
    response.headers.update(error.headers or {})
    return response
