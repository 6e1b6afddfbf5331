"""Providers in processes of their own, which outlive those that are killed."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.providers.access import ProviderAccess
from tests.servers.fal import running_fal_process
from tests.servers.fal.server import FalProcess
from tests.servers.openrouter import KEY
from tests.servers.reaching import access_to
from tests.services.paid_calls.desk import Place

_ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def fal_process() -> Iterator[FalProcess]:
    with running_fal_process() as process:
        yield process


@pytest.fixture
def paint_shop(database_url: str, tmp_path: Path, fal_process: FalProcess) -> Place:
    return Place(database_url, tmp_path / "files", access_to(fal_process.server))


@dataclass(frozen=True)
class RouterProcess:
    port: int

    @property
    def access(self) -> ProviderAccess:
        return ProviderAccess(openrouter_key=KEY, openrouter_url=f"http://127.0.0.1:{self.port}/api/v1")

    def paid(self) -> list[dict[str, Any]]:
        """Every order that is charged."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_test/paid", timeout=10) as answer:
            return list(json.load(answer))


@pytest.fixture(scope="session")
def router_process() -> Iterator[RouterProcess]:
    command = [sys.executable, "-m", "tests.servers.openrouter"]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield RouterProcess(int(process.stdout.readline()))
        finally:
            process.kill()


@pytest.fixture
def writing_desk(database_url: str, tmp_path: Path, router_process: RouterProcess) -> Place:
    return Place(database_url, tmp_path / "files", router_process.access)
