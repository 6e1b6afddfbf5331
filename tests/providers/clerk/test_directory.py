"""Everybody at Clerk, asked page by page from a server that keeps to Clerk's contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from studio.domain.errors import KeyRefused, Misconfigured, RateLimited, Rejected, ServiceFailed
from studio.domain.outside import OutsidePerson
from studio.providers.clerk.directory import PAGE, ClerkDirectory
from tests.servers.clerk import SECRET_KEY, ClerkServer, clerk_user, running_clerk

NOW = 1_700_000_000_000


@pytest.fixture
def clerk() -> Iterator[ClerkServer]:
    with running_clerk() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def directory(clerk: ClerkServer, waits: list[float]) -> Iterator[ClerkDirectory]:
    opened = ClerkDirectory(SECRET_KEY, clerk.api_url, waits.append)
    yield opened
    opened.close()


def crowd(count: int) -> list[dict[str, object]]:
    return [clerk_user(f"user_{number:05}", f"p{number}@example.com", at=NOW + number) for number in range(count)]


def test_gives_everybody_once_and_the_oldest_first(clerk: ClerkServer, directory: ClerkDirectory) -> None:
    clerk.add(*reversed(crowd(2 * PAGE + 3)))

    pages = list(directory.pages())

    assert [len(page) for page in pages] == [PAGE, PAGE, 3]
    assert [person.id for page in pages for person in page] == [f"user_{number:05}" for number in range(2 * PAGE + 3)]
    assert directory.count() == 2 * PAGE + 3
    assert pages[0][7] == OutsidePerson("user_00007", NOW + 7, "p7@example.com")


def test_a_last_page_that_is_full_is_followed_by_an_empty_one(clerk: ClerkServer, directory: ClerkDirectory) -> None:
    clerk.add(*crowd(PAGE))

    assert [len(page) for page in directory.pages()] == [PAGE, 0]


def test_asks_as_the_contract_says(clerk: ClerkServer, directory: ClerkDirectory) -> None:
    list(directory.pages())

    asked = clerk.requests[0]
    assert (asked.path, asked.query) == ("/v1/users", {"limit": ["500"], "order_by": ["+created_at"]})
    assert asked.headers["clerk-api-version"] == "2026-05-12"
    assert asked.headers["authorization"] == f"Bearer {SECRET_KEY}"


def test_knows_who_is_there(clerk: ClerkServer, directory: ClerkDirectory) -> None:
    clerk.add(*crowd(1))

    assert (directory.knows("user_00000"), directory.knows("user_9/../users")) == (True, False)


def test_waits_as_long_as_clerk_asks_and_goes_on(
    clerk: ClerkServer, directory: ClerkDirectory, waits: list[float]
) -> None:
    clerk.add(*crowd(1))
    clerk.failures.extend([429, 429])

    assert [len(page) for page in directory.pages()] == [1]
    assert waits == [7.0, 7.0]


@pytest.mark.parametrize(("asked", "waited"), [(None, 10.0), ("999", 60.0), ("soon", 10.0)])
def test_waits_neither_for_ever_nor_not_at_all(
    clerk: ClerkServer, directory: ClerkDirectory, waits: list[float], asked: str | None, waited: float
) -> None:
    clerk.failures.extend([429] * 20)
    clerk.retry_after = asked

    with pytest.raises(RateLimited):
        directory.count()

    assert waits == [waited] * 8


def test_a_refused_key_is_named(clerk: ClerkServer) -> None:
    with closing(ClerkDirectory("sk_test_wrong", clerk.api_url)) as directory, pytest.raises(KeyRefused) as caught:
        directory.count()

    assert "CLERK_SECRET_KEY" in str(caught.value.hint)
    assert "sk_test_wrong" not in str(caught.value)


def test_clerks_own_words_of_a_refusal_are_told(clerk: ClerkServer, directory: ClerkDirectory) -> None:
    clerk.failures.append(422)

    with pytest.raises(Rejected, match=r"Clerk refused the request: Oops, an unexpected error occurred\."):
        directory.count()


def test_a_failure_of_clerk_is_a_failed_service(clerk: ClerkServer, directory: ClerkDirectory) -> None:
    clerk.failures.append(500)

    with pytest.raises(ServiceFailed, match="Clerk at 127"):
        directory.count()


def test_a_user_without_a_moment_is_no_user(clerk: ClerkServer, directory: ClerkDirectory) -> None:
    clerk.add(clerk_user("user_1", updated_at=None))

    with pytest.raises(ServiceFailed, match="no user"):
        list(directory.pages())


def test_the_key_is_sent_by_https_only() -> None:
    with pytest.raises(Misconfigured, match="STUDIO_CLERK_API_URL"):
        ClerkDirectory(SECRET_KEY, "http://clerk.example.com/v1")
