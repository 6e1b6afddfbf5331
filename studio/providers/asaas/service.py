"""Asaas' servers behind one key. Reads may be repeated; a POST is sent once, and who lost its answer asks first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

from studio.domain.errors import RateLimited, ServiceFailed, Uncertain
from studio.providers.access import require_private
from studio.providers.asaas.environment import API_URL, KEY_HINT, checked_key, checkout_page
from studio.providers.asaas.failures import failure_of
from studio.providers.asaas.money import decimal_json
from studio.providers.asaas.payments import Charge, Payment, is_id, payment_of
from studio.providers.http import Answer, Client

ANSWER_SECONDS = 60.0
PAGE = 100
MOST_PAGES = 200
"""Of one list: 20,000 payments. An account may ask 25,000 times in twelve hours."""
MOST_TRIES = 3
LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Checkout:
    """A page where one pays, and its id."""

    id: str
    url: str


@dataclass(frozen=True)
class Queue:
    """A webhook as Asaas sends it; an interrupted one sends nothing any more."""

    url: str
    is_enabled: bool
    is_interrupted: bool
    has_token: bool


class Asaas:
    """The connection to Asaas. The key goes to this server only. Threads may share it."""

    def __init__(
        self,
        api_key: str,
        api_url: str = API_URL,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises Misconfigured for an address or a key that cannot be one, or do not belong together."""
        require_private(api_url, "ASAAS_API_URL")
        self.api_url = api_url
        self._sleep = sleep
        self._client = Client(
            api_url,
            service="Asaas",
            api_key=checked_key(api_key, api_url),
            scheme="",
            key_header="access_token",
            key_hint=KEY_HINT,
            answer_seconds=answer_seconds,
            meaning=lambda answer, is_order: failure_of(answer, self._client.quoted),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections that are kept open."""
        self._client.close()

    def find_customer(self, reference: str) -> str | None:
        """The id of the customer with this reference of ours."""
        found = self._get("customers", {"externalReference": reference, "limit": "1"})
        return next((str(each["id"]) for each in _entries(found) if is_id(each.get("id"))), None)

    def create_customer(self, *, reference: str, name: str, email: str | None, tax_id: str | None) -> str:
        """Make a customer, sent once, and give the id. Raises Rejected, such as for a wrong CPF, and Uncertain."""
        given = {"name": name, "externalReference": reference, "email": email, "cpfCnpj": tax_id}
        return self._id_of(self._post("customers", {field: value for field, value in given.items() if value}))

    def create_checkout(self, payload: Mapping[str, Any]) -> Checkout:
        """Make a page where one pays, sent once. Raises Rejected and Uncertain."""
        content = self._post("checkouts", payload)
        id, link = self._id_of(content), content.get("link")
        if isinstance(link, str) and link.startswith("https://") and link.isprintable():
            return Checkout(id, link)
        return Checkout(id, checkout_page(id, self.api_url))

    def cancel_checkout(self, id: str) -> None:
        """Have the page closed; one that is closed or gone already is fine."""
        answer = self._client.post(f"checkouts/{quote(id, safe='')}/cancel", {})
        if answer.status not in (400, 404):
            self._client.ordered(answer)

    def has_subscription(self, id: str) -> bool:
        """Whether the subscription goes on being charged."""
        content = self._find(f"subscriptions/{quote(id, safe='')}")
        return content is not None and content.get("deleted") is not True and content.get("status") == "ACTIVE"

    def cancel_subscription(self, id: str) -> None:
        """Have it charged no more; one that is gone already is fine."""
        answer = self._client.delete(f"subscriptions/{quote(id, safe='')}")
        if answer.status != 404:
            self._client.content(answer)

    def charge(self, payment_id: str) -> Charge | None:
        """The purchase that a payment is or belongs to, as it stands; None when Asaas knows no such payment."""
        content = self._find(f"payments/{quote(payment_id, safe='')}")
        if content is None:
            return None
        payment = payment_of(content)
        if payment.id != payment_id:
            raise ServiceFailed("Asaas answered with another payment than was asked for.", hint="Try again later.")
        if payment.installment is None:
            return Charge(payment.id, (payment,))
        return self.installments(payment.installment, payment)

    def installments(self, id: str, one: Payment) -> Charge:
        """The purchase of which `one` is an installment."""
        found = {
            each.id: each for page in self.payments({"installment": id}) for each in page if each.installment == id
        }
        together = {one.id: one} | found
        return Charge(id, tuple(together[key] for key in sorted(together)))

    def payments(self, query: Mapping[str, str]) -> Iterator[list[Payment]]:
        """Payments page by page. It waits where Asaas asks for it. Raises ServiceFailed when there are too many."""
        for number in range(MOST_PAGES):
            asked = {**query, "offset": str(number * PAGE), "limit": str(PAGE)}
            content = self._patiently(lambda asked=asked: self._get("payments", asked))  # type: ignore[misc]  # bound now
            yield [payment_of(each) for each in _entries(content)]
            if content.get("hasMore") is not True:
                return
        raise ServiceFailed("Asaas lists more payments than can be looked through.", hint="Choose a shorter time.")

    def queues(self) -> list[Queue]:
        """The webhooks of this account."""
        found = _entries(self._get("webhooks", {"limit": str(PAGE)}))
        return [
            Queue(
                str(each.get("url") or ""),
                each.get("enabled") is not False,
                each.get("interrupted") is True,
                each.get("hasAuthToken") is not False,
            )
            for each in found
        ]

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        return self._read(self._client.get(path, query))

    def _find(self, path: str) -> dict[str, Any] | None:
        answer = self._client.get(path)
        return None if answer.status == 404 else self._read(answer)

    def _read(self, answer: Answer) -> dict[str, Any]:
        self._client.content(answer)
        try:
            content = decimal_json(answer.body)
        except ValueError as error:
            raise ServiceFailed("Asaas did not answer in JSON.", hint="Try again later.") from error
        if not isinstance(content, dict):
            raise ServiceFailed("Asaas did not answer with an object.", hint="Try again later.")
        return content

    def _post(self, path: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        content = self._client.ordered(self._client.post(path, dict(payload)))
        return content if isinstance(content, dict) else {}

    def _id_of(self, content: Mapping[str, Any]) -> str:
        id = content.get("id")
        if not isinstance(id, str) or not is_id(id):
            raise Uncertain("Asaas took the request and did not say what became of it.")
        return id

    def _patiently(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        for _ in range(MOST_TRIES - 1):
            try:
                return ask()
            except RateLimited as error:
                self._wait(error)
        return ask()

    def _wait(self, error: RateLimited) -> None:
        seconds = float(error.details.get("retry_after", 1.0))
        if seconds > LONGEST_WAIT_SECONDS:
            raise error
        self._sleep(seconds)


def _entries(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    data = content.get("data")
    if not isinstance(data, list):
        # Not an empty list: nobody may conclude from this that something is absent.
        raise ServiceFailed("Asaas did not answer with a list.", hint="Try again later.")
    return [each for each in data if isinstance(each, dict)]
