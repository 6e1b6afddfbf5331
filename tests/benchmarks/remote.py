"""CPU of a command on a server, against importing httpx and making one request to the same server, in one run.

    python tests/benchmarks/remote.py [--rounds 21] [--json]

The server is a bare one on loopback that gives the same answer to both, so that only the client's own work counts.
The ratio is the median of the rounds' own ratios, as the two then ran within the same second."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.startup import clean, cpu_seconds

CREDITS = {
    "credits_remaining": 90, "credits_held": 0, "credits_debt": 0, "plan": "free", "usage_this_month": 10,
    "grants": [
        {"id": "g", "source": "plan", "amount": 100, "remaining": 90, "priority": 0, "expires_at": None},
    ],
}  # fmt: skip
BODY = json.dumps({"success": True, "data": CREDITS}).encode()

REQUEST = "import httpx; httpx.get('{url}/api/credits/me', headers={{'Authorization': 'Bearer x'}}).json()"
STUDIO = [sys.executable, "-c", "import sys; from studio.cli.main import main; sys.exit(main())"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def measure(url: str, rounds: int, environment: dict[str, str]) -> dict[str, list[float]]:
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "httpx, one request": [sys.executable, "-c", REQUEST.format(url=url)],
        "studio credits show": [*STUDIO, "credits", "show"],
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            seconds = cpu_seconds(command, environment)
            if turn:
                found[name].append(seconds)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        environment = clean(Path(folder)) | {"STUDIO_SERVER": url, "STUDIO_TOKEN": "stu_live_12345678_x"}
        found = measure(url, options.rounds, environment)
    server.shutdown()
    pairs = zip(found["studio credits show"], found["httpx, one request"], strict=True)
    result = {name: round(1000 * statistics.median(values), 1) for name, values in found.items()}
    result["ratio"] = round(statistics.median(ours / theirs for ours, theirs in pairs), 3)
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for name, value in result.items():
        print(f"{name:<22}{value}" + ("" if name == "ratio" else " ms"))


if __name__ == "__main__":
    main()
