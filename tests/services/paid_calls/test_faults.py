"""Everything that can go wrong on the wire, at each stage of a paid call, and how each ends.

captured   it is delivered in the same run, and charged once
released   nothing will come: the credits are back
uncertain  nobody knows whether it was taken: it is held, sent once, and found by the next run
submitted  it was taken: it is held, and delivered by the next run
In the end what was delivered is charged once, and nothing has been sent twice that may have arrived."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from studio.db.engine import Database, open_database
from studio.domain.clock import system_clock
from studio.domain.credits import Balance, FeatureKey
from studio.domain.progress import Cancelled, never
from studio.providers import http
from studio.providers.download import LIMITS
from studio.providers.fal import FalModel, service
from tests.servers.fal import running_fal
from tests.servers.fal.server import File
from tests.services.paid_calls.adapters import PICTURE, Desk, FalShop, fault_of, new_desk
from tests.services.paid_calls.desk import CREDITS, PICTURE_PRICE

CAPTURED, RELEASED, UNCERTAIN, SUBMITTED = "captured", "released", "uncertain", "submitted"

QUICK_SECONDS = 0.4
"""How long an answer is waited for where none will come."""

DEAD_PORT = 9
NO_CONNECTION = ("refused", "no such host", "no TLS", "connect time-out")

SUBMIT = {
    **dict.fromkeys(NO_CONNECTION, RELEASED),
    **{f"refused:{status}": RELEASED for status in (400, 401, 402, 403, 404, 413, 422)},
    "too_many_requests": CAPTURED,  # once: it is sent again after Retry-After
    "locked_account": RELEASED,
    **{f"taken:{status}": UNCERTAIN for status in (408, 409, 500, 502, 503, 504)},
    **{f"resets_at:{size}": UNCERTAIN for size in (0, 1, 20, 90, 200)},
    **dict.fromkeys(("closes", "half_a_body", "never_answers", "drips"), UNCERTAIN),
    **dict.fromkeys(("not_json", "no_request_id", "wrong_type"), UNCERTAIN),
}
STATUS = {
    **dict.fromkeys(NO_CONNECTION, SUBMITTED),
    **{f"refused:{status}": SUBMITTED for status in (400, 401, 402, 403, 404, 408, 409, 413, 422, 500, 502, 503, 504)},
    "too_many_requests": SUBMITTED,
    **{f"resets_at:{size}": SUBMITTED for size in (0, 1, 20, 90, 200)},
    **dict.fromkeys(("closes", "half_a_body", "never_answers", "drips"), SUBMITTED),
    **dict.fromkeys(("not_json", "wrong_type"), SUBMITTED),
}
RESULT = {
    # What fal answers instead of a result, in its own words, is what became of the request.
    **{f"refused:{status}": RELEASED for status in (400, 402, 404, 413, 422)},
    # The key, the account's haste and machines on the way say nothing about it.
    **{f"refused:{status}": SUBMITTED for status in (401, 403, 408, 409, 500, 502, 503, 504)},
    "too_many_requests": SUBMITTED,
    **{f"resets_at:{size}": SUBMITTED for size in (0, 1, 20, 90, 200)},
    **dict.fromkeys(("closes", "half_a_body", "never_answers", "drips"), SUBMITTED),
    "not_json": SUBMITTED,
    "wrong_type": RELEASED,  # JSON without a picture in it is an answer, and there is none in it
}
OUTCOME = {
    "completed_with_error": RELEASED,
    "content_policy": RELEASED,
    "models_own_500": RELEASED,
    "infrastructure_503": RELEASED,  # the books say that it has failed, and fal bills no 5xx
    "runner_503_then_good": SUBMITTED,  # the same words, while the books say that it is well
    "nothing": RELEASED,
    "wrong_shape": RELEASED,
    "black_picture": RELEASED,
    "without_sizes": CAPTURED,
    "edge_404_then_good": SUBMITTED,
    "strange_word": SUBMITTED,
}
DOWNLOAD = {
    f"redirect:http://127.0.0.1:{DEAD_PORT}/gone.png": SUBMITTED,
    "redirect:http://nowhere.invalid:80/gone.png": SUBMITTED,
    "redirect:http://10.0.0.1/secret.png": RELEASED,
    "fails:refused:404": RELEASED,
    # Whatever else refuses may be this network's doing: what was paid for is not given up for it.
    **{f"fails:refused:{status}": SUBMITTED for status in (400, 401, 402, 403, 408, 409, 413, 422, 500, 502, 503, 504)},
    "fails:too_many_requests": SUBMITTED,
    **{f"fails:resets_at:{size}": SUBMITTED for size in (0, 1, 20, 200)},
    **dict.fromkeys(("fails:closes", "fails:never_answers", "fails:drips", "truncated_media"), SUBMITTED),
    "endless_media": RELEASED,
    "not_media": RELEASED,
    "gone_media": RELEASED,
    "wrong_content_type": CAPTURED,  # it is looked at, and not what is said about it
}


@dataclass
class Cell:
    """One person and one fal; what a run at it comes to."""

    desk: Desk
    shop: FalShop

    def run(self, model: FalModel, cancelled: Cancelled = never) -> Exception | None:
        return fault_of(lambda: self.desk.make(model, PICTURE, FeatureKey.IMAGE_GENERATION, cancelled))

    def run_well(self) -> Exception | None:
        return self.run(self.shop.model())

    def come_to(self, expected: str) -> None:
        """Check how the run with the fault has ended, and that the next one ends it well and pays nothing twice."""
        assert self.result == (expected, HELD if expected in (UNCERTAIN, SUBMITTED) else BALANCES[expected])
        posts = self.shop.posts
        if expected in (UNCERTAIN, SUBMITTED):
            assert self.run_well() is None
            assert self.shop.posts == posts
            assert self.shop.paid == 1
            assert self.result == (CAPTURED, BALANCES[CAPTURED])
        assert len(self.desk.kept) == (expected != RELEASED)
        self.desk.assert_sound()

    @property
    def result(self) -> tuple[str, Balance]:
        row = self.desk.row
        return {"succeeded": CAPTURED, "failed": RELEASED}.get(row.state, row.state), self.desk.balance


HELD = Balance(CREDITS - PICTURE_PRICE, PICTURE_PRICE, 0)
BALANCES = {CAPTURED: Balance(CREDITS - PICTURE_PRICE, 0, 0), RELEASED: Balance(CREDITS, 0, 0)}


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def cell(database: Database) -> Iterator[Cell]:
    with ExitStack() as stack:
        server = stack.enter_context(running_fal())
        limits = {
            name: replace(each, megabytes=1, seconds=QUICK_SECONDS, idle_seconds=QUICK_SECONDS / 2)
            for name, each in LIMITS.items()
        }
        shop = FalShop("fal-ai/flux/schnell", server, stack, limits, f"127.0.0.1:{DEAD_PORT},nowhere.invalid:80")
        yield Cell(new_desk(database, system_clock()), shop)


@contextmanager
def no_connection(fault: str, cell: Cell, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a queue that nobody reaches for this reason."""
    monkeypatch.setattr(service, "Client", partial(http.Client, connect_seconds=0.1))
    with ExitStack() as stack:
        match fault:
            case "refused":
                yield f"http://127.0.0.1:{DEAD_PORT}/queue"
            case "no such host":
                yield "http://nowhere.invalid/queue"
            case "no TLS":
                yield cell.shop.server.queue_url.replace("http:", "https:")
            case _:
                yield f"http://127.0.0.1:{stack.enter_context(_full_port())}/queue"


@contextmanager
def _full_port() -> Iterator[int]:
    """A port whose queue of connections is full: nobody answers."""
    with socket.socket() as listening, ExitStack() as waiting:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(3):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


@pytest.fixture(autouse=True)
def no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are not looked up beyond this machine."""
    look_up: Callable[..., Any] = socket.getaddrinfo

    def here_only(host: Any, *more: Any, **others: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", "::1"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", here_only)


def _model(cell: Cell, fault: str, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> FalModel:
    if fault in NO_CONNECTION:
        return cell.shop.model(2.0, stack.enter_context(no_connection(fault, cell, monkeypatch)))
    return cell.shop.model(QUICK_SECONDS if fault in ("never_answers", "drips") else 20.0)


@pytest.mark.parametrize(("fault", "expected"), SUBMIT.items())
def test_a_fault_when_it_is_sent(fault: str, expected: str, cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    if fault not in NO_CONNECTION:
        cell.shop.server.loses(fault)

    with ExitStack() as stack:
        error = cell.run(_model(cell, fault, stack, monkeypatch))

    assert (error is None) == (expected == CAPTURED)
    cell.come_to(expected)


def test_too_many_requests_three_times_gives_the_credits_back(cell: Cell) -> None:
    cell.shop.server.loses(*["too_many_requests"] * 3)

    cell.run_well()

    assert (cell.shop.posts, cell.shop.paid) == (3, 0)
    cell.come_to(RELEASED)


def _sent(cell: Cell) -> None:
    """Have it taken, and leave before it is done; by the next run it is."""
    cell.shop.server.latency = 1000.0
    cell.run(cell.shop.model(), lambda: cell.shop.posts > 0)
    assert cell.result == (SUBMITTED, HELD)
    (job,) = cell.shop.server.jobs.values()
    job.starts = job.ends = 0.0


@pytest.mark.parametrize(("fault", "expected"), STATUS.items())
def test_a_fault_when_it_is_asked_after(fault: str, expected: str, cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    _sent(cell)
    if fault not in NO_CONNECTION:
        cell.shop.server.withholds(fault)

    with ExitStack() as stack:
        error = cell.run(_model(cell, fault, stack, monkeypatch), lambda: True)

    assert error is not None
    cell.come_to(expected)


@pytest.mark.parametrize(("fault", "expected"), RESULT.items())
def test_a_fault_when_the_result_is_fetched(
    fault: str, expected: str, cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sent(cell)
    cell.shop.server.results.append(fault)

    with ExitStack() as stack:
        error = cell.run(_model(cell, fault, stack, monkeypatch), lambda: True)

    assert error is not None
    cell.come_to(expected)


@pytest.mark.parametrize(("fault", "expected"), OUTCOME.items())
def test_a_job_that_ends_otherwise(fault: str, expected: str, cell: Cell) -> None:
    cell.shop.server.will(fault)

    error = cell.run(cell.shop.model(), lambda: cell.shop.posts > 0)

    assert (error is None) == (expected == CAPTURED)
    cell.come_to(expected)


@pytest.mark.parametrize(("fault", "expected"), DOWNLOAD.items())
def test_a_fault_when_the_file_is_fetched(fault: str, expected: str, cell: Cell) -> None:
    server = cell.shop.server
    server.will(fault)

    error = cell.run(cell.shop.model())

    assert (error is None) == (expected == CAPTURED)
    assert error is None or error.hint
    for path, file in server.files.items():
        server.files[path] = File(file.data, file.media_type)
    cell.come_to(expected)
