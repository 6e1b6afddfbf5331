"""Ctrl-C on a real terminal while a provider works: the first detaches, the second ends at once; nothing is lost."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from tests.cli.conftest import Run
from tests.servers.fal.server import FalServer, running_fal
from tests.servers.openrouter import OpenRouterServer, running_openrouter
from tests.servers.openrouter.replies import never_answers, only_comments
from tests.servers.reaching import settings_of

CONTROL_C = "\x03"
SCRIPT = '{"title": "Seas", "scenes": [{"narration": "One sea.", "visual": "a sea"}]}'
PAINT = ("shorts", "media", "generate", "seas", "--kind", "picture")
SUMMARIZE = ("shorts", "script", "assist", "seas", "summarize")

Terminal = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def terminal(sqlite_url: str, tmp_path: Path) -> Iterator[Terminal]:
    """Start studio on a terminal of its own, with the settings of this test."""
    started: list[pexpect.spawn[str]] = []

    def start(*arguments: str) -> pexpect.spawn[str]:
        environment = {name: value for name, value in os.environ.items() if name != "CI"}
        environment |= {"PYTHONPATH": str(Path(__file__).parents[2])}
        command = ["-m", "studio", *arguments]
        child = pexpect.spawn(
            sys.executable, command, env=environment, encoding="utf-8", dimensions=(40, 200), timeout=60
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


@pytest.fixture
def router(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenRouterServer]:
    with running_openrouter() as server:
        monkeypatch.setenv("OPENROUTER_API_KEY", server.key)
        monkeypatch.setenv("STUDIO_OPENROUTER_URL", server.url)
        yield server


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FalServer]:
    with running_fal() as server:
        for name, value in settings_of(server).items():
            monkeypatch.setenv(name, value)
        yield server


def sent(child: pexpect.spawn[str], posts: Callable[[], int]) -> None:
    """Wait until the provider has the order."""
    ends_at = time.monotonic() + 60
    while posts() == 0 and child.isalive() and time.monotonic() < ends_at:
        time.sleep(0.02)
    assert posts() == 1, child.read()


def ended(child: pexpect.spawn[str]) -> tuple[int | None, str, float]:
    """The exit code, the last words, and how many seconds it took."""
    started = time.monotonic()
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, str(child.before), time.monotonic() - started


def test_an_answer_that_streams_is_left_at_the_first_ctrl_c(
    studio_command: Run, terminal: Terminal, router: OpenRouterServer
) -> None:
    studio_command("shorts", "create", "--from", "-", stdin=SCRIPT)
    router.will(only_comments)
    child = terminal(*SUMMARIZE)
    sent(child, lambda: len(router.posts))

    child.send(CONTROL_C)
    code, told, seconds = ended(child)
    (job,) = studio_command("jobs", "list", "--json").json["data"]

    assert (code, seconds < 10) == (130, True)
    assert "Stopped waiting. 1 credit is held, not spent." in told
    assert f"continues this job ({job['id']})" in told
    assert f"studio jobs show {job['id']}" in told
    assert (job["state"], job["credits_held"]) == ("uncertain", 1)


def test_a_second_ctrl_c_ends_at_once_and_says_what_is_held(
    studio_command: Run, terminal: Terminal, fal: FalServer
) -> None:
    studio_command("shorts", "create", "--from", "-", stdin=SCRIPT)
    fal.loses("never_answers")
    child = terminal(*PAINT)
    sent(child, lambda: len(fal.posts))

    child.send(CONTROL_C)
    child.expect("press Ctrl-C again to stop at once")
    child.send(CONTROL_C)
    child.send(CONTROL_C)
    code, told, seconds = ended(child)
    (job,) = studio_command("jobs", "list", "--json").json["data"]
    again = studio_command(*PAINT)

    assert (code, seconds < 10) == (130, True)
    assert f"Stopped at once. 5 credits held, not spent, for job {job['id']}." in told
    assert "Traceback" not in told
    assert job["state"] == "uncertain"
    assert (again.code, len(fal.posts), len(fal.paid)) == (0, 1, 1)


@pytest.mark.slow
def test_a_second_ctrl_c_leaves_an_answer_that_never_begins(
    studio_command: Run, terminal: Terminal, router: OpenRouterServer
) -> None:
    studio_command("shorts", "create", "--from", "-", stdin=SCRIPT)
    router.will(never_answers)
    child = terminal(*SUMMARIZE)
    sent(child, lambda: len(router.posts))

    child.send(CONTROL_C)
    child.expect("press Ctrl-C again to stop at once")
    child.send(CONTROL_C)
    code, told, seconds = ended(child)

    assert (code, seconds < 10) == (130, True)
    assert "Stopped at once. 1 credit held, not spent, for job" in told
