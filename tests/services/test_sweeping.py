"""What runs that died have left behind is seen to before anybody asks, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlmodel import col, update

from studio.app import Studio
from studio.db.models import Generation
from studio.domain.clock import system_clock
from studio.domain.errors import Uncertain
from studio.services import journal, sweeping
from studio.services.jobs import JobsService
from studio.services.orders import Orders
from studio.services.sweeping import sweep
from tests.scripted import ScriptedModel
from tests.services.paid import assert_sound, generations, leave
from tests.services.test_orders import HOUR, Clockwork, Desk

NEVER_SENT, ON_ITS_WAY = "ready", "submitting"


class Died(BaseException):
    """The process ends here: nothing more is written down."""


@pytest.fixture
def desk(studio: Studio) -> Desk:
    leave(studio, 100)
    return Desk(studio, ScriptedModel(), Clockwork(system_clock()))


@pytest.fixture
def left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Leave a call as a process leaves it that dies at this point; gives its id."""

    def die(*_: Any) -> None:
        raise Died

    def leave_behind(state: str, key: str = "wish") -> str:
        with monkeypatch.context() as patch:
            patch.setattr(Orders, "_leave_uncertain", die)
            patch.setattr(desk.model, "send" if state == ON_ITS_WAY else "prepare", die)
            with pytest.raises(Died):
                desk.make(key=key)
        assert desk.row.state == state
        return desk.row.id

    return leave_behind


def owned_by(desk: Desk, process: int) -> None:
    """Say that another process of this host sends the newest call."""
    host = journal.this_process().rpartition("/")[0]
    with desk.studio.database.write() as session:
        session.exec(
            update(Generation).where(col(Generation.id) == desk.row.id).values(lease_owner=f"{host}/{process}")
        )


def jobs_of(desk: Desk) -> JobsService:
    return JobsService(desk.studio.database, desk.studio.principal, lambda *_: desk.model, desk.clock)


def test_what_was_never_sent_is_given_back_when_it_is_old(desk: Desk, left: Callable[..., str]) -> None:
    left(NEVER_SENT)

    young = [job.state for job in jobs_of(desk).list().data], desk.balance
    desk.clock.now += journal.LEASE_MILLISECONDS + 1
    old = [job.state for job in jobs_of(desk).list().data], desk.balance

    assert young == (["ready"], (95, 5))
    assert old == (["failed"], (100, 0))
    assert_sound(desk.studio)


def test_what_died_on_its_way_is_uncertain_and_held(desk: Desk, left: Callable[..., str]) -> None:
    left(ON_ITS_WAY)

    alive = jobs_of(desk).list().data[0].state
    owned_by(desk, process=2**22 + 1)
    dead = jobs_of(desk).list().data[0]

    assert (alive, dead.state, dead.credits_held, desk.balance) == ("submitting", "uncertain", 5, (95, 5))
    assert dead.known_by is not None
    assert_sound(desk.studio)


def test_a_sender_on_another_host_is_given_its_whole_lease(desk: Desk, left: Callable[..., str]) -> None:
    left(ON_ITS_WAY)

    desk.clock.now += journal.LEASE_MILLISECONDS - 1000
    in_time = sweep(desk.studio.database, desk.clock())
    desk.clock.now += 1001
    too_late = sweep(desk.studio.database, desk.clock())

    assert (in_time, too_late, desk.row.state) == (0, 1, "uncertain")


def test_a_run_that_spends_sees_to_what_was_left_and_keeps_what_it_goes_on_with(
    desk: Desk, left: Callable[..., str]
) -> None:
    left(NEVER_SENT, "other")
    wanted = left(NEVER_SENT, "wish")
    desk.clock.now += journal.LEASE_MILLISECONDS + 1

    desk.make(key="wish")

    rows = {row.client_key: (row.id, row.state) for row in generations(desk.studio)}
    assert rows["wish"] == (wanted, "succeeded")
    assert rows["other"][1] == "failed"
    assert desk.balance == (95, 0)
    assert_sound(desk.studio)


def test_a_server_sees_to_everybodys_calls_and_a_person_to_their_own(
    desk: Desk, other_studio: Studio, left: Callable[..., str]
) -> None:
    left(NEVER_SENT)
    later = desk.clock() + journal.LEASE_MILLISECONDS + 1

    by_another = sweep(desk.studio.database, later, other_studio.principal.user_id)
    by_all = sweep(desk.studio.database, later)

    assert (by_another, by_all, desk.balance) == (0, 1, (100, 0))


def test_what_the_provider_has_is_never_released_by_time(desk: Desk) -> None:
    desk.model.sends.append("lost")
    with pytest.raises(Uncertain):
        desk.make()

    changed = sweep(desk.studio.database, desk.clock() + 1000 * HOUR)

    assert (changed, desk.row.state, desk.balance) == (0, "uncertain", (95, 5))


def test_two_sweeps_at_once_give_back_once(
    desk: Desk, left: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    left(NEVER_SENT)
    later = desk.clock() + journal.LEASE_MILLISECONDS + 1
    see_to, others = sweeping._see_to, ["another"]

    def see_to_late(*arguments: Any) -> bool:
        if others:
            others.pop()
            assert sweep(desk.studio.database, later) == 1
        return see_to(*arguments)

    monkeypatch.setattr(sweeping, "_see_to", see_to_late)
    changed = sweep(desk.studio.database, later)

    assert (changed, desk.balance) == (0, (100, 0))
    assert_sound(desk.studio)


def test_a_sweep_that_finds_nothing_is_one_look_at_an_index(desk: Desk) -> None:
    desk.make()
    seen: list[str] = []
    event.listen(desk.studio.database.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))

    assert sweep(desk.studio.database, desk.clock() + 1000 * HOUR) == 0

    statements = [statement for statement in seen if not statement.startswith("BEGIN")]
    assert len(statements) == 1
    if desk.studio.database.engine.dialect.name == "sqlite":
        with desk.studio.database.read() as session:
            values = {"before": 0, "user_id": None, "most": 1}
            plan = session.connection().execute(text(f"EXPLAIN QUERY PLAN {sweeping._LEFT}"), values).all()
        assert "generation_open" in str(plan)
