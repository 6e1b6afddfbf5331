"""`studio shorts make` killed again and again on its way: the film is there in the end, for the price that was told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.fal import running_fal_process
from tests.servers.fal.server import FalProcess
from tests.servers.reaching import settings_of
from tests.services.paid_calls.conftest import RouterProcess

pytestmark = pytest.mark.slow

MAKE = ("shorts", "make", "Why octopuses have three hearts", "--character", "vega", "--duration", "15", "--no-input")
FILM = "film.mp4"
LATENCY_SECONDS = 1.0
"""How long fal takes for a job: a run is killed while it waits for one."""

KILLED_AT = (1, 2, 4, 6, 7)
"""The orders of the film at fal after which a run is killed: pictures and voices, clips, and the music."""

MOST_SECONDS = 240.0


@dataclass(frozen=True)
class Terminal:
    """A folder, a data folder and the providers, in which the real command is run."""

    folder: Path
    environment: Mapping[str, str]

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "studio", *words]
        with (self.folder / "told").open("w") as told:
            return subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=told, stderr=subprocess.STDOUT, text=True
            )

    def run(self, *words: str) -> str:
        with self.start(*words) as process:
            code = process.wait(MOST_SECONDS)
        told = (self.folder / "told").read_text()
        assert code == 0, told
        return told

    def json(self, *words: str) -> Any:
        return json.JSONDecoder().raw_decode(self.run(*words, "--json", "--quiet").lstrip())[0]


@pytest.fixture
def terminal(tmp_path: Path, fal: FalProcess, router_process: RouterProcess) -> Terminal:
    server = fal.server
    settings = {
        "OPENROUTER_API_KEY": router_process.access.openrouter_key,
        "STUDIO_OPENROUTER_URL": router_process.access.openrouter_url,
        **settings_of(server),
        "STUDIO_DATA_DIR": str(tmp_path / "data"),
        # One call after the other, so that a kill meets the very order it waits for.
        "STUDIO_PROVIDER_CONCURRENCY": "1",
    }
    return Terminal(tmp_path, {**os.environ, **settings, "PYTHONPATH": str(Path(__file__).parents[3])})


@pytest.fixture
def fal() -> Any:
    with running_fal_process("--latency", str(LATENCY_SECONDS)) as process:
        yield process


def test_a_film_that_is_killed_five_times_costs_what_was_told(
    terminal: Terminal, fal: FalProcess, router_process: RouterProcess
) -> None:
    terminal.run("characters", "create", "--name", "Vega", "--no-input")
    terminal.run("characters", "generate", "vega", "--no-input", "--yes")
    told, before = terminal.json(*MAKE, "--dry-run"), terminal.json("credits", "show")
    posts_before, asked_before = fal.state()["posts"], len(router_process.paid())

    for posts in KILLED_AT:
        _make_and_kill(terminal, fal, posts_before + posts)
    terminal.run(*MAKE, "--yes", "--output", FILM)

    short, after = terminal.json("shorts", "show", "@last"), terminal.json("credits", "show")
    orders = [json.dumps([order["endpoint"], order["body"]], sort_keys=True) for order in fal.state()["paid"]]
    assert (terminal.folder / FILM).stat().st_size > 0
    assert fal.state()["posts"] == posts_before + KILLED_AT[-1] == len(orders) == len(set(orders))
    assert len(router_process.paid()) == asked_before + 1
    assert short["credits_used"] == told["credits"]
    assert before["credits_remaining"] - after["credits_remaining"] == told["credits"]
    assert after["credits_held"] == 0


def _make_and_kill(terminal: Terminal, fal: FalProcess, posts: int) -> None:
    """Have the film made until fal has had so many orders."""
    with terminal.start(*MAKE, "--yes", "--output", FILM) as process:
        ends_at = time.monotonic() + MOST_SECONDS
        while fal.state()["posts"] < posts and process.poll() is None and time.monotonic() < ends_at:
            time.sleep(0.05)
        is_running = process.poll() is None
        process.kill()
    assert is_running, (terminal.folder / "told").read_text()
