"""What Asaas' refusals stand for. They come as a list of codes with sentences in Portuguese."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studio.domain.errors import KeyRefused, RateLimited, Rejected, StudioError
from studio.providers.asaas.environment import KEY_HINT
from studio.providers.http import Answer, try_again

_WHO_MAY = "Asaas may limit a key to some addresses (lista de IPs) or some uses: look at it there."


def failure_of(answer: Answer, quoted: Callable[[str], str]) -> StudioError | None:
    """The error of this answer; None where its status says enough. `quoted` makes Asaas' own words harmless."""
    codes, said = _told(answer, quoted)
    words = f": {said}" if said else ""
    if answer.status == 401:
        hint = "Set ASAAS_API_URL to the key's own environment." if "invalid_environment" in codes else KEY_HINT
        return KeyRefused(f"Asaas refused the key{words}.", hint=hint)
    if answer.status == 403:
        return KeyRefused(f"Asaas does not let this key in{words}.", hint=_WHO_MAY)
    if answer.status == 429:
        seconds = answer.retry_seconds if answer.retry_seconds is not None else _reset_seconds(answer)
        details = {} if seconds is None else {"retry_after": seconds}
        return RateLimited(f"Asaas has had too many requests{words}.", hint=try_again(seconds), details=details)
    if answer.status == 400:
        return Rejected(f"Asaas refused the request{words}.", details={"status": 400, "codes": codes})
    return None


def _told(answer: Answer, quoted: Callable[[str], str]) -> tuple[list[str], str]:
    try:
        errors = answer.json()["errors"]
        return [str(each.get("code")) for each in errors], quoted("; ".join(_sentence(each) for each in errors))
    except (ValueError, TypeError, KeyError, AttributeError):
        return [], ""


def _sentence(error: dict[str, Any]) -> str:
    return str(error.get("description") or error.get("code") or "").rstrip(". ")


def _reset_seconds(answer: Answer) -> float | None:
    seconds = answer.headers.get("ratelimit-reset", "").strip()
    return float(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 6 else None
