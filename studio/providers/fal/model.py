"""One model at fal: its orders, sent once each and then asked after, and what fal's answers say about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from studio.domain.errors import KeyRefused, RateLimited, Rejected, ServiceFailed, StudioError, Uncertain
from studio.domain.progress import Cancelled, never
from studio.domain.remote import Answer, Medium, Order, Reference, RemoteFile, RemoteRequest, Ticket
from studio.providers import http
from studio.providers.catalogue import ModelSpec
from studio.providers.fal.account import equal_requests, has_failed
from studio.providers.fal.addresses import checked, ticket_for, ticket_of
from studio.providers.fal.answers import answer_of
from studio.providers.fal.bodies import body_of, check
from studio.providers.fal.faults import content_of, is_models_own, refusal, verdict
from studio.providers.fal.prices import cost_of, quoted
from studio.providers.fal.service import Fal

WINDOW_SECONDS = 2.25 * 3600
"""fal's webhooks are repeated for two hours; what it has not listed by then it never took."""

PASSING_FAILURES = (502, 503, 504)
"""A result with one of these is how the request ended, or how the machine that was to give its result fares now: fal
says both in the same words, and only its books tell them apart."""


class FalModel:
    """A `RemoteModel` over fal's queue. Threads may share it.

    `fetch` is the guarded download. `webhook` gives the public address that fal is to call when the request with this
    marker of ours has ended; without one nothing is called, and `look` finds out."""

    provider = "fal"
    may_repeat = False
    window_seconds = WINDOW_SECONDS

    def __init__(
        self,
        spec: ModelSpec,
        fal: Fal,
        fetch: Callable[[str, Medium], bytes],
        webhook: Callable[[str], str] | None = None,
    ) -> None:
        self.spec = spec
        self.name = spec.id
        self._fal = fal
        self._fetch = fetch
        self._webhook = webhook

    def prepare(self, request: RemoteRequest, read: Callable[[Reference], bytes]) -> Order:
        """The order, with its references uploaded. Raises Invalid, before that, for what this model cannot do."""

        def address(reference: Reference) -> str:
            return self._fal.uploads.address(reference.key, read(reference), reference.media_type)

        return Order(self.spec.endpoint, body_of(self.spec, request, address))

    def quote(self, request: RemoteRequest) -> int | None:
        """The list price, corrected by fal's live one where it can be asked. Raises Invalid as `prepare` does."""
        check(self.spec, request)
        return quoted(self.spec, request, self._fal.prices)

    def send(self, order: Order, marker: str, accepted: Callable[[Ticket], None], cancelled: Cancelled = never) -> None:
        """Put the order into fal's queue, once. The marker goes along for fal's billing reports."""
        query = {"fal_webhook": self._webhook(marker)} if self._webhook else None
        tags = {"x-fal-tags": f"studio={marker}"}
        queue = self._fal.queue
        content = queue.ordered(queue.post(order.endpoint, order.body, query=query, headers=tags))
        request_id = content.get("request_id") if isinstance(content, dict) else None
        if not isinstance(request_id, str) or not request_id:
            raise Uncertain(f"{queue.place} took the request and gave no id for it.")
        accepted(ticket_of(queue.base_url, order.endpoint, content))

    def look(self, order: Order, ticket: Ticket) -> Answer | None:
        """What became of it. A completed request may have failed: the truth is in its error, or in its result."""
        queue = self._fal.queue
        ticket = checked(queue.base_url, order.endpoint, ticket)
        answer = queue.get(ticket.status_url)
        status = content_of(answer)
        if _is_unknown(answer):
            raise _unknown()
        if not 200 <= answer.status < 300 or not status:
            raise self._no_word(answer)
        if status.get("status") != "COMPLETED":
            # Also any word that is not known yet: fal adds some, and none of them has ever meant an end.
            return None
        if status.get("error"):
            raise refusal(status, queue.quoted, status=answer.status, headers=answer.headers)
        return self._result(queue.get(ticket.response_url), ticket)

    def find(self, order: Order, since: int) -> Sequence[Ticket]:
        ids = equal_requests(self._fal.api, order.endpoint, order.body, since)
        return [ticket_for(self._fal.queue.base_url, order.endpoint, request_id) for request_id in ids]

    def cancel(self, ticket: Ticket) -> bool:
        queue = self._fal.queue
        ticket = checked(queue.base_url, self.spec.endpoint, ticket)
        answer = queue.put(ticket.cancel_url)
        if answer.status in (400, 404):
            return False
        if not 200 <= answer.status < 300:
            raise self._no_word(answer)
        return True

    def fetch(self, file: RemoteFile) -> bytes:
        return file.data or self._fetch(file.url, self.spec.medium)

    def _result(self, answer: http.Answer, ticket: Ticket) -> Answer | None:
        cost_microusd = cost_of(self.spec, answer.headers, self._fal.prices)
        if 200 <= answer.status < 300:
            try:
                content = answer.json()
            except ValueError as error:
                raise self._no_word(answer) from error
            return answer_of(self.spec, content, ticket.request_id, cost_microusd)
        if answer.status == 400 and _says_in_progress(answer):
            return None
        if _is_unknown(answer):
            raise _unknown()
        if self._ends_it(answer, ticket):
            last_word = verdict(answer, self._fal.queue.quoted)
            last_word.details["cost_microusd"] = cost_microusd
            raise last_word
        raise self._no_word(answer)

    def _ends_it(self, answer: http.Answer, ticket: Ticket) -> bool:
        """Whether a result that is an error is the last word on its request, and not that of a machine on the way."""
        if answer.status in PASSING_FAILURES:
            return is_models_own(answer) and self._has_failed(ticket)
        if answer.status >= 500:
            return is_models_own(answer)
        is_passing = answer.status < 400 or answer.status in (401, 403, 408, 409, 429)
        return not is_passing and bool(content_of(answer))

    def _has_failed(self, ticket: Ticket) -> bool:
        """Whether fal's books say so. While they cannot be asked, nobody knows."""
        try:
            return has_failed(self._fal.api, self.spec.endpoint, ticket.request_id)
        except StudioError:
            return False

    def _no_word(self, answer: http.Answer) -> StudioError:
        """The error of an answer that says nothing about the request, and so must not look like a verdict."""
        queue = self._fal.queue
        failure = queue.failure(answer) if answer.status >= 300 else None
        if isinstance(failure, (KeyRefused, RateLimited)):
            return failure
        place = urlsplit(queue.base_url).netloc
        what = f"answered with status {answer.status}" if failure else "did not answer in JSON"
        return ServiceFailed(f"fal at {place} {what} when it was asked about a request.", hint="Try again later.")


def _unknown() -> Rejected:
    return Rejected("fal does not know this request, or knows it no more.", details={"is_unknown": True})


def _is_unknown(answer: http.Answer) -> bool:
    return answer.status == 404 and content_of(answer).get("status") == "NOT_FOUND"


def _says_in_progress(answer: http.Answer) -> bool:
    detail = content_of(answer).get("detail")
    return isinstance(detail, str) and "in progress" in detail.lower()
