"""`studio serve` as a process: it says where it listens, and stops gracefully."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from studio.contracts.wire import STREAM
from studio.db.engine import open_database
from tests.cli.conftest import Run

LIMIT = 60


@contextmanager
def running(url: str, folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the address it says it listens on."""
    environment = os.environ | {"STUDIO_DATABASE_URL": url, "STUDIO_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "studio", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found is not None, said + process.stderr.read()
        yield process, found[0]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stderr.close()


def test_it_serves_and_ends_when_it_is_asked_to(sqlite_url: str, tmp_path: Path, studio_command: Run) -> None:
    key = studio_command("keys", "create", "--name", "it", "--json").json["api_key"]
    with running(sqlite_url, tmp_path / "data") as (process, address):
        headers = {"Authorization": f"Bearer {key}"}
        assert httpx.get(f"{address}/api/health", trust_env=False).json()["success"] is True
        assert httpx.get(f"{address}/api/me", headers=headers, trust_env=False).status_code == 200

        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) in (0, -signal.SIGTERM)


def test_work_under_way_is_told_that_the_server_stops(sqlite_url: str, tmp_path: Path, studio_command: Run) -> None:
    key = studio_command("keys", "create", "--name", "it", "--json").json["api_key"]
    lines: list[str] = []
    begun = threading.Event()

    def watch(address: str) -> None:
        headers = {"Authorization": f"Bearer {key}", "Accept": STREAM}
        brief = {"source_text": "One sea. Two moons. Three stars. " * 10}
        with httpx.stream(
            "POST", f"{address}/api/shorts/make", json=brief, headers=headers, timeout=LIMIT, trust_env=False
        ) as answer:
            for line in answer.iter_lines():
                lines.append(line)
                begun.set()

    with running(sqlite_url, tmp_path / "data") as (process, address):
        thread = threading.Thread(target=watch, args=[address])
        thread.start()
        assert begun.wait(LIMIT)
        process.send_signal(signal.SIGTERM)
        thread.join(LIMIT)
        process.wait(LIMIT)

    last = json.loads(lines[-1])
    assert (last["success"], last["code"]) == (False, "interrupted")
    assert "again" in last["hint"]


def test_a_port_that_is_taken_is_said(sqlite_url: str, tmp_path: Path, studio_command: Run) -> None:
    with running(sqlite_url, tmp_path / "data") as (_, address):
        refused = studio_command("serve", "--port", address.rpartition(":")[2])

    assert refused.code == 1
    assert "cannot listen" in refused.err


def test_a_shared_database_that_is_behind_is_not_served(
    postgres_url: str, studio_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(postgres_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    monkeypatch.setenv("STUDIO_DATABASE_URL", postgres_url)

    refused = studio_command("serve", "--port", "0")

    assert refused.code == 1
    assert "studio admin db upgrade" in refused.err
