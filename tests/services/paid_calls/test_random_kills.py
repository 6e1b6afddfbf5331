"""Four terminals want the same pictures and are killed again and again: each is paid once, whoever asked for it."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from studio.db.engine import open_database
from studio.domain.credits import Balance
from studio.domain.errors import StudioError
from tests.servers.fal.server import FalProcess
from tests.services.paid_calls.desk import CREDITS, HOUR, PICTURE_PRICE, Person, Place, Shifted, Terminal, newcomer
from tests.services.paid_calls.killing import forked

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

WORKERS, WISHES = 4, 8
LONGEST_LIFE = 0.25
"""Seconds between two kills at most: about as long as a few pictures take."""


def test_a_dozen_random_kills(paint_shop: Place, fal_process: FalProcess) -> None:
    _kill_at_random(paint_shop, fal_process, kills=12)


@pytest.mark.nightly
def test_two_hundred_random_kills(paint_shop: Place, fal_process: FalProcess) -> None:
    _kill_at_random(paint_shop, fal_process, kills=200)


def _kill_at_random(place: Place, fal: FalProcess, kills: int) -> None:
    chance = random.Random(4)
    killed = 0
    while killed < kills:
        database = open_database(place.url)
        person = newcomer(database)
        database.close()
        killed += _have_all_made(place, person, chance, kills - killed)

        terminal = place.open(person)
        paid = [order["body"]["prompt"] for order in fal.state()["paid"] if person.id in order["body"]["prompt"]]
        assert sorted(paid) == sorted(terminal.wish(number).request.prompt for number in range(WISHES))
        assert terminal.balance == Balance(CREDITS - WISHES * PICTURE_PRICE, 0, 0)
        assert (terminal.takes, terminal.charges) == (WISHES, WISHES)
        terminal.assert_sound()
        terminal.close()


def _have_all_made(place: Place, person: Person, chance: random.Random, most_kills: int) -> int:
    """How often a worker was killed until all had ended well."""
    killed = 0
    with _workers(place, person, chance) as processes:
        while processes:
            time.sleep(chance.uniform(0, LONGEST_LIFE))
            for process in [each for each in processes if _has_ended(each)]:
                processes.remove(process)
            if processes and killed < most_kills:
                victim = chance.choice(processes)
                os.kill(victim, signal.SIGKILL)
                os.waitpid(victim, 0)
                processes.remove(victim)
                processes.append(_worker(place, person, chance))
                killed += 1
    return killed


@contextmanager
def _workers(place: Place, person: Person, chance: random.Random) -> Iterator[list[int]]:
    processes = [_worker(place, person, chance) for _ in range(WORKERS)]
    try:
        yield processes
    finally:
        for process in processes:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _worker(place: Place, person: Person, chance: random.Random) -> int:
    order = chance.sample(range(WISHES), WISHES)
    return forked(lambda: _work(place.open(person), order))


def _work(terminal: Terminal, order: list[int]) -> None:
    """Run the same command until it ends well, as a person would who is told to run it again."""
    for attempt in range(100):
        try:
            terminal.paint(*order)
        except StudioError as error:
            if "Known by" in error.message and attempt > 20:
                # Killed before its request was sent: nobody can tell before the provider would have listed it.
                terminal.clock = Shifted(3 * HOUR)
            time.sleep(0.02)
        else:
            return
    raise AssertionError("it never ended")


def _has_ended(process: int) -> bool:
    found, status = os.waitpid(process, os.WNOHANG)
    if found:
        assert os.waitstatus_to_exitcode(status) == 0
    return bool(found)
