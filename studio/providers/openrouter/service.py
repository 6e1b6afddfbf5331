"""OpenRouter itself: the connection that all its models share, its books, what a key may spend and what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from studio.domain.errors import Rejected, ServiceFailed
from studio.domain.progress import Cancelled, never
from studio.providers.access import OPENROUTER_KEY_HINT, OPENROUTER_URL
from studio.providers.http import IDLE_SECONDS, Answer, Client, Events
from studio.providers.openrouter.costs import MICROUSD, cost_of_generation
from studio.providers.openrouter.failures import Meanings
from studio.providers.openrouter.reading import amount, mapping, sequence, whole, words

ANSWER_SECONDS = 300.0
"""How long one answer may take: a model that thinks before it writes takes minutes."""

MAXIMUM_BYTES = 64 * 1024 * 1024
"""A picture of four thousand pixels comes as some twenty megabytes of text."""

TITLE = "studio"
CATEGORIES = "video-gen,creative-writing"

_MOST_PAGES = 10
_PAGE = 1_000


@dataclass(frozen=True)
class KeyFacts:
    """What a key may do. Amounts in US dollars; None where there is no limit, or none is told."""

    label: str
    limit_usd: Decimal | None
    remaining_usd: Decimal | None
    """The least that is left of the key's own limit and of those of its workspace."""
    used_usd: Decimal | None
    limit_reset: str
    """When the limit begins anew, such as `monthly`; empty for never."""
    is_free_tier: bool
    expires_at: str


@dataclass(frozen=True)
class LiveModel:
    """A model as OpenRouter lists it now. Prices are US dollars per token; None where they are not known."""

    id: str
    name: str
    context_tokens: int | None
    answer_tokens: int | None
    input_media: tuple[str, ...]
    output_media: tuple[str, ...]
    parameters: tuple[str, ...]
    question_usd: Decimal | None
    answer_usd: Decimal | None
    expires: str

    @property
    def is_structured(self) -> bool:
        """Whether some endpoint of it holds itself to a JSON schema."""
        return "structured_outputs" in self.parameters

    @property
    def question_microusd(self) -> int | None:
        """Millionths of a US dollar for a million tokens of a question."""
        return _per_million(self.question_usd)

    @property
    def answer_microusd(self) -> int | None:
        """Millionths of a US dollar for a million tokens of an answer."""
        return _per_million(self.answer_usd)


class OpenRouter:
    """The connection. Threads and models share it."""

    def __init__(
        self,
        api_key: str | None,
        base_url: str = OPENROUTER_URL,
        *,
        site_url: str = "",
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """`site_url` names the site studio writes for, to OpenRouter's rankings; without it there is no entry.

        Raises Misconfigured for an address or a key that cannot be one."""
        self.client = Client(
            base_url,
            service="OpenRouter",
            api_key=api_key,
            key_hint=OPENROUTER_KEY_HINT,
            answer_seconds=answer_seconds,
            maximum_bytes=MAXIMUM_BYTES,
            meaning=lambda answer, is_order: self.meanings.of_answer(answer, is_order),
        )
        self.meanings = Meanings(self.client.place, self.client.quoted)
        self._headers = {"x-openrouter-title": TITLE, "x-openrouter-categories": CATEGORIES}
        if site_url:
            self._headers["http-referer"] = site_url

    @contextmanager
    def events(
        self,
        path: str,
        payload: Any,
        *,
        headers: Mapping[str, str] | None = None,
        idle_seconds: float = IDLE_SECONDS,
        cancelled: Cancelled = never,
    ) -> Iterator[Events]:
        """Send an order once and read its answer as it comes; see `Client.events`."""
        told = {**self._headers, **(headers or {})}
        opened = self.client.events(path, payload, headers=told, idle_seconds=idle_seconds, cancelled=cancelled)
        with opened as events:
            yield events

    def generation(self, request_id: str) -> Mapping[str, Any] | None:
        """What OpenRouter's books say of a generation; None while, or when, it does not know it.

        It takes seconds to minutes to be entered. Raises ServiceFailed when it cannot be asked."""
        answer = self._look("generation", request_id)
        return None if answer.status == 404 else mapping(mapping(self._content(answer)).get("data"))

    def stored_text(self, request_id: str) -> str:
        """The words of a generation, where the account has OpenRouter keep them; empty where it does not."""
        answer = self._look("generation/content", request_id)
        if answer.status != 200:
            return ""
        data = mapping(mapping(self._content(answer)).get("data"))
        return "" if data.get("error") else words(mapping(data.get("output")).get("completion"))

    def settled_cost(self, request_id: str) -> int | None:
        """What a generation cost, in millionths of a US dollar; None while that is not known."""
        found = self.generation(request_id)
        return None if found is None else cost_of_generation(found)

    def key_facts(self) -> KeyFacts:
        """What the key may spend: the cheapest way to learn whether it is valid. Raises KeyRefused when it is not."""
        data = mapping(mapping(self.client.content(self.client.get("key"))).get("data"))
        return KeyFacts(
            label=words(data.get("label")),
            limit_usd=amount(data.get("limit")),
            remaining_usd=_least(
                data.get("limit_remaining"), mapping(data.get("effective_budget")).get("remaining_usd")
            ),
            used_usd=amount(data.get("usage")),
            limit_reset=words(data.get("limit_reset")),
            is_free_tier=data.get("is_free_tier") is True,
            expires_at=words(data.get("expires_at")),
        )

    def live_models(self) -> tuple[LiveModel, ...]:
        """All models that write or paint, with their prices of today."""
        found: list[LiveModel] = []
        offset = 0
        for _ in range(_MOST_PAGES):
            query = {"output_modalities": "text,image", "limit": str(_PAGE), "offset": str(offset)}
            content = mapping(self.client.content(self.client.get("models", query)))
            entries = sequence(content.get("data"))
            found += [_live_model(entry) for entry in map(mapping, entries) if words(entry.get("id"))]
            offset += len(entries)
            if not entries or not mapping(content.get("links")).get("next"):
                break
        return tuple(found)

    def _look(self, path: str, request_id: str) -> Answer:
        return self.client.get(path, {"id": request_id})

    def _content(self, answer: Answer) -> Any:
        try:
            return self.client.content(answer)
        except Rejected as error:
            # That the question was refused is no verdict on what is asked about.
            raise ServiceFailed(error.message, hint=error.hint, details=error.details) from error


def _live_model(entry: Mapping[str, Any]) -> LiveModel:
    architecture, pricing = mapping(entry.get("architecture")), mapping(entry.get("pricing"))
    return LiveModel(
        id=words(entry.get("id")),
        name=words(entry.get("name")) or words(entry.get("id")),
        context_tokens=whole(entry.get("context_length")),
        answer_tokens=whole(mapping(entry.get("top_provider")).get("max_completion_tokens")),
        input_media=_names(architecture.get("input_modalities")),
        output_media=_names(architecture.get("output_modalities")),
        parameters=_names(entry.get("supported_parameters")),
        question_usd=amount(pricing.get("prompt")),
        answer_usd=amount(pricing.get("completion")),
        expires=words(entry.get("expiration_date")),
    )


def _names(value: Any) -> tuple[str, ...]:
    return tuple(words(name) for name in sequence(value) if words(name))


def _least(*values: Any) -> Decimal | None:
    return min((left for left in map(_balance, values) if left is not None), default=None)


def _balance(value: Any) -> Decimal | None:
    """An amount that may have fallen below zero."""
    return Decimal(0) if isinstance(value, (int, float)) and value < 0 else amount(value)


def _per_million(usd: Decimal | None) -> int | None:
    return None if usd is None else int((usd * MICROUSD * MICROUSD).to_integral_value(ROUND_CEILING))
