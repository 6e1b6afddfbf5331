"""Two administrators: what is above the cap moves only when another one approves it, in that very transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update

from studio.app import Studio
from studio.contracts.approvals import ApprovalFilter, ApprovalState, RejectApproval
from studio.contracts.audit import AuditFilter
from studio.contracts.credits import AdjustCredits, GrantCredits, GrantFile
from studio.contracts.keys import CreateKey
from studio.contracts.settings import ChangeSettings
from studio.contracts.users import CreateUser, EditUser
from studio.db.models.approval import Approval
from studio.db.models.credit_entry import CreditEntry
from studio.db.models.credit_grant import CreditGrant
from studio.domain.errors import Conflict, Invalid, NotAllowed, NotEnoughCredits, NotFound, Refused
from studio.domain.people import Role
from studio.services.movements import DAY_MILLISECONDS
from tests.services.conftest import acting, independent_administrator

ANA = "ana@example.com"
RUI = "rui@example.com"
NO = RejectApproval(reason="not agreed")


def administrator(studio: Studio, email: str) -> Studio:
    """One whom no other administrator let in."""
    return acting(studio, independent_administrator(studio, email))


@pytest.fixture
def ana(studio: Studio) -> str:
    return studio.users.create(CreateUser(email=ANA)).id


@pytest.fixture
def rui(studio: Studio) -> Studio:
    return administrator(studio, RUI)


def gift(**fields: Any) -> GrantCredits:
    return GrantCredits(**{"user": ANA, "amount": 20_000, "reason": "a fair", "key": "fair"} | fields)


def correction(**fields: Any) -> AdjustCredits:
    return AdjustCredits(**{"user": ANA, "amount": -20_000, "reason": "moved away", "key": "away"} | fields)


def request_of(studio: Studio, **fields: Any) -> str:
    return str(studio.admin_credits.grant(gift(**fields)).approval_id)


def has(studio: Studio, email: str = ANA) -> int:
    return studio.users.show(email).credits_remaining


def test_what_is_above_the_cap_is_asked_for_and_does_not_move(studio: Studio, ana: str, rui: Studio) -> None:
    asked = studio.admin_credits.grant(gift(expires_days=30))

    view = rui.approvals.show(str(asked.approval_id))
    assert (asked.state, asked.entry_id, asked.grant_id, asked.credits_remaining) == ("pending", None, None, 0)
    assert has(studio) == 0
    assert view.model_dump(exclude={"id", "created_at"}) == {
        "state": "pending",
        "action": "grant",
        "user": ANA,
        "amount": 20_000,
        "expires_days": 30,
        "reason": "a fair",
        "key": "fair",
        "requested_by": studio.principal.email,
        "decided_by": None,
        "decided_at": None,
        "decision_reason": None,
    }


def test_another_administrator_moves_it_by_approving(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)

    done = rui.approvals.approve(id)

    with studio.database.read() as session:
        entry = session.get_one(CreditEntry, done.entry_id)
    view = studio.approvals.show(id)
    assert (done.state, done.approval_id, done.credits_remaining, has(studio)) == ("done", id, 20_000, 20_000)
    assert (entry.actor, entry.reason) == (studio.principal.email, f"a fair (approved by {RUI})")
    assert (view.state, view.decided_by) == (ApprovalState.APPROVED, RUI)
    assert studio.admin_credits.verify().healthy


def test_the_audit_trail_tells_who_asked_and_who_approved(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)
    rui.approvals.approve(id)

    trail = studio.audit.list(AuditFilter(since=None)).data
    found = {each.action: each for each in trail if "user." not in each.action}

    assert set(found) == {"approval.requested", "approval.approved", "credits.granted"}
    assert found["approval.requested"].actor_email == studio.principal.email
    assert found["approval.approved"].actor_email == found["credits.granted"].actor_email == RUI
    assert found["approval.approved"].request_id == found["credits.granted"].request_id
    assert found["credits.granted"].after == {
        "amount": 20_000,
        "key": "fair",
        "expires_days": None,
        "requested_by": studio.principal.email,
        "approval": id,
    }


def test_the_days_of_a_grant_count_from_the_approval(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio, expires_days=30)
    service: Any = rui.approvals
    clock = service.clock
    service.clock = lambda: clock() + 5 * DAY_MILLISECONDS

    done = rui.approvals.approve(id)
    again = rui.approvals.approve(id)

    with studio.database.read() as session:
        lot = session.get_one(CreditGrant, done.grant_id)
    assert lot.expires_at == lot.created_at + 30 * DAY_MILLISECONDS
    assert again == done
    assert studio.admin_credits.grant(gift(expires_days=30)) == done


def test_a_correction_waits_too_in_both_directions(studio: Studio, ana: str, rui: Studio) -> None:
    up = studio.admin_credits.adjust(correction(amount=30_000, key="up"))
    rui.approvals.approve(str(up.approval_id))
    down = studio.admin_credits.adjust(correction())

    done = rui.approvals.approve(str(down.approval_id))

    assert (up.state, down.state, down.credits_remaining) == ("pending", "pending", 30_000)
    assert (done.credits_remaining, studio.admin_credits.adjust(correction())) == (10_000, done)
    assert studio.admin_credits.verify().healthy


def test_nobody_approves_what_they_asked_for(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)

    with pytest.raises(NotAllowed, match="Nobody approves what they asked for themselves"):
        studio.approvals.approve(id)

    assert (has(studio), studio.approvals.show(id).state) == (0, "pending")


def test_the_database_itself_refuses_one_who_does_both(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)
    both = (
        update(Approval)
        .where(col(Approval.id) == id)
        .values(state="approved", decided_by=Approval.requested_by, decided_at=1)
    )

    with pytest.raises(IntegrityError, match="approval_second_check"), studio.database.write() as session:
        session.connection().execute(both)


def test_nobody_approves_credits_for_themselves(studio: Studio, rui: Studio) -> None:
    third = administrator(studio, "bia@example.com")
    id = request_of(studio, user=RUI)

    with pytest.raises(NotAllowed, match="Nobody approves credits for themselves"):
        rui.approvals.approve(id)

    assert third.approvals.approve(id).user == RUI


def let_in(studio: Studio, email: str) -> Studio:
    made = studio.users.create(CreateUser(email=email, role=Role.ADMIN))
    return acting(studio, made.id)


def promoted(studio: Studio, email: str, *, by: Studio) -> Studio:
    made = studio.users.create(CreateUser(email=email))
    return acting(studio, by.users.edit(made.id, EditUser(role=Role.ADMIN)).id)


def given_a_key(studio: Studio, email: str, *, by: Studio) -> Studio:
    id = independent_administrator(studio, email)
    by.keys.create(CreateKey(name="theirs", user=email))
    return acting(studio, id)


CANNOT_BE_TWO = "cannot be the two administrators"


@pytest.mark.parametrize(
    "make",
    [
        lambda studio, rui: let_in(rui, "puppet@example.com"),
        lambda studio, rui: promoted(studio, "puppet@example.com", by=rui),
        lambda studio, rui: given_a_key(studio, "puppet@example.com", by=rui),
        lambda studio, rui: let_in(let_in(rui, "between@example.com"), "puppet@example.com"),
    ],
    ids=["created", "promoted", "given a key", "through another one"],
)
def test_nobody_is_the_second_one_beside_somebody_they_let_in(
    studio: Studio, ana: str, rui: Studio, make: Callable[[Studio, Studio], Studio]
) -> None:
    administrator(studio, "third@example.com")
    puppet = make(studio, rui)
    asked, asked_by_puppet = request_of(rui), request_of(puppet, key="another")

    with pytest.raises(NotAllowed, match=CANNOT_BE_TWO):
        puppet.approvals.approve(asked)
    with pytest.raises(NotAllowed, match=CANNOT_BE_TWO):
        rui.approvals.approve(asked_by_puppet)

    assert has(studio) == 0
    assert studio.approvals.approve(asked).state == "done"


def test_two_whom_one_administrator_let_in_are_two_only_if_that_is_the_first_one(
    studio: Studio, ana: str, rui: Studio
) -> None:
    of_the_first = [let_in(rui, f"first-{number}@example.com") for number in range(2)]
    of_another = [let_in(of_the_first[0], f"second-{number}@example.com") for number in range(2)]

    done = of_the_first[1].approvals.approve(request_of(of_the_first[0]))
    with pytest.raises(NotAllowed, match=CANNOT_BE_TWO):
        of_another[1].approvals.approve(request_of(of_another[0], key="another"))

    assert (done.state, has(studio)) == ("done", 20_000)


def test_who_was_changed_otherwise_was_not_let_in_by_it(studio: Studio, ana: str, rui: Studio) -> None:
    studio.users.edit(RUI, EditUser(name="Rui"))

    assert rui.approvals.approve(request_of(studio)).state == "done"


def test_the_newest_request_can_be_named_so(studio: Studio, ana: str, rui: Studio) -> None:
    with pytest.raises(NotFound, match="There is no request @last"):
        rui.approvals.show("@last")
    request_of(studio)
    newest = request_of(studio, key="newest")

    assert rui.approvals.show("@last").id == newest


def test_where_everybody_was_let_in_by_who_asks_nothing_is_asked_for(studio: Studio, ana: str) -> None:
    let_in(studio, RUI)

    with pytest.raises(NotAllowed, match="there is nobody who could approve it"):
        studio.admin_credits.grant(gift())

    assert studio.approvals.list().data == []


def test_a_limit_that_was_raised_by_one_alone_does_not_hold_for_several(studio: Studio, ana: str) -> None:
    raised = ChangeSettings(values={"limits.adjustment_credits": 50_000}, reason="mine alone")
    if studio.database.engine.dialect.name == "sqlite":
        studio.admin_settings.change(raised)

    rui = administrator(studio, RUI)

    assert studio.admin_credits.grant(gift()).state == "pending"
    for each in (studio, rui):
        with pytest.raises(NotAllowed, match="at most 10000 in a studio with several administrators"):
            each.admin_settings.change(ChangeSettings(values={"limits.adjustment_credits": 60_000}, reason="more"))


def test_where_only_the_receiver_could_approve_nothing_is_asked_for(studio: Studio, rui: Studio) -> None:
    with pytest.raises(NotAllowed, match="there is nobody who could approve it") as caught:
        studio.admin_credits.grant(gift(user=RUI))

    assert "studio admin users create --email EMAIL --role admin" in str(caught.value.hint)
    assert studio.approvals.list().data == []


def test_who_is_no_administrator_any_more_has_asked_for_nothing(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(rui)
    studio.users.edit(RUI, EditUser(role=Role.CREATOR))

    with pytest.raises(NotAllowed, match=r"rui@example\.com, who asked for it, is no administrator any more"):
        studio.approvals.approve(id)
    studio.users.edit(RUI, EditUser(role=Role.ADMIN))
    studio.users.deactivate(RUI)
    with pytest.raises(NotAllowed, match="no administrator any more") as caught:
        studio.approvals.approve(id)

    assert f"studio admin credits reject {id}" in str(caught.value.hint)
    assert has(studio) == 0


def test_the_same_key_is_the_same_request(studio: Studio, ana: str, rui: Studio) -> None:
    first = studio.admin_credits.grant(gift())

    again = studio.admin_credits.grant(gift())
    third = administrator(studio, "bia@example.com").admin_credits.grant(gift())

    assert first == again == third
    assert [each.action for each in studio.audit.list().data].count("approval.requested") == 1


@pytest.mark.parametrize("other", [{"amount": 20_001}, {"amount": 5}, {"expires_days": 9}, {"reason": "other"}])
def test_the_same_key_for_something_else_is_a_conflict(
    studio: Studio, ana: str, rui: Studio, other: dict[str, Any]
) -> None:
    request_of(studio)

    with pytest.raises(Conflict, match="was used for another request"):
        studio.admin_credits.grant(gift(**other))
    with pytest.raises(Conflict, match="was used for another request"):
        studio.admin_credits.adjust(correction(amount=20_000, reason="a fair", key="fair"))

    assert len(studio.approvals.list().data) == 1


def test_a_raised_cap_does_not_carry_out_what_waits(studio: Studio, ana: str, rui: Studio) -> None:
    studio.admin_settings.change(ChangeSettings(values={"limits.adjustment_credits": 100}))
    first = studio.admin_credits.grant(gift(amount=500))
    studio.admin_settings.change(ChangeSettings(values={"limits.adjustment_credits": 10_000}, reason="as before"))

    assert studio.admin_credits.grant(gift(amount=500)) == first
    assert has(studio) == 0


def test_a_file_does_not_get_past_a_request_that_waits(studio: Studio, ana: str, rui: Studio) -> None:
    file = GrantFile(text=f"user,amount,reason,key\n{ANA},20000,a fair,fair\n")
    id = request_of(studio)

    with pytest.raises(Invalid) as caught:
        studio.admin_credits.grant_many(file)
    done = rui.approvals.approve(id)

    assert caught.value.faults == [f"line 2: the key 'fair' waits for a second administrator as request {id}"]
    assert studio.admin_credits.grant_many(file).data == [done]


def test_what_is_rejected_never_moves(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)

    view = rui.approvals.reject(id, NO)
    with pytest.raises(NotAllowed, match=r"rui@example\.com rejected this request: not agreed") as caught:
        studio.admin_credits.grant(gift())
    with pytest.raises(Conflict, match=r"rui@example\.com rejected this request at "):
        administrator(studio, "bia@example.com").approvals.approve(id)

    assert (view.state, view.decided_by, view.decision_reason) == (ApprovalState.REJECTED, RUI, "not agreed")
    assert "new key" in str(caught.value.hint)
    assert (has(studio), request_of(studio, key="again") == id) == (0, False)


def test_who_asked_can_take_it_back(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)

    studio.approvals.reject(id, NO)

    with pytest.raises(Conflict):
        rui.approvals.approve(id)
    assert studio.audit.list().data[0].action == "approval.rejected"


def test_a_decision_is_taken_once(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)
    rui.approvals.approve(id)

    with pytest.raises(Conflict, match=r"rui@example\.com approved this request at "):
        administrator(studio, "bia@example.com").approvals.approve(id)
    with pytest.raises(Conflict, match="approved this request"):
        rui.approvals.reject(id, NO)

    assert has(studio) == 20_000


def test_an_approval_that_cannot_move_leaves_the_request_waiting(studio: Studio, ana: str, rui: Studio) -> None:
    id = str(studio.admin_credits.adjust(correction()).approval_id)

    with pytest.raises(NotEnoughCredits, match=r"ana@example\.com has 0 credits: 20000 cannot be taken away"):
        rui.approvals.approve(id)
    waiting = studio.approvals.show(id).state
    rui.approvals.approve(request_of(studio))

    assert waiting == "pending"
    assert rui.approvals.approve(id).credits_remaining == 0


def test_who_was_deleted_meanwhile_gets_nothing(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)
    studio.users.delete(ana, confirm=ANA)

    with pytest.raises(Refused, match="This user was deleted"):
        rui.approvals.approve(id)

    assert studio.approvals.show(id).state == "pending"


def test_requests_are_listed_by_state_and_paged(studio: Studio, ana: str, rui: Studio) -> None:
    ids = [request_of(studio, key=f"key {number}") for number in range(3)]
    rui.approvals.reject(ids[1], NO)

    first = rui.approvals.list(limit=2)
    second = rui.approvals.list(limit=2, cursor=first.next_cursor)
    pending = rui.approvals.list(ApprovalFilter(state=ApprovalState.PENDING))

    assert sorted(each.id for each in first.data + second.data) == sorted(ids)
    assert second.next_cursor is None
    assert {each.id for each in pending.data} == {ids[0], ids[2]}


def test_a_request_is_found_by_its_beginning(studio: Studio, ana: str, rui: Studio) -> None:
    id = request_of(studio)

    assert studio.approvals.show(id[:-2]).id == id
    for unknown in ("nothing", id[:3], "", "\0"):
        with pytest.raises(NotFound, match="There is no request"):
            studio.approvals.show(unknown)


def test_of_two_who_approve_at_once_one_moves_the_credits(studio: Studio, ana: str, rui: Studio) -> None:
    others = [rui, administrator(studio, "bia@example.com")]
    id = request_of(studio)
    outcomes = at_once([lambda each=each: each.approvals.approve(id) for each in others])

    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "MovementView"]
    assert has(studio) == 20_000


def test_of_two_who_ask_at_once_both_get_the_same_request(studio: Studio, ana: str, rui: Studio) -> None:
    bia = studio.users.create(CreateUser(email="bia@example.com"))
    asks = [gift(), gift(), gift(user=bia.email), gift(user=bia.email)]

    outcomes = at_once([lambda data=data: studio.admin_credits.grant(data) for data in asks])

    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "Conflict", "MovementView", "MovementView"]
    with studio.database.read() as session:
        assert len(session.exec(select(Approval)).all()) == 1


def at_once(works: list[Any]) -> list[object]:
    ready = threading.Barrier(len(works))
    outcomes: list[object] = []

    def run(work: Any) -> None:
        ready.wait(10)
        try:
            outcomes.append(work())
        except Refused as refusal:
            outcomes.append(refusal)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes
