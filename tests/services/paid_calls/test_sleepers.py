"""A run that is frozen between its note and its request, and wakes when others have given its call up."""

from __future__ import annotations

import mmap
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from sqlmodel import Session

from studio.db.engine import open_database
from studio.db.models import Generation
from studio.domain.clock import system_clock
from studio.domain.credits import Balance
from studio.domain.errors import Uncertain
from studio.services import journal
from tests.servers.fal.server import FalProcess
from tests.services.paid_calls.desk import CREDITS, HOUR, PICTURE_PRICE, Person, Place, Terminal, newcomer
from tests.services.paid_calls.killing import forked

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

PAST_THE_LEASE, PAST_THE_WINDOW = journal.LEASE_MILLISECONDS + 60 * 1000, 3 * HOUR


class SharedTime:
    """A clock that stands in the memory of all processes: whoever moves it on moves it for the sleeper too."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 8)

    def __call__(self) -> int:
        return system_clock() + int.from_bytes(self.memory[:8], "big")

    def forward(self, milliseconds: int) -> None:
        self.memory[:8] = milliseconds.to_bytes(8, "big")


@dataclass
class Sleeper:
    """A run that fell asleep; `wake` lets it end as it can."""

    process: int
    is_over: bool = False

    def wake(self) -> None:
        if not self.is_over:
            os.kill(self.process, signal.SIGCONT)
            self._wait()

    def end(self) -> None:
        if not self.is_over:
            os.kill(self.process, signal.SIGKILL)
            self._wait()

    def _wait(self) -> None:
        os.waitpid(self.process, 0)
        self.is_over = True


def fall_asleep() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)
    # The signal may reach another thread first, and this one would run on for a moment.
    time.sleep(0.05)


def before_the_fence() -> None:
    """Sleep as soon as it is written down that the request is about to be sent."""
    noted = journal.submitting

    def then_asleep(session: Session, row: Generation, payload: str, now: int) -> bool:
        is_ours = noted(session, row, payload, now)
        session.commit()
        fall_asleep()
        return is_ours

    journal.submitting = then_asleep


def before_the_request() -> None:
    """Sleep when everything has been looked at and only the request itself is missing."""
    handle = httpx.HTTPTransport.handle_request

    def handled(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            fall_asleep()
        return handle(transport, request)

    httpx.HTTPTransport.handle_request = handled  # type: ignore[method-assign]  # this process is a fork


Asleep = Callable[[Callable[[], None]], Sleeper]


@pytest.fixture
def clock() -> SharedTime:
    return SharedTime()


@pytest.fixture
def asleep(paint_shop: Place, person: Person, clock: SharedTime) -> Iterator[Asleep]:
    sleepers: list[Sleeper] = []

    def put_to_sleep(falls_asleep: Callable[[], None]) -> Sleeper:
        def work() -> None:
            falls_asleep()
            paint_shop.open(person, clock=clock).paint(1)

        sleepers.append(Sleeper(forked(work)))
        _, status = os.waitpid(sleepers[-1].process, os.WUNTRACED)
        sleepers[-1].is_over = not os.WIFSTOPPED(status)
        assert not sleepers[-1].is_over
        return sleepers[-1]

    yield put_to_sleep
    for sleeper in sleepers:
        sleeper.end()


def paid_of(fal: FalProcess, person: Person) -> int:
    return sum(person.id in order["body"]["prompt"] for order in fal.state()["paid"])


def assert_paid_is_charged(terminal: Terminal, fal: FalProcess) -> None:
    assert paid_of(fal, terminal.person) == 1
    assert terminal.balance == Balance(CREDITS - PICTURE_PRICE, 0, 0)
    assert (terminal.charges, terminal.takes) == (1, 1)
    terminal.assert_sound()
    terminal.close()


@pytest.fixture
def person(paint_shop: Place) -> Person:
    database = open_database(paint_shop.url)
    somebody = newcomer(database)
    database.close()
    return somebody


@pytest.mark.parametrize("falls_asleep", [before_the_fence, before_the_request])
@pytest.mark.parametrize("resolves", [False, True], ids=["the same command", "jobs resolve"])
def test_a_sleeper_past_its_lease_pays_nothing_that_is_not_charged(
    paint_shop: Place,
    fal_process: FalProcess,
    person: Person,
    clock: SharedTime,
    asleep: Asleep,
    falls_asleep: Callable[[], None],
    resolves: bool,
) -> None:
    sleeper = asleep(falls_asleep)
    clock.forward(PAST_THE_LEASE)
    terminal = paint_shop.open(person, clock=clock)

    if resolves:
        terminal.resolve(terminal.rows[0].id)
    else:
        with pytest.raises(Uncertain):
            terminal.paint(1)
    state = terminal.rows[0].state
    sleeper.wake()
    clock.forward(PAST_THE_WINDOW)
    terminal.paint(1)

    assert state == "uncertain"
    assert_paid_is_charged(terminal, fal_process)


def test_a_sleeper_whose_credits_were_given_back_sends_nothing(
    paint_shop: Place, fal_process: FalProcess, person: Person, clock: SharedTime, asleep: Asleep
) -> None:
    sleeper = asleep(before_the_fence)
    clock.forward(PAST_THE_WINDOW)
    terminal = paint_shop.open(person, clock=clock)

    terminal.resolve(terminal.rows[0].id)
    given_back = (terminal.rows[0].state, terminal.balance.available)
    sleeper.wake()
    paid = paid_of(fal_process, person)
    terminal.paint(1)

    assert given_back == ("failed", CREDITS)
    assert paid == 0
    assert_paid_is_charged(terminal, fal_process)


def test_a_sleeper_whose_wish_was_granted_meanwhile_sends_nothing(
    paint_shop: Place, fal_process: FalProcess, person: Person, clock: SharedTime, asleep: Asleep
) -> None:
    sleeper = asleep(before_the_fence)
    clock.forward(PAST_THE_WINDOW)
    terminal = paint_shop.open(person, clock=clock)

    terminal.paint(1)
    sleeper.wake()

    assert_paid_is_charged(terminal, fal_process)


def test_a_run_that_is_only_slow_is_waited_for(
    paint_shop: Place, fal_process: FalProcess, person: Person, clock: SharedTime, asleep: Asleep
) -> None:
    sleeper = asleep(before_the_request)
    terminal = paint_shop.open(person, clock=clock, pause=lambda seconds: sleeper.wake())

    terminal.paint(1)

    assert sleeper.is_over
    assert_paid_is_charged(terminal, fal_process)
