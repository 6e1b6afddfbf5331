"""Numbers for Prometheus: requests and their durations, by route."""

from __future__ import annotations

import hmac

from fastapi import FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from studio.api.answers import refusal


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        # A registry of its own: two servers in one process do not count for each other.
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Counter(
            "studio_requests_total", "Requests answered.", (*labels, "status"), registry=self.registry
        )
        self._seconds = Histogram("studio_request_seconds", "Seconds to the answer.", labels, registry=self.registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One answered request. `route` is the pattern, not the path: ids would make a series each."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


def add_metrics(app: FastAPI, metrics: Metrics, token: str) -> None:
    """`GET /metrics` for whoever shows the token; without one there is no such route."""
    if not token:
        return

    async def show(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return refusal(401, "This needs the metrics token.", "not_logged_in").response()
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    app.add_api_route("/metrics", show, include_in_schema=False)
