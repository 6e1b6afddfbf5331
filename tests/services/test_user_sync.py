"""Bringing people up to date with Clerk: everything webhooks missed, stopped anywhere, and never with a wrong key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from studio.app import Studio
from studio.db.models.audit_entry import AuditEntry
from studio.db.models.credit_entry import CreditEntry
from studio.db.models.user import User
from studio.domain.errors import Conflict, Interrupted, Misconfigured, NotAllowed, ServiceFailed
from studio.domain.people import LOCAL_EMAIL
from studio.providers.clerk.directory import ClerkDirectory
from studio.services.users import UsersService
from tests.servers.clerk import SECRET_KEY, ClerkServer, clerk_user, running_clerk

NOW = 1_700_000_000_000


@pytest.fixture
def clerk() -> Iterator[ClerkServer]:
    with running_clerk() as server:
        yield server


@pytest.fixture
def users(studio: Studio, clerk: ClerkServer) -> UsersService:
    def open_directory() -> ClerkDirectory:
        return ClerkDirectory(SECRET_KEY, clerk.api_url)

    return UsersService(
        studio.database,
        studio.principal,
        studio.assets.storage,
        frozenset({"chief@example.com"}),
        directory=open_directory,
    )


def crowd(clerk: ClerkServer, *numbers: int, at: int = NOW, **fields: object) -> None:
    clerk.add(*(clerk_user(f"user_{each:03}", f"p{each}@example.com", at=at, **fields) for each in numbers))


def people(users: UsersService) -> dict[str, User]:
    with users.database.read() as session:
        return {each.email: each for each in session.exec(select(User).where(User.email != LOCAL_EMAIL))}


def test_everybody_is_taken_over_once_without_credits(users: UsersService, clerk: ClerkServer) -> None:
    crowd(clerk, *range(130))
    clerk.add(clerk_user("user_chief", "chief@example.com", at=NOW))
    told: list[tuple[int | None, int | None]] = []

    first = users.sync(progress=lambda step: told.append((step.done, step.total)))
    again = users.sync()

    assert (first.created, first.updated, first.deactivated, first.unchanged) == (131, 0, 0, 0)
    assert (again.created, again.updated, again.deactivated, again.unchanged) == (0, 0, 0, 131)
    assert told == [(0, 131), (100, 131), (131, 131)]
    assert people(users)["chief@example.com"].role == "admin"
    assert {each.plan for each in people(users).values()} == {"free"}
    with users.database.read() as session:
        assert session.exec(select(CreditEntry).where(CreditEntry.user_id != users.principal.user_id)).all() == []
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "users.synced")).all()
    assert [entry.actor_email for entry in entries] == [LOCAL_EMAIL] * 2


def test_changes_are_followed_and_who_is_gone_is_kept_out(users: UsersService, clerk: ClerkServer) -> None:
    crowd(clerk, *range(6))
    users.sync()
    crowd(clerk, 1, at=NOW + 1, first_name="Ana")
    crowd(clerk, 2, at=NOW + 1, banned=True)
    del clerk.users["user_003"]

    report = users.sync()

    found = people(users)
    assert (report.created, report.updated, report.deactivated, report.unchanged) == (0, 1, 2, 3)
    assert (found["p1@example.com"].name, found["p2@example.com"].active, found["p3@example.com"].active) == (
        "Ana",
        False,
        False,
    )
    assert users.sync().deactivated == 0


def test_a_dry_run_says_the_same_and_keeps_nothing(users: UsersService, clerk: ClerkServer) -> None:
    crowd(clerk, *range(5))
    users.sync()
    crowd(clerk, 1, at=NOW + 1, first_name="Ana")
    crowd(clerk, 7)
    del clerk.users["user_003"]
    before = {email: row.model_dump() for email, row in people(users).items()}

    report = users.sync(dry_run=True)

    assert (report.created, report.updated, report.deactivated, report.dry_run) == (1, 1, 1, True)
    assert {email: row.model_dump() for email, row in people(users).items()} == before


def test_the_key_of_another_instance_keeps_nobody_out(users: UsersService, clerk: ClerkServer) -> None:
    crowd(clerk, *range(8))
    users.sync()
    clerk.users.clear()
    crowd(clerk, *range(100, 103))

    with pytest.raises(
        Conflict, match="8 of 8 people are not known to Clerk any more; nobody was deactivated"
    ) as caught:
        users.sync()

    assert "--most-gone 8" in str(caught.value.hint)
    assert all(each.active for each in people(users).values())
    assert users.sync(most_gone=8).deactivated == 8


def test_stopped_or_failed_in_the_middle_the_next_run_goes_on(users: UsersService, clerk: ClerkServer) -> None:
    crowd(clerk, *range(250))
    looks = iter([False, True])
    with pytest.raises(Interrupted, match="Stopped after 100 people"):
        users.sync(cancelled=lambda: next(looks))
    stopped = len(people(users))
    clerk.failures.extend([200, 500])
    clerk.failures.popleft()
    with pytest.raises(ServiceFailed):
        users.sync()

    report = users.sync()

    assert (stopped, report.created, report.unchanged) == (100, 150, 100)


def test_the_only_administrator_stays_and_is_counted(studio: Studio, users: UsersService, clerk: ClerkServer) -> None:
    with studio.database.write() as session:
        owner = session.get_one(User, studio.principal.user_id)
        owner.clerk_id = "user_owner"
        session.add(owner)
    clerk.add(clerk_user("user_owner", at=NOW, banned=True), clerk_user("user_1", "p1@example.com", at=NOW))

    report = users.sync()

    assert (report.kept, report.created) == (1, 1)
    with studio.database.read() as session:
        assert session.get_one(User, studio.principal.user_id).active


def test_without_a_key_it_is_refused_and_creators_may_not(studio: Studio, other_studio: Studio) -> None:
    with pytest.raises(Misconfigured, match="does not know a Clerk instance"):
        studio.users.sync()
    with pytest.raises(NotAllowed):
        other_studio.users.sync()
