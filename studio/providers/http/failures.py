"""What an unsuccessful answer stands for, told in words that give no key away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studio.domain.errors import KeyRefused, RateLimited, Rejected, ServiceFailed, StudioError, Uncertain
from studio.domain.text import one_line
from studio.providers.http.wire import Answer

HIDDEN = "********"
UNKNOWN_STATUSES = (408, 409)
"""Beside 5xx: statuses of a POST after which nobody knows whether it was taken."""

LONGEST_QUOTE = 300
"""Characters of a server's own words that are worth showing."""

SHORTEST_ID = 8
"""A shorter half of a key before its colon is no secret, and may be part of any word."""

Meaning = Callable[[Answer, bool], StudioError | None]
"""The error that an unsuccessful answer stands for, None for what its status says; True when it answers an order."""


class Failures:
    """The failures of one server, which is called `place`. `meaning` knows those whose status does not say enough."""

    def __init__(self, place: str, api_key: str | None, key_hint: str, meaning: Meaning | None) -> None:
        self._place = place
        self._has_key = bool(api_key)
        self._secrets = secrets_of(api_key or "")
        self._key_hint = key_hint
        self._meaning = meaning

    def of(self, answer: Answer, *, is_order: bool) -> StudioError:
        """The error of this answer; `is_order` when it answers something that has to be paid."""
        meant = self._meaning(answer, is_order) if self._meaning else None
        if meant is not None:
            return meant
        details: dict[str, Any] = {"status": answer.status}
        if answer.retry_seconds is not None:
            details["retry_after"] = answer.retry_seconds
        error = self._by_status(answer, is_order)
        error.details = details
        return error

    def quoted(self, said: str) -> str:
        """A server's own words as one safe line without the key and a closing full stop; at most 300 characters."""
        line = one_line(said)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line[:LONGEST_QUOTE].rstrip(" .")

    def _by_status(self, answer: Answer, is_order: bool) -> StudioError:
        said = self._words_of(answer)
        if answer.status in (401, 403):
            did = "refused the key" if self._has_key else "wants a key"
            return KeyRefused(f"{self._place} {did}{said}.", hint=self._key_hint or None)
        if answer.status == 429:
            hint = try_again(answer.retry_seconds)
            return RateLimited(f"{self._place} has had too many requests{said}.", hint=hint)
        if answer.status >= 500 or answer.status in UNKNOWN_STATUSES:
            message = f"{self._place} failed with status {answer.status}{said}."
            return Uncertain(message) if is_order else ServiceFailed(message, hint="Try again later.")
        if 300 <= answer.status < 400:
            return Rejected(f"{self._place} points to another address.", hint="Set the address it has moved to.")
        return Rejected(f"{self._place} refused the request with status {answer.status}{said}.")

    def _words_of(self, answer: Answer) -> str:
        """What the server itself said of a failure, as the end of a sentence."""
        try:
            said = self.quoted(_message(answer.json()))
        except ValueError:
            return ""
        return f": {said}" if said else ""


def secrets_of(api_key: str) -> tuple[str, ...]:
    """What of a key is not for anybody's eyes, the longest first: all of it, and the halves of one like `id:secret`."""
    id, _, secret = api_key.partition(":")
    halves = (secret, id if len(id) >= SHORTEST_ID else "")
    return tuple(sorted({part for part in (api_key, *halves) if part}, key=len, reverse=True))


def try_again(seconds: float | None) -> str:
    """What to do about a server that has had enough for now."""
    return "Try again later." if seconds is None else f"Try again in {seconds:g} seconds."


def _message(content: Any) -> str:
    """The sentence inside the shapes of error in use: `error.message`, `error`, `message` or `detail`."""
    if not isinstance(content, dict):
        return ""
    found = content.get("error") or content.get("message") or content.get("detail") or ""
    if isinstance(found, dict):
        found = found.get("message") or ""
    return found if isinstance(found, str) else ""
