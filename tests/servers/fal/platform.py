"""fal's platform: prices, the list of requests, what each was charged, and what is left."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from tests.servers.fal.fields import FIELDS
from tests.servers.fal.replies import Replies
from tests.servers.fal.server import Job


class Platform(Replies):
    def _platform(self, path: str) -> None:
        if self.fal.platform_status:
            error = {"type": "server_error", "message": "Something went wrong", "request_id": "req-1"}
            self.json(self.fal.platform_status, {"error": error})
            return
        pages = {
            "v1/models/pricing": self._pricing,
            "v1/models/requests/by-endpoint": self._requests,
            "v1/models/billing-events": self._billing_events,
            "v1/account/billing": self._billing,
        }
        pages.get(path, self._no_page)()

    def _no_page(self) -> None:
        self.json(404, {"error": {"type": "not_found", "message": "Not found"}})

    def _pricing(self) -> None:
        wanted = (self.query.get("endpoint_id") or "").split(",")
        if not 1 <= len(wanted) <= 50 or not wanted[0]:
            self.json(400, {"error": {"type": "validation_error", "message": "endpoint_id: 1 to 50 are needed"}})
            return
        prices = []
        for endpoint in wanted:
            if endpoint in FIELDS:
                unit, price = self.fal.unit_price(endpoint)
                prices.append({"endpoint_id": endpoint, "unit_price": float(price), "unit": unit, "currency": "USD"})
        self.json(200, {"prices": prices, "next_cursor": None, "has_more": False})

    def _requests(self) -> None:
        endpoint, start = self.query.get("endpoint_id"), self.query.get("start")
        if endpoint is None:
            self.json(400, {"error": {"type": "validation_error", "message": "endpoint_id is required"}})
            return
        now = time.time()
        since = datetime.fromisoformat(start).timestamp() if start else now - 24 * 3600
        listed = [
            self._item(job)
            for job in reversed(self.fal.jobs.values())
            if job.endpoint == endpoint
            and self.query.get("request_id", job.request_id) == job.request_id
            and job.sent_at >= since
            and now - job.sent_at >= self.fal.listing_delay
        ]
        self._page("items", listed)

    def _item(self, job: Job) -> dict[str, Any]:
        is_over = job.state == "COMPLETED"
        item = {
            "request_id": job.request_id,
            "endpoint_id": job.endpoint,
            "sent_at": _moment(job.sent_at),
            "started_at": _moment(job.sent_at),
            "ended_at": _moment(job.sent_at + 1) if is_over else None,
            "status_code": self.fal.result_of(job)[0] if is_over else None,
            "duration": 1.0 if is_over else None,
        }
        return item | ({"json_input": job.body} if self.query.get("expand") == "payloads" else {})

    def _page(self, name: str, listed: list[Any]) -> None:
        limit, start = int(self.query.get("limit", 100)), int(self.query.get("cursor", 0))
        following = start + limit if start + limit < len(listed) else None
        page = {name: listed[start : start + limit], "next_cursor": following and str(following)}
        self.json(200, {**page, "has_more": following is not None})

    def _billing_events(self) -> None:
        wanted = (self.query.get("request_id") or "").split(",")
        events = []
        for request_id in wanted:
            job = self.fal.jobs.get(request_id)
            if job is not None and job.is_billed and request_id not in self.fal.unbilled:
                cost, price = self.fal.cost_usd(request_id), self.fal.unit_price(job.endpoint)[1]
                discount = cost * self.fal.percent_discount / 100
                events.append(
                    {
                        "request_id": request_id,
                        "endpoint_id": job.endpoint,
                        "timestamp": _moment(job.sent_at),
                        "output_units": float(cost / price),
                        "unit_price": float(price),
                        "percent_discount": self.fal.percent_discount,
                        "cost_subtotal": float(cost),
                        "cost_discount": float(discount),
                        "cost_total": float(cost - discount),
                        "cost_estimate_nano_usd": int((cost - discount) * 10**9),
                    }
                )
        self._page("billing_events", events)

    def _billing(self) -> None:
        if not self.fal.is_admin_key:
            self.json(403, {"error": {"type": "authorization_error", "message": "An admin key is required"}})
            return
        credits = {"credits": {"current_balance": 24.5, "currency": "USD"}} if "expand" in self.query else {}
        self.json(200, {"username": "studio", **credits})


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
