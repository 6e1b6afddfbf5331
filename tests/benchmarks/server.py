"""Requests per second of studio serve against a bare FastAPI application with the same handler and the same query.

    python -m tests.benchmarks.server [--seconds 3] [--rounds 5] [--connections 8]

Both run as processes of their own and are asked in turn within one run; what is compared is the ratio."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BARE = """
import sys, uvicorn
from fastapi import FastAPI
from studio.config import load_settings
from studio.db.engine import open_server_database
from studio.services.people import local_owner
from studio.services.credits import CreditsService
from studio.services.ledger import balance_of
database = open_server_database(load_settings().effective_database_url)
owner = local_owner(database)
app = FastAPI()

@app.get("/api/health")
def health():
    with database.read() as session:
        session.connection().exec_driver_sql("SELECT 1")
    return {"success": True, "data": {"status": "ok"}}

@app.get("/api/credits/me")
def credits():
    view = CreditsService(database, owner, lambda: None).me()
    return {"success": True, "data": view.model_dump(mode="json")}

uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
"""
OURS = """
import sys
from studio.cli.main import main
sys.argv = ["studio", "serve", "--port", sys.argv[1]]
sys.exit(main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(program: str, environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(port)],
        env=environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a server did not start")


async def load(port: int, path: str, key: str, connections: int, seconds: float) -> float:
    """Requests answered with 200 per second."""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    end = time.perf_counter() + seconds

    async def ask() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while time.perf_counter() < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
            count += 1
        writer.close()
        return count

    return sum(await asyncio.gather(*(ask() for _ in range(connections)))) / seconds


def environment_of(folder: Path) -> dict[str, str]:
    own = {name: str(folder) for name in ("STUDIO_DATA_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
    # The limit is what is measured here, not reached.
    return os.environ | own | {"STUDIO_REQUESTS_PER_MINUTE": "60000", "STUDIO_REQUEST_BURST": "60000"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(Path(folder))
        make = [sys.executable, "-m", "studio", "keys", "create", "--name", "load", "--json"]
        made = subprocess.run(make, env=environment, check=True, capture_output=True, text=True).stdout
        key = made.split('"api_key": "')[1].split('"')[0]
        with running(OURS, environment) as ours, running(BARE, environment) as bare:
            for path in ("/api/health", "/api/credits/me"):
                ratios = []
                for _ in range(options.rounds):
                    pair = [
                        asyncio.run(load(port, path, key, options.connections, options.seconds))
                        for port in (ours, bare)
                    ]
                    ratios.append(pair[0] / pair[1])
                print(f"{path}: studio {pair[0]:.0f}/s, bare {pair[1]:.0f}/s, ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
