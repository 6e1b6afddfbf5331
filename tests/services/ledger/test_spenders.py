"""Many processes spend one balance at once: what is there is spent, nothing more, and nobody waits for ever."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import text

from studio.db.engine import Database, open_database
from studio.domain.credits import Balance
from studio.domain.errors import NotEnoughCredits
from studio.services.ledger import capture, reserve, transact
from tests.services.ledger.ground import DAY, NOW, USAGE, assert_sound, give, new_user, standing

PRICE = 5
SMALL = [(6, 6), (12, 2)]
FULL = [(16, 20), (50, 4)]

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@pytest.mark.parametrize(("processes", "each"), SMALL)
def test_exactly_what_is_there_is_spent(processes: int, each: int, database_url: str) -> None:
    _spend_half(database_url, processes, each)


@pytest.mark.slow
@pytest.mark.parametrize(("processes", "each"), FULL)
def test_exactly_what_is_there_is_spent_by_a_crowd(processes: int, each: int, database_url: str) -> None:
    _spend_half(database_url, processes, each)


def _spend_half(url: str, processes: int, each: int) -> None:
    user_id = _person_with(url, processes * each * PRICE // 2)

    successes = _together(processes, lambda worker: _spend(url, user_id, worker, each))

    database = open_database(url)
    assert sum(successes) == processes * each // 2
    assert standing(database, user_id) == Balance(0, 0, 0)
    assert _captured(database, user_id) == processes * each * PRICE // 2
    assert_sound(database)
    database.close()


@pytest.mark.parametrize(("processes", "each"), [(6, 6)])
def test_reading_then_writing_overspends(processes: int, each: int, database_url: str) -> None:
    """The control: were this green with the naive way too, the test above would prove nothing."""
    user_id = _person_with(database_url, processes * each * PRICE // 2)

    successes = _together(processes, lambda worker: _spend_naively(database_url, user_id, each))

    assert sum(successes) > processes * each // 2


def test_the_same_key_from_everywhere_is_one_hold(database_url: str) -> None:
    user_id = _person_with(database_url, 100)

    def ask(worker: int) -> int:
        database = open_database(database_url)
        for _ in range(3):
            transact(database, reserve, user_id, 7, key="the same", expires_at=NOW + DAY, now=NOW)
        return 3

    assert _together(6, ask) == [3] * 6
    database = open_database(database_url)
    assert standing(database, user_id) == Balance(93, 7, 0)
    assert_sound(database)
    database.close()


def test_people_do_not_block_each_other_for_ever(database_url: str) -> None:
    _spend_in_circles(database_url, people=4, processes=6)


@pytest.mark.slow
def test_a_crowd_does_not_block_each_other_for_ever(database_url: str) -> None:
    _spend_in_circles(database_url, people=20, processes=8)


def _spend_in_circles(url: str, people: int, processes: int) -> None:
    ids = [_person_with(url, processes * 2 * PRICE) for _ in range(people)]

    def spend_for_all(worker: int) -> int:
        # Each starts with somebody else: taking locks in different orders is what makes deadlocks.
        first = worker * people // processes
        return sum(_spend(url, user_id, worker, 2) for user_id in ids[first:] + ids[:first])

    assert _together(processes, spend_for_all) == [2 * people] * processes
    database = open_database(url)
    assert [standing(database, user_id) for user_id in ids] == [Balance(0, 0, 0)] * people
    assert_sound(database)
    database.close()


def _person_with(url: str, credits: int) -> str:
    database = open_database(url)
    user_id = new_user(database)
    give(database, user_id, credits)
    database.close()
    return user_id


def _spend(url: str, user_id: str, worker: int, each: int) -> int:
    # Closed at once: a fork that walks through many people would keep a server's connection for each.
    with closing(open_database(url)) as database:
        return _spend_from(database, user_id, worker, each)


def _spend_from(database: Database, user_id: str, worker: int, each: int) -> int:
    successes = 0
    for number in range(each):
        key = f"{worker}-{number}"
        try:
            held = transact(database, reserve, user_id, PRICE, key=key, expires_at=NOW + DAY, now=NOW)
        except NotEnoughCredits:
            continue
        transact(database, capture, str(held.hold_id), PRICE, USAGE, now=NOW)
        successes += 1
    return successes


def _spend_naively(url: str, user_id: str, each: int) -> int:
    """Look, then pay: each in a transaction of its own, as a provider's answer would lie between the two."""
    database = open_database(url)
    successes = 0
    for _ in range(each):
        with database.read() as session:
            row = session.connection().execute(_LOOK, {"user_id": user_id}).one()
        if row.balance < PRICE:
            continue
        time.sleep(0.002)
        with database.write() as session:
            session.connection().execute(_PAY, {"user_id": user_id, "balance": row.balance - PRICE})
        successes += 1
    return successes


_LOOK = text("SELECT balance FROM creditbalance WHERE user_id = :user_id")
_PAY = text("UPDATE creditbalance SET balance = :balance WHERE user_id = :user_id")


def _captured(database: Database, user_id: str) -> Any:
    statement = text("SELECT CAST(SUM(credits) AS BIGINT) FROM usagehistory WHERE user_id = :user_id")
    with database.read() as session:
        return session.connection().execute(statement, {"user_id": user_id}).scalar_one()


def _together(processes: int, work: Callable[[int], int]) -> list[int]:
    """Run `work` in so many forks at once; gives what each returned. A fork starts ten times faster than a Python."""
    gate_read, gate_write = os.pipe()
    children = [_fork(number, work, gate_read, gate_write) for number in range(processes)]
    os.close(gate_read)
    # Everybody is waiting at the gate; it opens when its last writing end closes.
    os.close(gate_write)
    return [_answer(*child) for child in children]


def _fork(number: int, work: Callable[[int], int], gate_read: int, gate_write: int) -> tuple[int, int]:
    answer_read, answer_write = os.pipe()
    process = os.fork()
    if process:
        os.close(answer_write)
        return process, answer_read
    try:
        os.close(gate_write)
        os.read(gate_read, 1)
        os.write(answer_write, str(work(number)).encode())
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a fork must end here, or it would run the rest of the tests
        traceback.print_exc()
        os._exit(1)


def _answer(process: int, pipe: int) -> int:
    with os.fdopen(pipe) as answers:
        answer = answers.read()
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return int(answer)
