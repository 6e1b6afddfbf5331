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
from studio.domain.clock import system_clock
from studio.domain.errors import Conflict, Invalid, NotAllowed, NotEnoughCredits, NotFound, Refused
from studio.domain.people import Role
from studio.services import ledger

ANA = "ana@example.com"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ana(studio: Studio) -> str:
    return studio.users.create(CreateUser(email=ANA)).id


@pytest.fixture
def shared(studio: Studio) -> Studio:
    """A studio whose administrator is not alone, whichever database it has."""
    if studio.database.engine.dialect.name == "sqlite":
        studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN))
    return studio


def gift(**fields: Any) -> GrantCredits:
    return GrantCredits(**{"user": ANA, "amount": 50, "reason": "winner", "key": "may"} | fields)


def grant_file(*lines: str) -> GrantFile:
    return GrantFile(text="\n".join(["user,amount,reason,key", *lines]))


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


def test_one_administrator_alone_moves_no_more_than_the_cap(studio: Studio, ana: str) -> None:
    studio.admin_settings.change(ChangeSettings(values={"limits.adjustment_credits": 40}))

    with pytest.raises(NotAllowed, match="may move 40 credits, and not 50; there is nobody who could") as grant:
        studio.admin_credits.grant(gift())
    with pytest.raises(NotAllowed, match="40 credits, and not 50"):
        studio.admin_credits.adjust(correction(amount=-50))

    is_embedded = studio.database.engine.dialect.name == "sqlite"
    assert ("limits.adjustment_credits 50" if is_embedded else "--role admin") in str(grant.value.hint)
    assert studio.users.show(ANA).credits_remaining == 0
    assert studio.approvals.list().data == []


def test_a_repetition_is_answered_also_when_the_cap_is_lower_by_then(studio: Studio, ana: str) -> None:
    granted, adjusted = studio.admin_credits.grant(gift()), studio.admin_credits.adjust(correction())
    studio.admin_settings.change(ChangeSettings(values={"limits.adjustment_credits": 1}))

    assert studio.admin_credits.grant(gift()) == granted
    assert studio.admin_credits.adjust(correction()) == adjusted
    assert studio.admin_credits.grant_many(grant_file(f"{ANA},50,winner,may")).data == [granted]


def test_nobody_gives_credits_to_themselves(shared: Studio) -> None:
    me = shared.principal.email

    with pytest.raises(NotAllowed, match="Nobody gives credits to themselves") as caught:
        shared.admin_credits.grant(gift(user=me))
    with pytest.raises(NotAllowed, match="Nobody gives credits to themselves"):
        shared.admin_credits.adjust(correction(user=me, amount=1))
    with pytest.raises(Invalid) as of_file:
        shared.admin_credits.grant_many(grant_file(f"{me},5,gift,a"))

    assert caught.value.exit_code == 4
    assert of_file.value.faults == ["line 2: Nobody gives credits to themselves."]
    assert actions(shared) == []


def test_taking_credits_from_oneself_needs_nobody(shared: Studio) -> None:
    before = shared.users.show(shared.principal.email).credits_remaining

    taken = shared.admin_credits.adjust(correction(user=shared.principal.email))

    assert taken.credits_remaining == before - 20


@ON_SQLITE
def test_the_one_owner_of_an_embedded_studio_gives_credits_to_themselves(studio: Studio) -> None:
    me = studio.principal.email

    alone = studio.admin_credits.grant(gift(user=me))
    studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN))
    with pytest.raises(NotAllowed, match="Nobody gives credits to themselves"):
        studio.admin_credits.grant(gift(user=me, key="june"))

    assert alone.credits_remaining == 150
    assert studio.admin_credits.grant(gift(user=me)) == alone


def test_a_correction_that_takes_too_much_is_told_about_that_person(studio: Studio, ana: str) -> None:
    studio.admin_credits.grant(gift(amount=1))

    with pytest.raises(NotEnoughCredits) as caught:
        studio.admin_credits.adjust(correction())

    assert caught.value.message == "ana@example.com has 1 credit: 20 cannot be taken away, 19 more would be needed."
    assert str(caught.value.hint).startswith("studio admin users show ana@example.com")


def test_what_somebody_owes_is_told_too(studio: Studio, ana: str) -> None:
    studio.admin_credits.grant(gift(amount=5))
    studio.admin_credits.adjust(correction(amount=-5))
    with studio.database.write() as session:
        ledger.clawback(session, "admin", "may", 5, key="back", actor="test", now=system_clock())

    with pytest.raises(NotEnoughCredits, match="has 0 credits and owes 5: 1 cannot be taken away, 6 more"):
        studio.admin_credits.adjust(correction(amount=-1, key="more"))


def test_a_file_is_taken_whole_or_not_at_all(studio: Studio, ana: str) -> None:
    studio.users.create(CreateUser(email="bia@example.com"))
    bad = grant_file(f"{ANA},5,gift,a", "nobody@example.com,5,gift,b", f"{ANA},-1,gift,c", f"{ANA},x,gift,d")
    good = grant_file(f"{ANA},5,gift,a", "bia@example.com,7,gift,b", f"{ANA},1,gift,c")

    with pytest.raises(Invalid) as caught:
        studio.admin_credits.grant_many(bad)
    before = studio.users.show(ANA).credits_remaining
    given = studio.admin_credits.grant_many(good)
    studio.admin_credits.grant_many(good)

    assert [fault.split(":")[0] for fault in caught.value.faults] == ["line 3", "line 4", "line 5"]
    assert before == 0
    assert [each.credits_remaining for each in given.data] == [5, 7, 6]
    assert studio.users.show(ANA).credits_remaining == 6


def test_a_row_tells_all_its_faults_at_once(studio: Studio, ana: str) -> None:
    file = grant_file(
        "nobody@example.com,-1,gift,a", "nobody@example.com,20000,gift,b", f"{ANA},20000,gift,", "  ,1,x,d"
    )

    with pytest.raises(Invalid) as caught:
        studio.admin_credits.grant_many(file)

    too_many = "One administrator alone may move 10000 credits, and not 20000"
    by_itself = "; ask for this grant by itself, and another administrator approves it"
    assert caught.value.faults == [
        "line 2: amount must be greater than or equal to 1",
        "line 2: There is no user nobody@example.com.",
        "line 3: There is no user nobody@example.com.",
        f"line 3: {too_many}{by_itself}",
        "line 4: key is missing",
        f"line 4: {too_many}{by_itself}",
        "line 5: user is missing",
    ]


def test_a_file_with_one_grant_above_the_cap_gives_nothing(studio: Studio, ana: str) -> None:
    studio.users.create(CreateUser(email="rui@example.com", role=Role.ADMIN))

    with pytest.raises(Invalid) as caught:
        studio.admin_credits.grant_many(grant_file(f"{ANA},5,gift,a", f"{ANA},20000,gift,b"))

    assert [fault.partition(";")[0] for fault in caught.value.faults] == [
        "line 3: One administrator alone may move 10000 credits, and not 20000"
    ]
    assert studio.users.show(ANA).credits_remaining == 0
    assert studio.approvals.list().data == []


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


def test_a_key_is_taken_without_the_space_around_it(studio: Studio, ana: str) -> None:
    first = studio.admin_credits.grant(gift(key="may"))

    assert studio.admin_credits.grant(gift(key=" may\t")) == first
    assert studio.admin_credits.grant_many(grant_file(f'{ANA},50,winner," may "')).data == [first]
    with pytest.raises(ValidationError, match="one line without control characters"):
        gift(key="a\x1bb")


def test_a_conflict_names_the_key_as_it_was_given(studio: Studio, ana: str) -> None:
    studio.admin_credits.grant(gift(key="k2"))

    with pytest.raises(Conflict, match="The key 'k2' was used") as caught:
        studio.admin_credits.grant(gift(key="k2", amount=7))

    assert caught.value.details == {"key": "k2"}


def test_credits_that_were_given_by_another_way_are_a_conflict_too(studio: Studio, ana: str) -> None:
    with studio.database.write() as session:
        given = {"source": "admin", "source_id": "k3", "key": "otherwise", "actor": "test", "now": system_clock()}
        ledger.grant(session, ana, 5, **given)

    with pytest.raises(Conflict, match="The credits of admin k3 were given before, under another key"):
        studio.admin_credits.grant(gift(key="k3"))


def test_a_file_that_repeats_a_key_is_refused(studio: Studio, ana: str) -> None:
    with pytest.raises(Invalid) as caught:
        studio.admin_credits.grant_many(grant_file(f"{ANA},5,gift,a", f"{ANA},6,gift,a", f"{ANA},5,gift,A"))

    assert caught.value.faults == ["line 3: a stands in line 2 already"]
    assert studio.users.show(ANA).credits_remaining == 0


def test_whoever_came_last_can_be_named_so(studio: Studio, ana: str) -> None:
    assert studio.admin_credits.grant(gift(user="@last")).user == ANA
