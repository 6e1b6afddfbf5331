"""The server as a process of its own: it prints its port, and runs until its input ends or it is killed."""

from __future__ import annotations

import argparse
import sys

from tests.servers.fal.server import running_fal


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.fal", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="The port to listen on; 0: a free one.")
    parser.add_argument("--latency", type=float, default=0.0, help="Seconds each job takes.")
    parser.add_argument("--concurrency", type=int, default=40, help="Jobs that are worked on at the same time.")
    options = parser.parse_args()
    with running_fal(options.port) as server:
        server.latency, server.concurrency = options.latency, options.concurrency
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
