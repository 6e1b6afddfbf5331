"""What the ledger refuses, whole: after a refusal nothing has moved and no key is taken."""

from __future__ import annotations

from typing import Any

import pytest

from studio.db.engine import Database
from studio.domain.credits import Balance
from studio.domain.errors import Conflict, Invalid, NotAllowed, NotEnoughCredits, NotFound, Refused
from studio.services import ledger
from studio.services.ledger import transact
from tests.services.ledger.ground import DAY, NOW, USAGE, assert_sound, give, hold, new_user, standing

BAD_AMOUNTS: list[Any] = [0, -1, 1.0, 0.5, float("nan"), float("inf"), True, "5", None, 10**12 + 1, 10**18, 10**400]


@pytest.fixture
def user_id(database: Database) -> str:
    user_id = new_user(database)
    give(database, user_id, 50)
    return user_id


@pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=lambda amount: repr(amount)[:12])
def test_amounts_are_whole_positive_and_sensible(amount: Any, database: Database, user_id: str) -> None:
    held = hold(database, user_id, 10)

    for ask in (
        lambda: give(database, user_id, amount),
        lambda: transact(database, ledger.reserve, user_id, amount, key="k", expires_at=NOW + DAY, now=NOW),
        lambda: transact(database, ledger.capture, held, amount, USAGE, now=NOW),
        lambda: transact(database, ledger.clawback, "payment", "p", amount, key="k", actor="asaas", now=NOW),
    ):
        with pytest.raises(Invalid):
            ask()

    assert standing(database, user_id) == Balance(40, 10, 0)
    assert_sound(database)


@pytest.mark.parametrize("amount", [0, 1.5, float("nan"), True, 10**18, -(10**18)], ids=repr)
def test_changes_are_whole_and_sensible(amount: Any, database: Database, user_id: str) -> None:
    with pytest.raises(Invalid):
        transact(database, ledger.adjust, user_id, amount, reason="r", actor="a", key="k", now=NOW)

    if amount != 0:
        with pytest.raises(Invalid):
            transact(database, ledger.external_change, user_id, amount, source="s", event_id="e", now=NOW)

    assert standing(database, user_id) == Balance(50, 0, 0)


@pytest.mark.parametrize("remaining", [-1, 1.5, float("nan"), False, 10**18], ids=repr)
def test_outside_balances_are_whole_and_not_negative(remaining: Any, database: Database, user_id: str) -> None:
    with pytest.raises(Invalid):
        transact(database, ledger.external_balance, user_id, remaining, source="s", event_id="e", now=NOW)

    assert standing(database, user_id) == Balance(50, 0, 0)


@pytest.mark.parametrize("extra", [{"as_of": 99}, {"as_of": -1}, {"sequence": -1}, {"sequence": 1.5}], ids=str)
def test_outside_balances_refer_to_what_exists(extra: Any, database: Database, user_id: str) -> None:
    with pytest.raises(Invalid):
        transact(database, ledger.external_balance, user_id, 5, source="s", event_id="e", now=NOW, **extra)


def test_unknown_users_are_not_found(database: Database) -> None:
    for ask in (
        lambda: give(database, "nobody", 5),
        lambda: transact(database, ledger.reserve, "nobody", 5, key="k", expires_at=NOW + DAY, now=NOW),
        lambda: transact(database, ledger.expire, "nobody", now=NOW),
    ):
        with pytest.raises(NotFound, match="no user nobody"):
            ask()
    with pytest.raises(NotFound), database.read() as session:
        ledger.balance_of(session, "nobody", now=NOW)


def test_unknown_holds_and_payments_are_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="no hold"):
        transact(database, ledger.capture, "nothing", 5, USAGE, now=NOW)
    with pytest.raises(NotFound, match="no hold"):
        transact(database, ledger.release, "nothing", now=NOW)
    with pytest.raises(NotFound, match="payment p"):
        transact(database, ledger.clawback, "payment", "p", 5, key="k", actor="asaas", now=NOW)


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "a\0b", None])
def test_keys_are_short_printable_text(key: Any, database: Database, user_id: str) -> None:
    with pytest.raises(Invalid, match="idempotency key"):
        transact(database, ledger.reserve, user_id, 5, key=key, expires_at=NOW + DAY, now=NOW)


def test_same_key_with_another_body_is_a_conflict(database: Database, user_id: str) -> None:
    give(database, user_id, 5, key="k", source_id="s")
    hold(database, user_id, 7, key="k")

    with pytest.raises(Conflict, match="'k' was used for another request"):
        give(database, user_id, 6, key="k", source_id="s")
    with pytest.raises(Conflict):
        give(database, new_user(database), 5, key="k", source_id="s")
    with pytest.raises(Conflict):
        transact(database, ledger.adjust, user_id, 5, reason="r", actor="a", key="k", now=NOW)
    with pytest.raises(Conflict):
        hold(database, user_id, 8, key="k")

    assert standing(database, user_id) == Balance(48, 7, 0)


def test_a_payment_is_granted_once_whatever_the_key(database: Database, user_id: str) -> None:
    give(database, user_id, 5, source_id="payment 1", key="event 1")

    with pytest.raises(Conflict, match="given before"):
        give(database, user_id, 5, source_id="payment 1", key="event 2")

    assert standing(database, user_id) == Balance(55, 0, 0)
    assert_sound(database)


@pytest.mark.parametrize("source", ["regrant", "external", "gift", ""])
def test_grants_come_from_known_sources(source: str, database: Database, user_id: str) -> None:
    with pytest.raises(Invalid, match="Credits come from"):
        give(database, user_id, 5, source=source)


@pytest.mark.parametrize(
    "wish", [{"priority": 101}, {"priority": -1}, {"priority": 1.0}, {"expires_at": NOW}, {"expires_at": 1e15}], ids=str
)
def test_lots_have_sensible_terms(wish: Any, database: Database, user_id: str) -> None:
    with pytest.raises(Invalid):
        give(database, user_id, 5, **wish)


def test_holds_expire_in_the_future(database: Database, user_id: str) -> None:
    with pytest.raises(Invalid, match="hold can only expire"):
        transact(database, ledger.reserve, user_id, 5, key="k", expires_at=NOW, now=NOW)


def test_adjustments_have_a_reason(database: Database, user_id: str) -> None:
    with pytest.raises(Invalid, match="needs a reason"):
        transact(database, ledger.adjust, user_id, 5, reason=" ", actor="a", key="k", now=NOW)


@pytest.mark.parametrize("approved_by", [None, "ada"])
def test_large_adjustments_need_a_second_administrator(
    approved_by: str | None, database: Database, user_id: str
) -> None:
    with pytest.raises(NotAllowed, match="One administrator alone may move 10000 credits, and not 10001"):
        transact(
            database, ledger.adjust, user_id, 10_001, reason="r", actor="ada", key="k", approved_by=approved_by, now=NOW
        )

    assert standing(database, user_id) == Balance(50, 0, 0)


def test_one_credit_is_told_as_one(database: Database, user_id: str) -> None:
    with pytest.raises(NotEnoughCredits) as caught:
        transact(database, ledger.reserve, new_user(database), 1, key="k", expires_at=NOW + DAY, now=NOW)

    assert caught.value.message == "This costs 1 credit and you have 0: 1 more is needed."


def test_a_shortfall_is_exact_and_stays(database: Database, user_id: str) -> None:
    def ask() -> None:
        transact(database, ledger.reserve, user_id, 60, key="k", expires_at=NOW + DAY, now=NOW)

    with pytest.raises(NotEnoughCredits) as caught:
        ask()
    give(database, user_id, 100)
    with pytest.raises(NotEnoughCredits) as again:
        ask()

    assert caught.value.message == again.value.message == "This costs 60 credits and you have 50: 10 more are needed."
    assert caught.value.details == {"needed": 60, "missing": 10, "available": 50, "held": 0, "debt": 0}
    assert standing(database, user_id) == Balance(150, 0, 0)


def test_a_debt_is_part_of_the_shortfall(database: Database) -> None:
    user_id = new_user(database)
    give(database, user_id, 20, source_id="p")
    transact(database, ledger.capture, hold(database, user_id, 15), 15, USAGE, now=NOW)
    transact(database, ledger.clawback, "payment", "p", 20, key="c", actor="asaas", now=NOW)

    with pytest.raises(NotEnoughCredits, match="you have 0 and owe 15: 25 more are needed"), database.read() as session:
        ledger.validate(session, user_id, 10, now=NOW)

    give(database, user_id, 25)
    with database.read() as session:
        assert ledger.validate(session, user_id, 10, now=NOW) == Balance(10, 0, 0)


def test_no_more_is_captured_than_was_held(database: Database, user_id: str) -> None:
    held = hold(database, user_id, 5)

    with pytest.raises(Refused, match="the hold has 5"):
        transact(database, ledger.capture, held, 6, USAGE, now=NOW)

    assert standing(database, user_id) == Balance(45, 5, 0)


def test_no_more_is_taken_back_than_was_given(database: Database, user_id: str) -> None:
    give(database, user_id, 20, source_id="p")
    transact(database, ledger.clawback, "payment", "p", 15, key="c1", actor="asaas", now=NOW)

    with pytest.raises(Refused, match="gave 20, and 15 of them were taken back before"):
        transact(database, ledger.clawback, "payment", "p", 6, key="c2", actor="asaas", now=NOW)

    assert standing(database, user_id) == Balance(55, 0, 0)


def test_adjusting_below_nothing_is_a_refusal(database: Database, user_id: str) -> None:
    with pytest.raises(NotEnoughCredits, match="10 more are needed"):
        transact(database, ledger.adjust, user_id, -60, reason="r", actor="a", key="k", now=NOW)

    assert standing(database, user_id) == Balance(50, 0, 0)
