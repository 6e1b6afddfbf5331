"""What Clerk tells about people: in any order, more than once, and about addresses that nobody has proven."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from sqlmodel import select

from studio.db.models.audit_entry import AuditEntry
from studio.db.models.credit_entry import CreditEntry
from studio.db.models.user import User
from studio.domain.errors import Conflict, Invalid, Misconfigured
from studio.services.webhooks.clerk import ClerkSource
from studio.services.webhooks.following import Following
from tests.servers.clerk import clerk_user, delivery, message
from tests.servers.clerk.users import email_address
from tests.services.webhooks.conftest import CHIEF, NOW, Post

ANA = "ana@example.com"


def add(post: Post, **fields: object) -> User:
    row = User(**{"email": ANA, **fields})
    with post.inbox.database.write() as session:
        session.add(row)
    return row


def test_somebody_new_is_let_in_without_credits(post: Post) -> None:
    state = post.clerk("created", clerk_user("user_ana", ANA, first_name="Ana", last_name="Lima"))

    ana = post.person(ANA)
    assert state == "applied"
    assert (ana.name, ana.role, ana.plan, ana.active, ana.clerk_id) == ("Ana Lima", "creator", "free", True, "user_ana")
    with post.inbox.database.read() as session:
        assert session.exec(select(CreditEntry)).all() == []
        assert [entry.actor_email for entry in session.exec(select(AuditEntry))] == ["clerk"]


def test_an_older_change_that_arrives_late_is_ignored(post: Post) -> None:
    post.clerk("updated", clerk_user("user_ana", ANA, at=2000_000_000_000, first_name="New"))

    state = post.clerk("created", clerk_user("user_ana", ANA, at=1999_000_000_000, first_name="Old"))

    assert (state, post.person(ANA).name) == ("ignored", "New")


def test_every_order_of_a_life_ends_the_same(post: Post) -> None:
    for number, order in enumerate(permutations(["created", "updated", "deleted"])):
        id, email = f"user_{number}", f"ana{number}@example.com"
        said = {
            "created": clerk_user(id, email, at=NOW),
            "updated": clerk_user(id, email, at=NOW + 1, first_name="Ana"),
            "deleted": {"object": "user", "id": id, "deleted": True},
        }
        for type in (*order, *order):
            post.clerk(type, said[type])

    assert all(not person.active for person in post.people())
    # Of somebody who is gone before anything else was heard, nothing is made.
    assert {person.email for person in post.people()} == {f"ana{number}@example.com" for number in range(4)}


def test_a_person_known_by_a_proven_address_is_linked_and_stays_who_they_are(post: Post) -> None:
    known = add(post, name="Ana", role="admin", plan="pro")

    post.clerk("created", clerk_user("user_ana", ANA))

    ana = post.person(ANA)
    assert (ana.id, ana.clerk_id, ana.role, ana.plan, ana.name) == (known.id, "user_ana", "admin", "pro", "Ana")


@pytest.mark.parametrize("status", ["unverified", "failed", "expired", None])
@pytest.mark.parametrize("email", [ANA, CHIEF])
def test_an_address_that_is_not_proven_gives_nothing(post: Post, email: str, status: str | None) -> None:
    known = add(post, role="admin")
    stranger = clerk_user("user_eve", email_addresses=[email_address("idn_1", email, status)])

    state = post.clerk("created", stranger | {"primary_email_address_id": "idn_1"})

    eve = next(person for person in post.people() if person.clerk_id == "user_eve")
    assert (state, eve.role) == ("applied", "creator")
    assert eve.email == f"no-address-{eve.id}@no-address.invalid"
    assert post.person(ANA).clerk_id is None
    assert post.person(ANA).id == known.id


def test_an_administrators_address_makes_one_once_it_is_proven(post: Post) -> None:
    post.clerk("created", clerk_user("user_chief", CHIEF.upper()))

    assert post.person(CHIEF).role == "admin"


@pytest.mark.parametrize(
    ("primary", "statuses", "expected"),
    [
        ("idn_2", ["verified", "verified"], "second@example.com"),
        ("idn_2", ["verified", "unverified"], "first@example.com"),
        ("idn_9", ["unverified", "verified"], "second@example.com"),
        (None, ["verified", "verified"], "first@example.com"),
    ],
)
def test_the_primary_address_counts_or_else_the_first_proven_one(
    post: Post, primary: str | None, statuses: list[str], expected: str
) -> None:
    addresses = [
        email_address("idn_1", "first@example.com", statuses[0]),
        email_address("idn_2", "second@example.com", statuses[1]),
    ]

    post.clerk("created", clerk_user("user_ana", email_addresses=addresses, primary_email_address_id=primary))

    assert [person.email for person in post.people()] == [expected]


def test_a_changed_address_is_followed_but_not_to_somebody_elses(post: Post) -> None:
    add(post, email="rui@example.com", clerk_id="user_rui")
    post.clerk("created", clerk_user("user_rui", "rui@example.com", at=NOW))
    post.clerk("created", clerk_user("user_ana", ANA, at=NOW))

    post.clerk("updated", clerk_user("user_ana", "lima@example.com", at=NOW + 1))
    post.clerk("updated", clerk_user("user_ana", "rui@example.com", at=NOW + 2))

    assert sorted((person.email, person.clerk_id) for person in post.people()) == [
        ("lima@example.com", "user_ana"),
        ("rui@example.com", "user_rui"),
    ]


def test_only_what_clerk_closed_is_opened_by_clerk(post: Post) -> None:
    post.clerk("created", clerk_user("user_ana", ANA, at=NOW))
    post.clerk("updated", clerk_user("user_ana", ANA, at=NOW + 1, banned=True))
    barred = post.person(ANA).active
    post.clerk("updated", clerk_user("user_ana", ANA, at=NOW + 2))
    again = post.person(ANA).active
    with post.inbox.database.write() as session:
        row = session.get_one(User, post.person(ANA).id)
        row.active, row.deactivated_at = False, 77
        session.add(row)
    post.clerk("updated", clerk_user("user_ana", ANA, at=NOW + 3, banned=True))

    post.clerk("updated", clerk_user("user_ana", ANA, at=NOW + 4))

    assert (barred, again, post.person(ANA).active) == (False, True, False)


def test_the_only_administrator_stays_and_the_message_is_kept(post: Post) -> None:
    post.clerk("created", clerk_user("user_chief", CHIEF))
    gone = {"object": "user", "id": "user_chief", "deleted": True}

    state = post.clerk("deleted", gone, id="msg_gone")

    assert (state, post.person(CHIEF).active) == ("dead", True)
    assert post.error("clerk", "msg_gone") == f"{CHIEF} is the only administrator and cannot be deactivated."


def test_somebody_who_was_deleted_here_does_not_come_back(post: Post) -> None:
    post.clerk("created", clerk_user("user_ana", ANA, at=NOW))
    with post.inbox.database.write() as session:
        row = session.exec(select(User)).one()
        row.email, row.clerk_id, row.deleted_at = "deleted@deleted.invalid", None, NOW
        session.add(row)

    state = post.clerk("updated", clerk_user("user_ana", ANA, at=NOW + 1))

    assert (state, len(post.people())) == ("ignored", 1)


def test_who_comes_back_with_another_id_gets_their_row_again(post: Post) -> None:
    post.clerk("created", clerk_user("user_old", ANA, at=NOW))
    before = post.person(ANA)
    post.clerk("deleted", {"object": "user", "id": "user_old", "deleted": True})

    post.clerk("created", clerk_user("user_new", ANA, at=NOW + 1))

    ana = post.person(ANA)
    # Whether they are let in again is for an administrator to say.
    assert (ana.id, ana.clerk_id, ana.active) == (before.id, "user_new", False)


def test_the_contracts_samples_are_taken_as_they_are(post: Post) -> None:
    samples = Path(__file__).parents[2] / "servers" / "clerk" / "samples.json"
    said = json.loads(samples.read_text("utf-8"))

    states = [post.clerk(each["type"].removeprefix("user."), each["data"], at=each["timestamp"]) for each in said]

    assert states == ["applied"] * 4
    # Both of Clerk's examples have the same address: the second person does not get it.
    assert [(person.name, person.active) for person in post.people()] == [
        ("Example Example", True),
        ("John Doe Updated", False),
    ]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": "user_ana"},
        {"id": 7, "updated_at": NOW},
        {"id": "user_ana", "updated_at": True},
        {"id": "user_ana", "updated_at": 1.5},
        {"id": "user_ana'; --", "updated_at": NOW},
        {"id": "user_ana", "updated_at": 10**30},
    ],
)
def test_what_is_no_user_is_dead_with_its_reason(post: Post, data: dict[str, object]) -> None:
    assert post.clerk("created", data, id="msg_bad", at=NOW) == "dead"
    assert str(post.error("clerk", "msg_bad")).startswith("The message ")
    assert post.people() == []


def test_strange_words_in_a_name_are_made_harmless(post: Post) -> None:
    name = "\x1b[31mAna\x00\ud800\n\u202e<script>" + "x" * 500

    state = post.clerk("created", clerk_user("user_ana", ANA, first_name=name, last_name=7, email_addresses=["", 5]))

    assert state == "applied"
    assert post.people()[0].name == ("Ana <script>" + "x" * 500)[:120]


def test_other_kinds_of_events_are_noted_and_ignored(post: Post) -> None:
    body = message("session.created", {"id": "sess_1"}, at=NOW)

    post.inbox.take("clerk", delivery(body, "msg_1", seconds=NOW // 1000), body)

    assert post.inbox.process("clerk", "msg_1") == "ignored"


def test_a_body_that_is_no_message_is_refused_and_not_kept(post: Post) -> None:
    for number, body in enumerate(
        [b"", b"[]", b'{"type": 7}', b'{"type": "a", "type": "b"}', b"\xff", b'{"type":' * 900]
    ):
        with pytest.raises(Invalid):
            post.inbox.take("clerk", delivery(body, f"msg_{number}", seconds=NOW // 1000), body)


def test_the_same_id_with_another_body_is_a_conflict(post: Post) -> None:
    post.clerk("created", clerk_user("user_ana", ANA), id="msg_1")

    with pytest.raises(Conflict):
        post.clerk("created", clerk_user("user_eve", "eve@example.com"), id="msg_1")


@pytest.mark.parametrize("secret", ["", "  ", "whsec_short", "plain-secret", "whsec_!!!!"])
def test_without_a_usable_secret_the_setting_is_named(secret: str) -> None:
    source = ClerkSource(secret, Following("clerk"))

    with pytest.raises(Misconfigured, match="CLERK_WEBHOOK_SIGNING_SECRET"):
        source.verify(delivery(b"{}", "msg_1"), b"{}", NOW)
