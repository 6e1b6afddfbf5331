"""Rate limits: one row a caller for all processes, so that more of them do not mean more requests."""

from __future__ import annotations

import threading

import pytest

from studio.db.engine import Database, open_database
from studio.domain.errors import RateLimited
from studio.services.rate_limits import RateLimits

MINUTE = 60_000


class Clock:
    now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now


def _admitted(limits: RateLimits, key: str, tries: int) -> int:
    count = 0
    for _ in range(tries):
        try:
            limits.take(key)
        except RateLimited:
            continue
        count += 1
    return count


def test_a_burst_is_let_through_and_then_the_pace(database: Database) -> None:
    clock = Clock()
    limits = RateLimits(database, per_minute=60, burst=50, clock=clock)

    assert _admitted(limits, "ana", 100) == 50
    assert _admitted(limits, "rui", 10) == 10
    clock.now += 5_000
    assert _admitted(limits, "ana", 100) == 5
    clock.now += 10 * MINUTE
    assert _admitted(limits, "ana", 100) == 50


def test_who_is_refused_learns_how_long_to_wait(database: Database) -> None:
    clock = Clock()
    limits = RateLimits(database, per_minute=6, burst=1, clock=clock)
    limits.take("ana")

    with pytest.raises(RateLimited) as refused:
        limits.take("ana")

    wait = refused.value.details["retry_after"]
    clock.now += 1000 * (wait - 1)
    assert _admitted(limits, "ana", 1) == 0
    clock.now += 1000
    assert _admitted(limits, "ana", 1) == 1


def test_many_processes_together_let_no_more_through(database_url: str) -> None:
    clock = Clock()
    admitted: list[int] = []

    def process() -> None:
        # A database and blocks of its own: what another process would have.
        database = open_database(database_url)
        admitted.append(_admitted(RateLimits(database, per_minute=60, burst=50, clock=clock), "ana", 100))
        database.close()

    threads = [threading.Thread(target=process) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(admitted) == 50


def test_who_has_been_away_leaves_no_row(database: Database) -> None:
    clock = Clock()
    limits = RateLimits(database, per_minute=60, burst=5, clock=clock)
    limits.take("ana")
    clock.now += MINUTE
    limits.forget_idle()

    with database.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM ratelimit").scalar_one() == 0
