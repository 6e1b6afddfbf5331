"""Everybody Clerk knows, through its Backend API. Only asks: nothing at Clerk is changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from studio.domain.errors import RateLimited, Rejected, ServiceFailed, StudioError
from studio.domain.outside import OutsidePerson
from studio.domain.text import one_line
from studio.providers.access import CLERK_API_URL, require_private
from studio.providers.clerk.people import person_of
from studio.providers.http import Answer, Client

CLERK_KEY = "CLERK_SECRET_KEY"
CLERK_KEY_HINT = f"Set {CLERK_KEY} to the secret key of the Clerk instance, sk_live_… or sk_test_…."
API_VERSION = "2026-05-12"

PAGE = 500
"""The most that Clerk gives at once."""

_LARGEST_PAGE_BYTES = 64 * 1024 * 1024
_MOST_WAITS = 8
_LONGEST_WAIT_SECONDS = 60.0
_WAIT_SECONDS = 10.0
"""The window of Clerk's limits, for an answer that does not say how long to wait."""


class ClerkDirectory:
    """The people of one Clerk instance. `wait` pauses for seconds when Clerk has had enough for now."""

    name = "clerk"

    def __init__(self, secret_key: str, url: str = CLERK_API_URL, wait: Callable[[float], None] = time.sleep) -> None:
        """Raises Misconfigured for an address or a key that cannot be one."""
        require_private(url, "STUDIO_CLERK_API_URL")
        self._wait = wait
        self._client = Client(
            url,
            service="Clerk",
            api_key=secret_key,
            key_hint=CLERK_KEY_HINT,
            maximum_bytes=_LARGEST_PAGE_BYTES,
            meaning=_meaning,
        )

    def count(self) -> int:
        found = self._asked("users/count")
        total = found.get("total_count") if isinstance(found, dict) else None
        if type(total) is not int:
            raise ServiceFailed("Clerk did not say how many users it has.")
        return total

    def pages(self) -> Iterator[Sequence[OutsidePerson]]:
        """In the order they were made, by cursor: whoever is new meanwhile comes on the last page."""
        last: str | None = None
        seen: set[str] = set()
        while True:
            page = self._page(last)
            if any(person.id in seen for person in page):
                raise ServiceFailed("Clerk gave the same users twice.", hint="Run the same command again.")
            seen.update(person.id for person in page)
            yield page
            if len(page) < PAGE:
                return
            last = page[-1].id

    def knows(self, id: str) -> bool:
        answer = self._answer(f"users/{quote(id, safe='')}")
        if answer.status == 404:
            return False
        self._client.content(answer)
        return True

    def close(self) -> None:
        self._client.close()

    def _page(self, after: str | None) -> Sequence[OutsidePerson]:
        query = {"limit": str(PAGE), "order_by": "+created_at", **({"starting_after": after} if after else {})}
        found = self._asked("users", query)
        if not isinstance(found, list):
            raise ServiceFailed("Clerk did not answer with a list of users.")
        try:
            return [person_of(each) for each in found]
        except (ValueError, AttributeError) as error:
            raise ServiceFailed("Clerk answered with something that is no user.") from error

    def _asked(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return self._client.content(self._answer(path, query))

    def _answer(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Asking costs nothing and changes nothing, so it is repeated as long as Clerk asks for patience only."""
        for _ in range(_MOST_WAITS):
            answer = self._client.get(path, query, headers={"clerk-api-version": API_VERSION})
            if answer.status != 429:
                return answer
            seconds = answer.retry_seconds
            self._wait(min(_WAIT_SECONDS if seconds is None else seconds, _LONGEST_WAIT_SECONDS))
        raise RateLimited("Clerk has had too many requests.", hint="Run the same command again later.")


def _meaning(answer: Answer, is_order: bool) -> StudioError | None:
    """Clerk's own words of a refusal; what concerns the key and its own trouble is said by the status."""
    if answer.status not in (400, 404, 409, 422):
        return None
    try:
        error = answer.json()["errors"][0]
        said = one_line(str(error.get("long_message") or error["message"]))[:300].rstrip(" .")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return Rejected(f"Clerk refused the request: {said}.")
