"""A process killed at any statement leaves a sound ledger, and running the same again ends where it would have."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event

from studio.db.engine import Database, open_database
from studio.domain.credits import Balance
from studio.services.ledger import capture, clawback, expire, grant, reserve, transact, verify
from tests.services.ledger.ground import DAY, NOW, USAGE, assert_sound, give, new_user, standing

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

LATER = NOW + 2 * DAY


@dataclass(frozen=True)
class Flow:
    """What is there before, what is done, and how it must end; `floors` moments to be killed at, by database."""

    prepare: Callable[[Database, str], None]
    run: Callable[[Database, str], object]
    expected: Balance
    floors: dict[str, int]


def _two_lots(database: Database, user_id: str) -> None:
    give(database, user_id, 20, expires_at=NOW + DAY)
    give(database, user_id, 30, source_id=f"bought by {user_id}")


def _grant(database: Database, user_id: str) -> object:
    name = f"payment of {user_id}"
    return transact(database, grant, user_id, 40, source="payment", source_id=name, key=name, actor="asaas", now=NOW)


def _in_debt(database: Database, user_id: str) -> None:
    _two_lots(database, user_id)
    reserve_all = transact(database, reserve, user_id, 50, key="all", expires_at=LATER, now=NOW)
    transact(database, capture, str(reserve_all.hold_id), 50, USAGE, now=NOW)
    _clawback(database, user_id)


def _spend(database: Database, user_id: str) -> object:
    held = transact(database, reserve, user_id, 35, key="a film", expires_at=LATER, now=NOW)
    # Later than the first lot lives: the part that comes back to it is given anew.
    return transact(database, capture, str(held.hold_id), 12, USAGE, now=LATER)


def _clawback(database: Database, user_id: str) -> object:
    name = f"bought by {user_id}"
    return transact(database, clawback, "payment", name, 30, key=f"refund of {name}", actor="asaas", now=NOW)


def _expire(database: Database, user_id: str) -> object:
    return transact(database, expire, user_id, now=LATER)


FLOWS = {
    "grant": Flow(_in_debt, _grant, Balance(10, 0, 0), floors={"sqlite": 10, "postgresql": 9}),
    "reserve and capture": Flow(
        _two_lots,
        _spend,
        Balance(38, 0, 0),
        # PostgreSQL gets what is written together as one statement.
        floors={"sqlite": 26, "postgresql": 14},
    ),
    "clawback": Flow(_two_lots, _clawback, Balance(20, 0, 0), floors={"sqlite": 13, "postgresql": 12}),
    "expire": Flow(_two_lots, _expire, Balance(30, 0, 0), floors={"sqlite": 8, "postgresql": 7}),
}


@pytest.mark.parametrize("name", FLOWS)
def test_kill_at_some_statements(name: str, database_url: str) -> None:
    _kill_at(FLOWS[name], database_url, every=3)


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOWS)
def test_kill_at_every_statement(name: str, database_url: str) -> None:
    _kill_at(FLOWS[name], database_url, every=1)


def _kill_at(flow: Flow, url: str, every: int) -> None:
    points = _points(flow, url)
    database = open_database(url)
    assert points >= flow.floors[database.engine.dialect.name]
    # One more than there are: killed after the last commit, before anybody heard of it.
    for point in sorted({*range(1, points + 1, every), points + 1}):
        user_id = new_user(database)
        flow.prepare(database, user_id)
        database.close()

        status = _in_a_fork(lambda: _run_until(flow, url, user_id, point))  # noqa: B023 - the fork ends before the next turn

        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        for _ in range(2):
            flow.run(database, user_id)
            assert standing(database, user_id) == flow.expected
            with database.read() as session:
                assert verify(session, user_id) == []
    assert_sound(database)
    database.close()


def _points(flow: Flow, url: str) -> int:
    """How many statements and commits the flow has, counted by running it once."""
    database = open_database(url)
    user_id = new_user(database)
    flow.prepare(database, user_id)
    counter = _Counter(database, last=-1)
    flow.run(database, user_id)
    database.close()
    return counter.seen


def _run_until(flow: Flow, url: str, user_id: str, point: int) -> None:
    database = open_database(url)
    counter = _Counter(database, last=point)
    flow.run(database, user_id)
    counter.tick()


class _Counter:
    """Counts what goes to the database, and kills its own process right before number `last` would go."""

    def __init__(self, database: Database, last: int) -> None:
        self.seen = 0
        self.last = last
        event.listen(database.engine, "before_cursor_execute", self.tick)
        event.listen(database.engine, "commit", self.tick)

    def tick(self, *_: Any) -> None:
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def _in_a_fork(work: Callable[[], None]) -> int:
    process = os.fork()
    if process:
        return os.waitpid(process, 0)[1]
    try:
        work()
    except BaseException:  # noqa: BLE001 - a fork must end here, or it would run the rest of the tests
        traceback.print_exc()
    os._exit(1)
