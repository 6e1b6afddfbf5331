"""Administrators moving credits: once per key, with a reason, and not alone above the cap."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from studio.app import Studio
from studio.contracts.audit import AuditFilter
from studio.contracts.credits import AdjustCredits, GrantCredits, GrantFile
from studio.contracts.settings import ChangeSettings
from studio.contracts.users import CreateUser, UserFilter
from studio.domain.errors import Conflict, Invalid, NotAllowed, NotEnoughCredits, NotFound, Refused
from studio.domain.people import Role

ANA = "ana@example.com"


@pytest.fixture
def ana(studio: Studio) -> str:
    return studio.users.create(CreateUser(email=ANA)).id


def gift(**fields: Any) -> GrantCredits:
    return GrantCredits(**{"user": ANA, "amount": 50, "reason": "winner", "key": "may"} | fields)


def correction(**fields: Any) -> AdjustCredits:
    return AdjustCredits(**{"user": ANA, "amount": -20, "reason": "twice", "key": "ticket"} | fields)


def actions(studio: Studio) -> list[str]:
    return [each.action for each in studio.audit.list(AuditFilter(subject="user")).data if "credits" in each.action]


def test_a_grant_happens_once_per_key_however_late_it_is_repeated(studio: Studio, ana: str) -> None:
    first = studio.admin_credits.grant(gift(expires_days=90))
    service: Any = studio.admin_credits
    clock = service.clock
    service.clock = lambda: clock() + 1000

    again = studio.admin_credits.grant(gift(expires_days=90))

    assert again == first
    assert studio.users.show(ANA).credits_remaining == 50
    assert actions(studio) == ["credits.granted"]


@pytest.mark.parametrize("other", [{"amount": 51}, {"expires_days": 30}])
def test_the_same_key_for_something_else_is_a_conflict(studio: Studio, ana: str, other: dict[str, Any]) -> None:
    studio.admin_credits.grant(gift())

    with pytest.raises(Conflict):
        studio.admin_credits.grant(gift(**other))

    assert studio.users.show(ANA).credits_remaining == 50


@pytest.mark.parametrize("amount", [0, -1, 1.5, 2.0, float("nan"), True, "5", 10**18])
def test_bad_amounts_are_refused(amount: object) -> None:
    with pytest.raises(ValidationError):
        gift(amount=amount)


@pytest.mark.parametrize("amount", [0, 1.5, True, 10**18, -(10**18)])
def test_bad_corrections_are_refused(studio: Studio, ana: str, amount: Any) -> None:
    with pytest.raises((ValidationError, Invalid, NotAllowed)):
        studio.admin_credits.adjust(correction(amount=amount))


def test_an_unknown_user_and_a_missing_reason_are_refused(studio: Studio) -> None:
    with pytest.raises(NotFound):
        studio.admin_credits.grant(gift(user="nobody@example.com"))
    with pytest.raises(ValidationError):
        gift(reason="  ")


def test_a_correction_goes_up_and_down_and_never_into_debt(studio: Studio, ana: str) -> None:
    studio.admin_credits.grant(gift())

    down = studio.admin_credits.adjust(correction())
    studio.admin_credits.adjust(correction())
    with pytest.raises(NotEnoughCredits) as caught:
        studio.admin_credits.adjust(correction(amount=-31, key="too much"))

    assert down.credits_remaining == 30
    assert caught.value.details["missing"] == 1
    assert actions(studio) == ["credits.adjusted", "credits.granted"]


def test_above_the_cap_a_second_administrator_is_needed(studio: Studio, ana: str) -> None:
    studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN))
    studio.admin_settings.change(ChangeSettings(values={"limits.adjustment_credits": 40}))

    with pytest.raises(NotAllowed, match="40 that one administrator"):
        studio.admin_credits.grant(gift())
    with pytest.raises(NotAllowed, match="not an administrator"):
        studio.admin_credits.grant(gift(approved_by=ANA))
    with pytest.raises(NotAllowed, match="Nobody approves"):
        studio.admin_credits.grant(gift(approved_by=studio.principal.email))
    given = studio.admin_credits.grant(gift(approved_by="rui@example.com"))

    assert given.credits_remaining == 50
    assert (studio.audit.list().data[0].after or {})["approved_by"] == "rui@example.com"


def test_nobody_with_colleagues_gives_themselves_credits_alone(studio: Studio) -> None:
    me = studio.principal.email
    alone = studio.admin_credits.grant(gift(user=me))
    studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN))

    with pytest.raises(NotAllowed, match="second administrator"):
        studio.admin_credits.grant(gift(user=me, key="june"))

    assert alone.credits_remaining == 150


def test_a_file_is_taken_whole_or_not_at_all(studio: Studio, ana: str) -> None:
    bad = f"user,amount,reason,key\n{ANA},5,gift,a\nnobody@example.com,5,gift,b\n{ANA},-1,gift,c\n{ANA},x,gift,d\n"
    good = f"user,amount,reason,key,expires_days\n{ANA},5,gift,a,30\n{studio.principal.email},7,gift,b,\n"

    with pytest.raises(Invalid) as caught:
        studio.admin_credits.grant_many(GrantFile(text=bad))
    before = studio.users.show(ANA).credits_remaining
    given = studio.admin_credits.grant_many(GrantFile(text=good))
    studio.admin_credits.grant_many(GrantFile(text=good))

    assert [fault.split(":")[0] for fault in caught.value.faults] == ["line 3", "line 4", "line 5"]
    assert before == 0
    assert [each.credits_remaining for each in given.data] == [5, 107]
    assert studio.users.show(ANA).credits_remaining == 5


def test_who_was_deleted_gets_nothing(studio: Studio, ana: str) -> None:
    studio.users.delete(ana, confirm=ANA)

    with pytest.raises(Refused):
        studio.admin_credits.grant(gift(user=ana))

    assert studio.users.list(UserFilter(deleted=True)).data[0].credits_remaining == 0


def test_verify_finds_what_was_tampered_with(studio: Studio, ana: str) -> None:
    studio.admin_credits.grant(gift())
    sound = studio.admin_credits.verify()
    with studio.database.write() as session:
        session.connection().exec_driver_sql(f"UPDATE creditbalance SET balance = 51 WHERE user_id = '{ana}'")

    found = studio.admin_credits.verify(ANA)

    assert (sound.healthy, sound.violations) == (True, [])
    assert not found.healthy
    assert {each.who for each in found.violations} == {ana}
    assert studio.admin_credits.verify(studio.principal.email).healthy
