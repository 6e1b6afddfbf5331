"""Signed events of a system that keeps people and credits too: in any order, in lists, and not always well-formed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import select

from studio.db.models.credit_entry import CreditEntry
from studio.db.models.user import User
from studio.domain.errors import Conflict, Invalid
from studio.services import ledger
from tests.services.webhooks.conftest import CHIEF, NOW, Post

ANA = "ana@example.com"


def event(type: str = "updated", at: int | None = NOW, **data: Any) -> dict[str, Any]:
    moment = {} if at is None else {"timestamp": at}
    return {"type": f"user.{type}", **moment, "data": {"id": "ana", "email": ANA, **data}}


def credits(post: Post, email: str = ANA) -> int:
    user = post.person(email)
    with post.inbox.database.read() as session:
        return ledger.balance_of(session, user.id, now=post.clock()).available


def entries(post: Post) -> list[CreditEntry]:
    with post.inbox.database.read() as session:
        assert ledger.verify(session) == []
        return list(session.exec(select(CreditEntry).order_by(CreditEntry.seq)))


def spend(post: Post, amount: int) -> int:
    """Take credits the way an administrator does; gives the number of the entry."""
    user = post.person(ANA)
    with post.inbox.database.write() as session:
        ledger.adjust(
            session, user.id, -amount, key=f"spend-{amount}", actor="test", reason="A spend.", now=post.clock()
        )
    return max(entry.seq for entry in entries(post))


def test_somebody_unknown_is_let_in_with_the_credits_they_have(post: Post) -> None:
    state = post.users(event("updated", name="Ana", creditsRemaining=100))

    ana = post.person(ANA)
    assert (state, ana.name, ana.role, ana.active, credits(post)) == ("applied", "Ana", "creator", True, 100)


def test_a_change_counts_once_and_in_any_order(post: Post) -> None:
    post.users(event(creditDelta=30, at=NOW + 5), id="evt_b")
    post.users(event(creditDelta=20, at=NOW), id="evt_a")

    again = post.users(event(creditDelta=30, at=NOW + 5), id="evt_b")

    assert (again, credits(post), len(entries(post))) == ("applied", 50, 2)


def test_a_change_of_nothing_leaves_its_trace_so_that_it_stays_nothing(post: Post) -> None:
    post.users(event(creditDelta=0), id="evt_a")

    post.users({"events": [{"id": "evt_a", **event(creditDelta=0)}]}, id="evt_list")

    assert (credits(post), entries(post)) == (0, [])


def test_a_balance_keeps_what_was_spent_since_it_was_computed(post: Post) -> None:
    post.users(event(creditsRemaining=100))
    spend(post, 40)

    # Whoever computed 150 knew the first entry and not the spend.
    post.users(event(creditsRemaining=150, asOf=1, at=NOW + 1))

    assert credits(post) == 110


def test_a_balance_may_name_the_moment_it_was_computed(post: Post) -> None:
    post.users(event(creditsRemaining=100))
    post.clock.now = NOW + 60_000
    spend(post, 40)

    post.users(event(creditsRemaining=150, asOf="2027-01-15T08:00:30Z", at=NOW + 90_000))

    assert credits(post) == 110


@pytest.mark.parametrize("late", [{"asOf": 1, "at": NOW + 1}, {"asOf": "2027-01-15T08:00:01Z", "at": NOW + 9000}])
def test_an_older_balance_that_arrives_late_is_ignored(post: Post, late: dict[str, Any]) -> None:
    post.users(event(creditsRemaining=100))
    spend(post, 40)
    newer = {"asOf": 2, "at": NOW + 5000} if type(late["asOf"]) is int else {"asOf": "2027-01-15T08:00:05Z"}
    post.users(event(creditsRemaining=60, **newer))

    post.users(event(creditsRemaining=500, **late))

    assert credits(post) == 60


def test_two_balances_that_know_the_same_entry_both_count(post: Post) -> None:
    post.users(event(creditsRemaining=100))

    post.users(event(creditsRemaining=150, asOf=1, at=NOW + 1))
    post.users(event(creditsRemaining=70, asOf=1, at=NOW + 2))

    # Each is what the sender had at that entry, so the second adds to what the first has made of it.
    assert [entry.amount for entry in entries(post)] == [100, 50, -30]


def test_a_balance_without_a_moment_sets_what_there_is_and_says_what_there_was(post: Post) -> None:
    post.users(event(creditsRemaining=100))
    spend(post, 40)

    post.users(event(creditsRemaining=25, at=NOW + 1))

    assert (credits(post), entries(post)[-1].reason) == (25, "Set to 25; it was 60.")


def test_a_change_that_tells_the_balance_too_counts_once_and_is_compared(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.users(event(creditDelta=30, creditsRemaining=30), id="evt_a")
    assert "evt_a" not in caplog.text

    post.users(event(creditDelta=5, creditsRemaining=99, at=NOW + 1), id="evt_b")

    assert credits(post) == 35
    assert "event evt_b of users says 99, and 35 are here" in caplog.text


def test_an_entry_that_does_not_exist_is_named(post: Post) -> None:
    assert post.users(event(creditsRemaining=5, asOf=9), id="evt_a") == "dead"

    assert post.error("users", "evt_a") == "There is no entry 9 yet."
    # Nothing of it has stayed, the person neither.
    assert post.people() == []


def test_who_is_gone_keeps_their_credits_and_may_come_back(post: Post) -> None:
    post.users(event("created", creditsRemaining=80))
    post.users(event("deleted", at=NOW + 10, creditsRemaining=0))
    gone, kept = post.person(ANA).active, credits(post)

    late = post.users(event("updated", at=NOW + 5, name="Late"))
    unasked = post.users(event("updated", at=NOW + 15, name="Unasked"))
    post.users(event("created", at=NOW + 20, name="Ana"))

    assert (gone, kept, late, unasked) == (False, 80, "ignored", "ignored")
    assert (post.person(ANA).active, post.person(ANA).name, credits(post)) == (True, "Ana", 80)


def test_a_deletion_that_comes_first_keeps_them_out(post: Post) -> None:
    post.users(event("deleted", at=NOW + 10))

    state = post.users(event("created", at=NOW))

    assert (state, post.people()) == ("ignored", [])


@pytest.mark.parametrize("reference", ["clerk", "studio", "address"])
def test_people_are_known_by_the_ids_of_clerk_and_studio_too(post: Post, reference: str) -> None:
    row = User(email=ANA, clerk_id="user_ana")
    with post.inbox.database.write() as session:
        session.add(row)
    id = {"clerk": {"id": "user_ana"}, "studio": {"id": row.id}, "address": {"email": ANA.upper()}}[reference]

    post.users({"type": "user.updated", "data": {**id, "creditDelta": 7}})

    assert (len(post.people()), credits(post)) == (1, 7)


def test_a_list_takes_effect_as_a_whole_and_each_event_once(post: Post) -> None:
    first = [{"id": "e1", **event("created")}, {"id": "e2", **event(creditDelta=10, at=NOW + 1)}]
    post.users({"events": first}, id="list_1")

    more = [*first, {"id": "e3", **event(creditDelta=5, at=NOW + 2)}]
    states = [post.users({"events": more}, id="list_2"), post.users({"events": more}, id="list_3")]
    with pytest.raises(Conflict):
        post.users(event(creditDelta=5, at=NOW + 2), id="e3")

    assert (states, credits(post)) == (["applied", "ignored"], 15)


def test_one_bad_event_keeps_the_whole_list_back(post: Post) -> None:
    listed = [{"id": "e1", **event(creditDelta=10)}, {"id": "e2", **event(creditsRemaining=5, asOf=99)}]

    state = post.users({"events": listed}, id="list_1")
    put_right = post.users({"events": [listed[0], {"id": "e2", **event(creditDelta=1)}]}, id="list_2")

    assert (state, put_right, credits(post)) == ("dead", "applied", 11)


def test_another_event_under_the_id_of_one_that_was_taken_is_refused(post: Post) -> None:
    post.users({"events": [{"id": "e1", **event(creditDelta=10)}]}, id="list_1")

    state = post.users({"events": [{"id": "e1", **event(creditDelta=1000)}]}, id="list_2")

    assert (state, credits(post)) == ("dead", 10)
    assert post.error("users", "list:list_2") == "Another event was taken under the id e1."


def test_the_senders_word_makes_an_administrator_of_who_is_to_be_one(post: Post) -> None:
    post.users({"type": "user.created", "data": {"email": CHIEF}})

    assert post.person(CHIEF).role == "admin"


GOOD = json.dumps(event(creditDelta=5))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        GOOD.replace(": 5}", ": NaN}"),
        GOOD.replace(": 5}", ": Infinity}"),
        GOOD.replace(": 5}", ": 5.0}"),
        GOOD.replace(": 5}", ": 5e0}"),
        GOOD.replace(": 5}", ": true}"),
        GOOD.replace(": 5}", ': "5"}'),
        GOOD.replace(": 5}", ": 1000000000001}"),
        GOOD.replace(": 5}", f": {'9' * 5000}}}"),
        GOOD.replace(": 5}", ': 5, "creditDelta": 50}'),
        GOOD.replace("creditDelta", "creditsRemaining").replace(": 5}", ": -1}"),
        GOOD.replace(": 5}", ': 5, "asOf": true}'),
        GOOD.replace(": 5}", ': 5, "asOf": "yesterday"}'),
        GOOD.replace(": 5}", ': 5, "asOf": -1}'),
        GOOD.replace(ANA, "no address"),
        GOOD.replace("user.updated", "user.promoted"),
        GOOD.replace(str(NOW), "1.5"),
        GOOD.replace(str(NOW), '"9999-99-99"'),
        '{"type": "user.updated", "data": {"name": "nobody"}}',
        '{"type": "user.updated", "data": ' + "[" * 2000 + "]" * 2000 + "}",
        '{"type": "user.updated", "x": ' + "[" * 70 + "]" * 70 + "," + GOOD[1:],
        '{"events": []}',
        '{"events": {}}',
        '{"events": [' + GOOD + "]}",
        json.dumps({"events": [{"id": "e1", **event()}, {"id": "e1", **event()}]}),
        json.dumps({"events": [{"id": "e 1", **event()}]}),
    ],
)
def test_what_is_no_event_is_refused_and_not_kept(post: Post, body: str) -> None:
    raw = body.encode()

    with pytest.raises(Invalid):
        post.inbox.take("users", post.signed(raw, "evt_1"), raw)

    post.users(event(creditDelta=5), id="evt_1")
    assert credits(post) == 5
