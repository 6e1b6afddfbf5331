"""A language model through OpenRouter: always streamed, so that its id is known before a word of it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studio.domain.errors import Invalid, Rejected, Uncertain
from studio.domain.progress import Cancelled, never
from studio.domain.remote import (
    Answer,
    ChatRequest,
    Medium,
    Order,
    Reference,
    RemoteFile,
    RemoteRequest,
    Ticket,
)
from studio.providers.catalogue import ModelSpec
from studio.providers.http import IDLE_SECONDS
from studio.providers.openai_compatible.chat import json_within, without_thoughts
from studio.providers.openai_compatible.model import chat_messages, check_finish, structured
from studio.providers.openrouter.completion import Completion
from studio.providers.openrouter.costs import cost_of_generation, cost_of_usage, quote_of_chat
from studio.providers.openrouter.service import ANSWER_SECONDS, OpenRouter
from studio.providers.openrouter.tickets import Claim, unknown

ENDPOINT = "chat/completions"

ANSWER_TOKENS = 16_000
"""The most an answer may have, its thoughts included: no text from outside makes a model write without end."""

CACHE_HEADERS = {"x-openrouter-cache": "true", "x-openrouter-cache-ttl": "3600"}
"""Within the hour the same order again, with the same marker, is given the same answer and costs nothing."""

LONGEST_SESSION = 256


class OpenRouterChat:
    """A `RemoteModel` that writes, and sees where its spec says so."""

    provider = "openrouter"
    may_repeat = True
    window_seconds = ANSWER_SECONDS
    """OpenRouter lists a generation when it is over, so for so long one that is not listed may still be going on."""

    def __init__(self, service: OpenRouter, spec: ModelSpec, *, idle_seconds: float = IDLE_SECONDS) -> None:
        """`idle_seconds` is how long the stream may bring nothing but comments."""
        self._service = service
        self._idle_seconds = idle_seconds
        self.spec = spec
        self.name = spec.id

    def prepare(self, request: RemoteRequest, read: Callable[[Reference], bytes]) -> Order:
        if not isinstance(request, ChatRequest):
            raise Invalid(f"{self.name} writes, and does nothing else.")
        if request.pictures and Medium.VISION not in self.spec.media:
            raise Invalid(f"{self.name} sees no pictures.", hint="See studio models list --medium vision.")
        return Order(ENDPOINT, self._body(request, read))

    def quote(self, request: RemoteRequest) -> int | None:
        return quote_of_chat(request, self.spec.price) if isinstance(request, ChatRequest) else None

    def send(
        self, order: Order, marker: str, accepted: Callable[[Ticket], None], cancelled: Cancelled = never
    ) -> Answer:
        """Send the order once. The marker makes it one of its kind: a repetition may be answered out of the cache."""
        claim, completion = Claim(accepted), Completion()
        body = {**order.body, "session_id": marker[:LONGEST_SESSION]}
        opened = self._service.events(
            order.endpoint, body, headers=CACHE_HEADERS, idle_seconds=self._idle_seconds, cancelled=cancelled
        )
        with opened as events:
            claim.take(events.headers.get("x-generation-id", ""))
            completion.hear(events.data, claim.take)
            is_from_cache = events.headers.get("x-openrouter-cache-status", "").upper() == "HIT"
        cost = 0 if is_from_cache else cost_of_usage(completion.usage)
        return self._answer(completion, claim.request_id, cost, is_structured="response_format" in order.body)

    def look(self, order: Order, ticket: Ticket) -> Answer:
        """The answer, where the account has OpenRouter keep it.

        Raises Rejected for one that is not kept: `details` then holds what it cost. Raises Rejected as well for one
        that OpenRouter does not know, or not yet: `details` then holds `is_unknown`."""
        found = self._service.generation(ticket.request_id)
        if found is None:
            raise unknown(self._service.client.place, ticket)
        details = _known({"cost_microusd": cost_of_generation(found), "request_id": ticket.request_id})
        text = ""
        if found.get("finish_reason") == "stop" and not found.get("cancelled"):
            text = self._service.stored_text(ticket.request_id)
        if not text:
            raise Rejected("OpenRouter has made the answer and does not keep it.", details=details)
        return Answer(
            text=_reduced(text, is_structured="response_format" in order.body),
            model=str(found.get("model") or self.spec.endpoint),
            request_id=ticket.request_id,
            cost_microusd=details.get("cost_microusd"),
        )

    def find(self, order: Order, since: int) -> Sequence[Ticket]:
        """Nothing: OpenRouter has no list of what it was asked."""
        return ()

    def cancel(self, ticket: Ticket) -> bool:
        """False: only closing the connection ends a generation."""
        return False

    def fetch(self, file: RemoteFile) -> bytes:
        raise Rejected(f"{self.name} delivers no files.")

    def _body(self, request: ChatRequest, read: Callable[[Reference], bytes]) -> Mapping[str, Any]:
        limit = self.spec.limits.answer_tokens
        body = {
            "model": self.spec.endpoint,
            "messages": chat_messages(request, read),
            "stream": True,
            # The older of two names: with require_parameters, endpoints are chosen by the names they list.
            "max_tokens": min(limit, ANSWER_TOKENS) if limit else ANSWER_TOKENS,
        }
        if request.schema is not None:
            # Only endpoints that hold themselves to the schema; others would drop it without a word.
            body["provider"] = {"require_parameters": True}
        return {**body, **structured(request)}

    def _answer(self, completion: Completion, request_id: str, cost: int | None, *, is_structured: bool) -> Answer:
        if completion.failure is not None:
            raise self._service.meanings.in_answer(completion.failure, request_id, cost)
        if not completion.is_whole:
            raise Uncertain(f"{self._service.client.place} broke off before its answer was complete.")
        details = _known({"cost_microusd": cost, "request_id": request_id})
        check_finish(completion.finish_reason, completion.refusal, details)
        if not completion.text.strip():
            raise Rejected(
                f"{self.name} answered nothing.", hint="Try again, or choose another model.", details=details
            )
        return Answer(
            text=_reduced(completion.text, is_structured=is_structured),
            data={"usage": dict(completion.usage)} if completion.usage else {},
            model=completion.model or self.spec.endpoint,
            request_id=request_id,
            cost_microusd=cost,
        )


def _reduced(text: str, *, is_structured: bool) -> str:
    return json_within(text) if is_structured else without_thoughts(text)


def _known(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if value not in (None, "")}
