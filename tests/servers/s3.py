"""moto's S3 server on a port of this machine, with one bucket in it."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Iterator
from contextlib import contextmanager

BUCKET = "films"


@contextmanager
def running_s3() -> Iterator[str]:
    """Its address. The keys are whatever the environment holds."""
    # Late: it brings a web framework and Amazon's own library.
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        make_bucket(host, port)
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def make_bucket(host: str, port: int) -> None:
    connection = http.client.HTTPConnection(host, port)
    connection.request("PUT", f"/{BUCKET}")
    assert connection.getresponse().status == 200
    connection.close()
