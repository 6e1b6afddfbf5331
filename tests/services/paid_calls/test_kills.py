"""A run killed at any moment of a paid call: the same command again ends where it would have, and pays once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.db.engine import open_database
from studio.domain.credits import Balance
from studio.domain.errors import StudioError, Uncertain
from tests.servers.fal.server import FalProcess
from tests.services.paid_calls.conftest import RouterProcess
from tests.services.paid_calls.desk import CREDITS, HOUR, PICTURE_PRICE, TEXT_PRICE, Place, Shifted, Terminal, newcomer
from tests.services.paid_calls.killing import Countdown, in_a_fork, watch

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@dataclass(frozen=True)
class Flow:
    """What is done, what it costs, how many paid orders of this person the provider knows, and may know at most.

    There are at least `floor` moments to be killed at."""

    place: Place
    run: Callable[[Terminal], None]
    price: int
    paid: Callable[[str], int]
    floor: int
    most_paid: int = 1


@pytest.fixture
def picture(paint_shop: Place, fal_process: FalProcess) -> Flow:
    def paid(person_id: str) -> int:
        return sum(person_id in order["body"]["prompt"] for order in fal_process.state()["paid"])

    return Flow(paint_shop, lambda terminal: terminal.paint(1), PICTURE_PRICE, paid, floor=50)


@pytest.fixture
def chat(writing_desk: Place, router_process: RouterProcess) -> Flow:
    def paid(person_id: str) -> int:
        return sum(person_id in order["body"]["messages"][-1]["content"] for order in router_process.paid())

    return Flow(writing_desk, Terminal.write, TEXT_PRICE, paid, floor=30, most_paid=2)


def test_kill_at_some_moments_of_a_picture(picture: Flow, tmp_path: Path) -> None:
    _kill_at(picture, tmp_path, every=11)


def test_kill_at_some_moments_of_a_chat(chat: Flow, tmp_path: Path) -> None:
    _kill_at(chat, tmp_path, every=13)


@pytest.mark.nightly
def test_kill_at_every_moment_of_a_picture(picture: Flow, tmp_path: Path) -> None:
    _kill_at(picture, tmp_path, every=1)


@pytest.mark.nightly
def test_kill_at_every_moment_of_a_chat(chat: Flow, tmp_path: Path) -> None:
    _kill_at(chat, tmp_path, every=1)


def _kill_at(flow: Flow, folder: Path, every: int) -> None:
    moments = _moments(flow, folder)
    assert len(moments) >= flow.floor
    for number in range(1, len(moments) + 1, every):
        database = open_database(flow.place.url)
        person = newcomer(database)
        database.close()

        ended = in_a_fork(lambda: _run_until(flow, flow.place.open(person), number))  # noqa: B023 - it ends before the next turn

        assert ended == -signal.SIGKILL, f"moment {number}"
        terminal = flow.place.open(person)
        _recover(flow, terminal, resolves=number % 2 == 0)
        told = f"killed {moments[number - 1]} ({number})"
        assert 1 <= flow.paid(person.id) <= flow.most_paid, told
        assert terminal.balance == Balance(CREDITS - flow.price, 0, 0), told
        assert terminal.charges == 1, told
        assert sum(row.state == "succeeded" for row in terminal.rows) == 1, told
        terminal.assert_sound()
        terminal.close()


def _recover(flow: Flow, terminal: Terminal, *, resolves: bool) -> None:
    """Run the same again, and once more: at once where it is known what became of it, otherwise when it is."""
    if resolves:
        for row in terminal.rows:
            with suppress(StudioError):
                terminal.resolve(row.id)
    for _ in range(2):
        try:
            flow.run(terminal)
        except Uncertain:
            held = CREDITS - flow.price
            assert (terminal.balance, flow.paid(terminal.person.id)) == (Balance(held, flow.price, 0), 0)
            terminal.clock = Shifted(3 * HOUR)
            flow.run(terminal)


def _moments(flow: Flow, folder: Path) -> Sequence[str]:
    """The moments of the whole flow by name, found by running it once."""
    database = open_database(flow.place.url)
    person = newcomer(database)
    database.close()
    log = folder / "moments"
    assert in_a_fork(lambda: _run_until(flow, flow.place.open(person), -1, log)) == 0
    return log.read_text().splitlines()


def _run_until(flow: Flow, terminal: Terminal, last: int, log: Path | None = None) -> None:
    watch(terminal.database, Countdown(last, log))
    flow.run(terminal)
