"""The server as a process of its own: it prints its port and serves until it is ended."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading

from tests.servers.openrouter.running import running_openrouter
from tests.servers.openrouter.server import KEY


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=KEY)
    parser.add_argument("--unlisted-looks", type=int, default=0)
    parser.add_argument("--stores-text", action="store_true")
    options = parser.parse_args()
    with running_openrouter(options.port) as server:
        server.key, server.stores_text = options.key, options.stores_text
        server.unlisted_looks = options.unlisted_looks
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


main()
