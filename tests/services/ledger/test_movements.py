"""What each movement of credits means, one story each, on both databases."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from studio.db.engine import Database
from studio.db.models import CreditEntry, Generation, IdempotencyKey, UsageHistory, User
from studio.domain.credits import Balance
from studio.domain.errors import Conflict
from studio.services import ledger
from studio.services.ledger import GRACE_MILLISECONDS, transact
from tests.services.ledger.ground import (
    DAY,
    NOW,
    USAGE,
    assert_sound,
    give,
    hold,
    lots_of,
    new_user,
    remaining,
    standing,
)


@pytest.fixture
def user_id(database: Database) -> str:
    return new_user(database)


def _entries(database: Database, user_id: str) -> list[tuple[Any, ...]]:
    statement = select(CreditEntry).where(CreditEntry.user_id == user_id).order_by(CreditEntry.seq)  # type: ignore[arg-type]
    with database.read() as session:
        return [(entry.seq, entry.kind, entry.amount, entry.net_after) for entry in session.exec(statement)]


def test_capture_spends_a_part_and_returns_the_rest_to_the_lots_it_came_from(database: Database, user_id: str) -> None:
    give(database, user_id, 10, source="plan", source_id="plan")
    give(database, user_id, 20, source_id="bought")
    held = hold(database, user_id, 25)

    receipt = transact(database, ledger.capture, held, 8, USAGE, now=NOW)

    assert receipt.balance == Balance(22, 0, 0)
    assert remaining(database, user_id) == {"plan": 2, "bought": 20}
    assert _entries(database, user_id) == [(1, "grant", 10, 10), (2, "grant", 20, 30), (3, "usage", -8, 22)]
    assert_sound(database)


def test_a_release_again_has_the_same_answer(database: Database, user_id: str) -> None:
    give(database, user_id, 10)
    held = hold(database, user_id, 5)

    answers = [transact(database, ledger.release, held, now=NOW) for _ in range(2)]

    assert answers[0] == answers[1]
    assert standing(database, user_id) == Balance(10, 0, 0)


def test_a_capture_again_with_another_usage_is_a_conflict(database: Database, user_id: str) -> None:
    give(database, user_id, 10)
    held = hold(database, user_id, 5)
    first = transact(database, ledger.capture, held, 5, USAGE, now=NOW)

    assert transact(database, ledger.capture, held, 5, USAGE, now=NOW + 1) == first
    for other in ({"provider_request_id": "another"}, {"short_id": "another"}, {"operation": "other"}):
        with pytest.raises(Conflict):
            transact(database, ledger.capture, held, 5, replace(USAGE, **other), now=NOW)  # type: ignore[arg-type]


def test_usage_keeps_what_explains_it(database: Database, user_id: str) -> None:
    give(database, user_id, 10)
    held = hold(database, user_id, 5)

    transact(database, ledger.capture, held, 5, USAGE, now=NOW)

    with database.read() as session:
        usage = session.exec(select(UsageHistory)).one()
    assert usage.model_dump(exclude={"id"}) == {
        "created_at": NOW,
        "user_id": user_id,
        "hold_id": held,
        "operation": "shorts.media",
        "credits": 5,
        "feature": "image_generation",
        "unit_price": 5,
        "quantity": 1,
        "multiplier_permille": 1000,
        "price_rule": "image_generation: 1 × 5 = 5",
        "provider": "fal",
        "provider_request_id": "request-1",
        "model": "flux/schnell",
        "short_id": "short-1",
        "scene_order": 2,
        "cost_microusd": 30_000,
    }


def test_plan_credits_go_before_bought_ones_and_expiring_before_lasting_ones(database: Database, user_id: str) -> None:
    give(database, user_id, 5, source_id="lasting")
    give(database, user_id, 5, source_id="next week", expires_at=NOW + 7 * DAY)
    give(database, user_id, 5, source_id="tomorrow", expires_at=NOW + DAY)
    give(database, user_id, 5, source="admin", source_id="gift")
    give(database, user_id, 5, source="plan", source_id="plan")
    order = []

    for _ in range(5):
        hold(database, user_id, 5)
        order.append([name for name, left in remaining(database, user_id).items() if left == 0])

    assert [len(spent) for spent in order] == [1, 2, 3, 4, 5]
    newest = [(set(after) - set(before)).pop() for before, after in zip([[], *order], order, strict=False)]
    assert newest == ["plan", "tomorrow", "next week", "lasting", "gift"]


def test_expired_lots_cannot_be_spent(database: Database, user_id: str) -> None:
    give(database, user_id, 10, expires_at=NOW + DAY)

    with database.write() as session:
        receipt = ledger.reserve(session, user_id, 1, key="k", expires_at=NOW + 3 * DAY, now=NOW + DAY)

    assert (receipt.refused, receipt.missing, receipt.balance) == (True, 1, Balance(0, 0, 0))
    assert _entries(database, user_id)[-1] == (2, "expire", -10, 0)
    assert_sound(database)


def test_balance_leaves_out_what_is_due_before_anybody_wrote_it_down(database: Database, user_id: str) -> None:
    give(database, user_id, 10, expires_at=NOW + DAY)
    give(database, user_id, 5)

    with database.read() as session:
        today = ledger.balance_of(session, user_id, now=NOW)
        tomorrow = ledger.balance_of(session, user_id, now=NOW + DAY)

    assert (today, tomorrow) == (Balance(15, 0, 0), Balance(5, 0, 0))


def test_balance_of_somebody_new_is_nothing(database: Database, user_id: str) -> None:
    with database.read() as session:
        assert ledger.balance_of(session, user_id, now=NOW) == Balance(0, 0, 0)


def test_capture_lets_expire_what_is_due_beside_the_hold(database: Database, user_id: str) -> None:
    give(database, user_id, 10, source="plan")
    held = hold(database, user_id, 10)
    give(database, user_id, 7, expires_at=NOW + DAY)

    receipt = transact(database, ledger.capture, held, 10, USAGE, now=NOW + DAY)

    assert receipt.balance == Balance(0, 0, 0)
    assert_sound(database)


def test_what_expired_while_held_lives_on_for_a_week(database: Database, user_id: str) -> None:
    give(database, user_id, 10, expires_at=NOW + DAY, priority=5)
    held = hold(database, user_id, 10)

    receipt = transact(database, ledger.capture, held, 4, USAGE, now=NOW + 2 * DAY)

    anew = lots_of(database, user_id)[-1]
    assert receipt.balance == Balance(6, 0, 0)
    assert (anew.source, anew.remaining, anew.priority) == ("regrant", 6, 5)
    assert anew.expires_at == NOW + 2 * DAY + GRACE_MILLISECONDS
    assert [entry[1:3] for entry in _entries(database, user_id)][1:] == [("usage", -4), ("expire", -6), ("grant", 6)]
    assert_sound(database)


@pytest.mark.parametrize("captured", [0, 20])
def test_a_clock_that_is_behind_brings_no_expired_lot_back(database: Database, user_id: str, captured: int) -> None:
    give(database, user_id, 100, source_id="bought", expires_at=NOW + DAY)
    held = hold(database, user_id, 60)
    transact(database, ledger.expire, user_id, now=NOW + DAY + 1000)

    behind = NOW + DAY - 2000
    if captured:
        receipt = transact(database, ledger.capture, held, captured, USAGE, now=behind)
    else:
        receipt = transact(database, ledger.release, held, now=behind)
    later = transact(database, ledger.expire, user_id, now=NOW + 2 * DAY)

    assert remaining(database, user_id) == {"bought": 0, lots_of(database, user_id)[1].source_id: 60 - captured}
    assert lots_of(database, user_id)[1].expires_at == behind + GRACE_MILLISECONDS
    assert receipt.balance == later.balance == Balance(60 - captured, 0, 0)
    assert_sound(database)


def test_a_lot_that_was_held_as_a_whole_expires_once_and_for_all_of_its_holds(database: Database, user_id: str) -> None:
    give(database, user_id, 30, source_id="bought", expires_at=NOW + DAY)
    first, second = hold(database, user_id, 10), hold(database, user_id, 20)
    transact(database, ledger.release, first, now=NOW + DAY)

    receipt = transact(database, ledger.release, second, now=NOW)

    assert remaining(database, user_id)["bought"] == 0
    assert receipt.balance == Balance(30, 0, 0)
    assert_sound(database)


def test_time_alone_releases_no_hold(database: Database, user_id: str) -> None:
    give(database, user_id, 10)
    hold(database, user_id, 10)

    receipt = transact(database, ledger.expire, user_id, now=NOW + 400 * DAY)

    assert receipt.balance == Balance(0, 10, 0)


def test_clawback_takes_its_own_lot_first_and_leaves_a_debt_that_the_next_grant_repays(
    database: Database, user_id: str
) -> None:
    give(database, user_id, 20, source="plan", source_id="plan")
    give(database, user_id, 30, source_id="bought")
    held = hold(database, user_id, 25)

    taken = transact(database, ledger.clawback, "payment", "bought", 30, key="c", actor="asaas", now=NOW)
    repaid = give(database, user_id, 12, source_id="bought again")

    assert taken.balance == Balance(0, 25, 5)
    assert repaid.balance == Balance(7, 25, 0)
    assert remaining(database, user_id) == {"plan": 0, "bought": 0, "bought again": 7}
    assert [lot.voided_at for lot in lots_of(database, user_id)] == [None, NOW, None]
    transact(database, ledger.release, held, now=NOW)
    assert standing(database, user_id) == Balance(32, 0, 0)
    assert_sound(database)


def test_released_credits_repay_a_debt_first(database: Database, user_id: str) -> None:
    give(database, user_id, 30, source_id="bought")
    held = hold(database, user_id, 30)
    transact(database, ledger.clawback, "payment", "bought", 12, key="c", actor="asaas", now=NOW)

    receipt = transact(database, ledger.release, held, now=NOW)

    assert receipt.balance == Balance(18, 0, 0)
    assert_sound(database)


def test_adjustment_up_and_down_says_why_and_who_approved(database: Database, user_id: str) -> None:
    transact(
        database, ledger.adjust, user_id, 20_000, reason="a fair", actor="ada", approved_by="bob", key="up", now=NOW
    )
    transact(database, ledger.adjust, user_id, -500, reason="a typo", actor="ada", key="down", now=NOW)

    with database.read() as session:
        rows = session.exec(select(CreditEntry).order_by(CreditEntry.seq)).all()  # type: ignore[arg-type]
    assert [(row.kind, row.amount, row.actor, row.reason) for row in rows] == [
        ("adjust", 20_000, "ada", "a fair (approved by bob)"),
        ("adjust", -500, "ada", "a typo"),
    ]
    assert standing(database, user_id) == Balance(19_500, 0, 0)


def test_outside_balance_keeps_the_spendings_it_has_not_seen(database: Database, user_id: str) -> None:
    give(database, user_id, 100)
    transact(database, ledger.capture, hold(database, user_id, 30), 30, USAGE, now=NOW)

    receipt = transact(
        database, ledger.external_balance, user_id, 150, source="clerk", event_id="e", as_of=1, sequence=7, now=NOW
    )

    assert receipt.balance == Balance(120, 0, 0)
    assert_sound(database)


def test_outside_balance_before_anything_happened_counts_from_nothing(database: Database, user_id: str) -> None:
    give(database, user_id, 10)

    receipt = transact(database, ledger.external_balance, user_id, 5, source="clerk", event_id="e", as_of=0, now=NOW)

    assert receipt.balance == Balance(15, 0, 0)


def test_outside_balance_without_a_moment_overrides_and_says_what_was(database: Database, user_id: str) -> None:
    give(database, user_id, 100)
    hold(database, user_id, 40)

    receipt = transact(database, ledger.external_balance, user_id, 10, source="clerk", event_id="e", now=NOW)

    with database.read() as session:
        entry = session.exec(select(CreditEntry).where(CreditEntry.kind == "external")).one()
    assert receipt.balance == Balance(0, 40, 30)
    assert (entry.amount, entry.reason) == (-90, "Set to 10; it was 100.")
    assert_sound(database)


def test_older_outside_events_are_noted_without_effect(database: Database, user_id: str) -> None:
    def balance(remaining: int, event_id: str, sequence: int) -> Balance:
        return transact(
            database,
            ledger.external_balance,
            user_id,
            remaining,
            source="clerk",
            event_id=event_id,
            sequence=sequence,
            now=NOW,
        ).balance

    def change(delta: int, event_id: str, sequence: int) -> Balance:
        return transact(
            database,
            ledger.external_change,
            user_id,
            delta,
            source="clerk",
            event_id=event_id,
            sequence=sequence,
            now=NOW,
        ).balance

    answers = [balance(50, "e5", 5), balance(80, "e4", 4), change(7, "e3", 3), change(1, "e6", 6), balance(9, "e7", 7)]

    assert [answer.available for answer in answers] == [50, 50, 50, 51, 9]
    with database.read() as session:
        assert len(session.exec(select(IdempotencyKey)).all()) == 5


def test_an_announced_balance_and_a_clawback_have_one_answer_each(database: Database, user_id: str) -> None:
    give(database, user_id, 20, source_id=f"of {user_id}")
    announced = {"source": "clerk", "event_id": f"event of {user_id}", "now": NOW}
    taken = {"key": f"refund of {user_id}", "actor": "asaas", "now": NOW}

    answers = [transact(database, ledger.external_balance, user_id, 15, **announced) for _ in range(2)]
    backs = [transact(database, ledger.clawback, "payment", f"of {user_id}", 5, **taken) for _ in range(2)]

    assert answers[0] == answers[1]
    assert backs[0] == backs[1]
    assert standing(database, user_id) == Balance(10, 0, 0)


def test_event_without_effect_stays_without_effect(database: Database, user_id: str) -> None:
    first = transact(database, ledger.external_change, user_id, 0, source="clerk", event_id="e", now=NOW)
    give(database, user_id, 5)

    again = transact(database, ledger.external_change, user_id, 0, source="clerk", event_id="e", now=NOW)

    assert again == first
    with pytest.raises(Conflict):
        transact(database, ledger.external_change, user_id, 9, source="clerk", event_id="e", now=NOW)


def test_hold_and_generation_are_written_together_or_not_at_all(database: Database, user_id: str) -> None:
    give(database, user_id, 10)

    def reserve(provider: str) -> None:
        with database.write() as session:
            receipt = ledger.reserve(session, user_id, 5, key="k", expires_at=NOW + DAY, now=NOW)
            session.add(_generation(user_id, receipt.hold_id, provider))

    with pytest.raises(IntegrityError):
        reserve(provider=None)  # type: ignore[arg-type]  # the table refuses it
    assert standing(database, user_id) == Balance(10, 0, 0)

    reserve(provider="fal")

    assert standing(database, user_id) == Balance(5, 5, 0)
    assert_sound(database)


def _generation(user_id: str, hold_id: str | None, provider: str) -> Generation:
    return Generation(
        user_id=user_id,
        client_key="k",
        request_hash="0" * 64,
        hold_id=hold_id,
        kind="image_generation",
        provider=provider,
        model="flux/schnell",
        payload="{}",
    )


def test_user_added_in_the_same_transaction_can_be_granted_to(database: Database) -> None:
    with database.write() as session:
        session.add(User(id="fresh", email="fresh@example.com"))
        ledger.grant(session, "fresh", 5, source="plan", source_id="p", key="p", actor="studio", now=NOW)

    assert standing(database, "fresh") == Balance(5, 0, 0)


def test_two_people_racing_for_one_key_end_in_one_grant_and_one_conflict(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time, so there is no race")
    first, second = new_user(database), new_user(database)
    outcome: list[object] = []

    def grant_to_second() -> None:
        try:
            outcome.append(give(database, second, 5, key="one", source_id="one"))
        except Conflict as error:
            outcome.append(error)

    with database.write() as session:
        ledger.grant(session, first, 5, source="payment", source_id="one", key="one", actor="asaas", now=NOW)
        thread = threading.Thread(target=grant_to_second)
        thread.start()
        _wait_until_somebody_waits(database)
    thread.join(30)

    assert [type(answer) for answer in outcome] == [Conflict]
    assert_sound(database)


def _wait_until_somebody_waits(database: Database) -> None:
    waiting = text("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")
    for _ in range(500):
        with database.read() as session:
            if session.connection().execute(waiting).scalar_one():
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited")
