"""The state of the server: customers, checkouts, subscriptions and payments, and everything it was asked."""

from __future__ import annotations

import json
import secrets
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers.running import serving

KEY = "$aact_hmlg_000MzkwODA2MWY2OGM3MWRlMDU2NWM3MzJlNzZmNGZhZGY6OmExYjJjM2Q0"
TOKEN = "whtk_0123456789abcdef0123456789abcdef"

LOST = "lost"
"""The request takes effect and its answer never comes."""


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any = None


@dataclass
class AsaasServer:
    """`will` says what happens to the next requests to `path` or `METHOD path`: a status of failure, or LOST."""

    port: int
    key: str = KEY
    wants_tax_id: bool = True
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    checkouts: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    failures: dict[str, deque[int | str]] = field(default_factory=dict)
    reset_seconds: int = 7
    today: str = "2026-11-22"
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v3"

    def asked(self, method: str, path: str) -> list[Request]:
        """The requests to this path, which is without /v3/."""
        return [each for each in self.requests if (each.method, each.path) == (method, path)]

    def will(self, path: str, *outcomes: int | str) -> None:
        self.failures.setdefault(path, deque()).extend(outcomes)

    def pays(self, value: float, *, status: str = "CONFIRMED", **fields: Any) -> dict[str, Any]:
        """A payment that comes about, with every field that Asaas gives."""
        with self.lock:
            payment = _payment(new_id("pay"), value, status, self.today, fields)
            self.payments[payment["id"]] = payment
        return payment

    def pays_checkout(self, checkout_id: str, *, status: str = "CONFIRMED", **fields: Any) -> dict[str, Any]:
        """Somebody pays on a page: a subscription begins, and the payment names page, customer and subscription only,
        as in the sandbox, which does not pass the page's reference on."""
        checkout = self.checkouts[checkout_id]
        customer = checkout.get("customer") or self.makes_customer(name="Whoever pays")["id"]
        subscription = {"object": "subscription", "id": new_id("sub"), "customer": customer, "status": "ACTIVE"}
        self.subscriptions[subscription["id"]] = subscription
        checkout["status"] = "PAID"
        marks = {"checkoutSession": checkout_id, "customer": customer, "subscription": subscription["id"]}
        return self.pays(checkout["items"][0]["value"], status=status, **(marks | fields))

    def makes_customer(self, **fields: Any) -> dict[str, Any]:
        with self.lock:
            customer = {"object": "customer", "id": f"cus_{len(self.customers) + 1:012d}", "deleted": False, **fields}
            self.customers[customer["id"]] = customer
        return customer

    def event(self, kind: str, payment: Mapping[str, Any], *, id: str = "") -> bytes:
        """The body of a message about a payment, or about whatever else the kind names."""
        name = kind.partition("_")[0].lower()
        envelope = {
            "id": id or f"evt_{secrets.token_hex(16)}&{secrets.randbelow(10**9)}",
            "event": kind,
            "dateCreated": f"{self.today} 11:11:04",
            "account": {"id": "1fcc491f-96d9-4efe-8ec5-b8b09de750dd", "ownerId": None},
            name: dict(payment),
        }
        return json.dumps(envelope).encode()

    def delivers(self, url: str, body: bytes, token: str = TOKEN) -> int:
        """Send a message to a webhook and give the status; only 200 is success for Asaas."""
        headers = {"content-type": "application/json", "asaas-access-token": token, "user-agent": "Java/1.8.0_282"}
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(8)}"


def headers_of(token: str = TOKEN) -> dict[str, str]:
    """What accompanies a message."""
    return {"content-type": "application/json", "asaas-access-token": token}


def _payment(id: str, value: float, status: str, today: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    payment = {
        "object": "payment",
        "id": id,
        "dateCreated": today,
        "customer": None,
        "subscription": None,
        "installment": None,
        "checkoutSession": None,
        "paymentLink": None,
        "dueDate": today,
        "value": value,
        "netValue": round(value * 0.97, 2),
        "originalValue": None,
        "description": None,
        "billingType": "CREDIT_CARD",
        "status": status,
        "confirmedDate": today,
        "paymentDate": None,
        "externalReference": None,
        "deleted": False,
        "refunds": None,
    }
    return payment | dict(fields)


@contextmanager
def running_asaas(port: int = 0) -> Iterator[AsaasServer]:
    from tests.servers.asaas.handler import Handler

    with serving(Handler, "asaas", AsaasServer, port=port) as server:
        yield server
