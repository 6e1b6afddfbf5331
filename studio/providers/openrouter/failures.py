"""What OpenRouter's errors mean, whether they are the answer's status or stand inside an answer that began well."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from studio.domain.errors import KeyRefused, RateLimited, Rejected, ServiceFailed, StudioError, Uncertain
from studio.providers.access import OPENROUTER_KEY_HINT
from studio.providers.http import UNKNOWN_STATUSES, Answer, try_again
from studio.providers.openrouter.reading import mapping, sequence, words

CREDIT_HINT = "Add credits at https://openrouter.ai/settings/credits, or raise the limit of the key."
LATER_HINT = "Try again later, or choose another model: studio models list."
WORDS_HINT = "Change the words, or choose another model: studio models list."
LENGTH_HINT = "Use a shorter text, or a model with a larger context: studio models list."

NO_PROVIDER = 503
"""Nobody serves the model just now: the one failure of 5xx that comes before anything was asked of a provider."""

_OF_THE_KEY = frozenset({"authentication"})
_OF_CREDIT = frozenset({"payment_required"})
_OF_HASTE = frozenset({"rate_limit_exceeded"})
_OF_PERMISSION = frozenset({"permission_denied"})
_OF_LENGTH = frozenset(
    {"context_length_exceeded", "max_tokens_exceeded", "token_limit_exceeded", "string_too_long", "payload_too_large"}
)
_OF_WORDS = frozenset({"content_policy_violation", "refusal", "invalid_prompt"})
_OF_THE_MODEL = frozenset({"not_found"})
_OF_THE_PROVIDER = frozenset({"provider_overloaded", "provider_unavailable", "server", "timeout"})

_TYPE_BY_STATUS = {
    401: "authentication",
    402: "payment_required",
    403: "permission_denied",
    404: "not_found",
    408: "timeout",
    413: "payload_too_large",
    429: "rate_limit_exceeded",
}


@dataclass(frozen=True)
class Failure:
    """One error in OpenRouter's words. `status` is what it says itself, 0 where it says none."""

    status: int
    type: str
    said: str
    fallback_models: tuple[str, ...] = ()
    retry_seconds: float | None = None


def failure_in(content: Any, status: int = 0) -> Failure | None:
    """The error in an answer or a part of one: under `error`, or in its first choice. None when there is none."""
    found = mapping(content).get("error") or _choice(content).get("error")
    if not found:
        return None
    error = mapping(found)
    code = _status(error) or status
    availability = mapping(error.get("availability"))
    wait = availability.get("retry_after")
    return Failure(
        status=code,
        type=_type(error, code),
        said=_said(error) or words(found) or words(error.get("message")),
        fallback_models=tuple(words(model) for model in sequence(availability.get("fallback_models")) if words(model)),
        retry_seconds=float(wait) if isinstance(wait, (int, float)) and 0 <= wait < 100_000 else None,
    )


class Meanings:
    """Turns failures into studio's errors. `quoted` makes a server's words safe to show."""

    def __init__(self, place: str, quoted: Callable[[str], str]) -> None:
        self._place = place
        self._quoted = quoted

    def of_answer(self, answer: Answer, is_order: bool) -> StudioError | None:
        """The error of an unsuccessful answer; None where its status has to say it."""
        try:
            failure = failure_in(answer.json(), answer.status)
        except ValueError:
            return None
        if failure is None:
            return None
        wait = failure.retry_seconds if answer.retry_seconds is None else answer.retry_seconds
        details = _details(failure, answer.status, wait, answer.headers.get("x-generation-id"))
        if answer.status != NO_PROVIDER and (answer.status >= 500 or answer.status in UNKNOWN_STATUSES):
            kind = Uncertain if is_order else ServiceFailed
            return kind(f"{self._place} failed{self._because(failure)}.", hint=None, details=details)
        if failure.type in _OF_HASTE:
            message = f"{self._place} has had too many requests{self._because(failure)}."
            return RateLimited(message, hint=try_again(wait), details=details)
        return self._verdict(failure, details)

    def in_answer(self, failure: Failure, request_id: str, cost_microusd: int | None) -> StudioError:
        """The verdict inside an answer that began well: nothing usable came, whatever it cost."""
        details = _details(failure, failure.status, failure.retry_seconds, request_id)
        if cost_microusd is not None:
            details["cost_microusd"] = cost_microusd
        return self._verdict(failure, details)

    def _verdict(self, failure: Failure, details: Mapping[str, Any]) -> StudioError:
        because = self._because(failure)
        if failure.type in _OF_THE_KEY:
            return KeyRefused(f"{self._place} refused the key{because}.", hint=OPENROUTER_KEY_HINT, details=details)
        if failure.type in _OF_PERMISSION:
            return KeyRefused(f"{self._place} does not allow this{because}.", hint=OPENROUTER_KEY_HINT, details=details)
        did, hint = self._refusal(failure)
        return Rejected(f"{self._place} {did}{because}.", hint=hint, details=details)

    def _refusal(self, failure: Failure) -> tuple[str, str | None]:
        if failure.type in _OF_CREDIT:
            return "has no credit left for this", CREDIT_HINT
        if failure.type in _OF_WORDS:
            return "declined these words", WORDS_HINT
        if failure.type in _OF_LENGTH:
            return "finds this too long", LENGTH_HINT
        if failure.type in _OF_THE_MODEL:
            others = ", ".join(f"openrouter/{self._quoted(model)}" for model in failure.fallback_models[:3])
            return "does not have this model", f"Use {others}." if others else "See studio models list."
        if failure.type in _OF_HASTE:
            return "has had too many requests", try_again(failure.retry_seconds)
        if failure.type in _OF_THE_PROVIDER or failure.status >= 500:
            return "could not answer", LATER_HINT
        return "refused the request", None

    def _because(self, failure: Failure) -> str:
        said = self._quoted(failure.said)
        return f": {said}" if said else ""


def _details(failure: Failure, status: int, wait: float | None, request_id: str | None) -> dict[str, Any]:
    told = {
        "status": status or None,
        "error_type": failure.type or None,
        "retry_after": wait,
        "request_id": request_id or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _choice(content: Any) -> Mapping[str, Any]:
    choices = sequence(mapping(content).get("choices"))
    return mapping(choices[0]) if choices else {}


def _status(error: Mapping[str, Any]) -> int:
    """The code as a status. Codes may be numbers, their text, or words such as server_error."""
    code = error.get("code", error.get("http_status"))
    if isinstance(code, str) and code.isascii() and code.isdigit():
        code = int(code[:4])
    return code if isinstance(code, int) and 100 <= code < 600 else 0


def _type(error: Mapping[str, Any], status: int) -> str:
    metadata = mapping(error.get("metadata"))
    if metadata.get("reasons") or metadata.get("patterns") or "flagged_input" in metadata:
        return "content_policy_violation"
    named = words(metadata.get("error_type")) or words(error.get("error_type"))
    if named and named != "unmapped":
        return named
    return _TYPE_BY_STATUS.get(status, "server" if status >= 500 or words(error.get("code")) == "server_error" else "")


def _said(error: Mapping[str, Any]) -> str:
    """The cause itself: the provider's own words where there are any, not that there was a provider error."""
    metadata = mapping(error.get("metadata"))
    reasons = ", ".join(words(reason) for reason in sequence(metadata.get("reasons")) if words(reason))
    if reasons:
        return f"flagged for {reasons}"
    raw, provider = _raw(metadata.get("raw")), words(metadata.get("provider_name"))
    return f"{provider}: {raw}" if raw and provider else raw


def _raw(value: Any) -> str:
    """The sentence in what a provider answered, which may be JSON, JSON inside text, or text."""
    if isinstance(value, str):
        try:
            return _raw(json.loads(value)) or value
        except (ValueError, RecursionError):
            return value
    content = mapping(value)
    inner = content.get("error", content.get("detail", content.get("message")))
    return words(inner) or words(mapping(inner).get("message"))
