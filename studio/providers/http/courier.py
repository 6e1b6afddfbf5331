"""Requests of the storages: one at a time over a connection, files read from and written to the disk as they pass."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from studio.domain.courier import Answer
from studio.domain.errors import NotSent, ServiceFailed
from studio.providers.http.line import CONNECT_SECONDS, Line, TimeIsUp, time_limits
from studio.providers.http.wire import Delivery

IDLE_SECONDS = 60.0
LARGEST_ANSWER_BYTES = 8 * 1024 * 1024
LARGEST_FILE_BYTES = 5 * 1024**3
PART_BYTES = 256 * 1024


class HttpCourier:
    """Carries requests; connections that are free are kept for the next one to the same server."""

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._free: dict[str, list[Line]] = defaultdict(list)
        self._lock = threading.Lock()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | Path | None = None,
        into: Path | None = None,
        seconds: float = 60.0,
    ) -> Answer:
        request = self._request(method, url, headers or {}, content, seconds)
        place = request.url.netloc.decode("ascii", "replace")
        with (
            _in_our_words(place, seconds),
            self._line(url) as line,
            line.send(request, seconds=seconds, is_unpacked=False) as delivery,
        ):
            return _taken(delivery, into if delivery.is_success else None, place)

    def close(self) -> None:
        with self._lock:
            lines = [line for kept in self._free.values() for line in kept]
            self._free.clear()
        for line in lines:
            line.close()

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | Path | None, seconds: float
    ) -> httpx.Request:
        limits = time_limits(
            idle_seconds=min(self._idle_seconds, seconds), connect_seconds=min(CONNECT_SECONDS, seconds)
        )
        fields = {"accept": "*/*", "accept-encoding": "identity", **headers}
        if isinstance(content, Path):
            fields["content-length"] = str(content.stat().st_size)
        body = _parts_of(content) if isinstance(content, Path) else content
        return httpx.Request(method, url, headers=fields, content=body, extensions={"timeout": limits})

    @contextmanager
    def _line(self, url: str) -> Iterator[Line]:
        parts = urlsplit(url)
        server = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            kept = self._free[server]
            line = kept.pop() if kept else Line(is_https=parts.scheme == "https")
        try:
            yield line
        except BaseException:
            line.close()
            raise
        with self._lock:
            self._free[server].append(line)


def _parts_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while part := stream.read(PART_BYTES):
            yield part


def _taken(delivery: Delivery, into: Path | None, place: str) -> Answer:
    if into is None:
        body = b"".join(_bounded(delivery, place, LARGEST_ANSWER_BYTES))
        return Answer(delivery.status, body, delivery.headers)
    with into.open("wb") as stream:
        for part in _bounded(delivery, place, LARGEST_FILE_BYTES):
            stream.write(part)
        stream.flush()
        os.fsync(stream.fileno())
    return Answer(delivery.status, b"", delivery.headers)


def _bounded(delivery: Delivery, place: str, most_bytes: int) -> Iterator[bytes]:
    size_bytes = 0
    for part in delivery.parts:
        size_bytes += len(part)
        if size_bytes > most_bytes:
            raise ServiceFailed(f"{place} answered with more than {most_bytes:,} bytes.", hint="Check its address.")
        yield part


@contextmanager
def _in_our_words(place: str, seconds: float) -> Iterator[None]:
    try:
        yield
    except (httpx.ConnectTimeout, httpx.ConnectError) as error:
        raise NotSent(f"{place} cannot be reached.", hint="Check that it runs, and its address.") from error
    except (TimeIsUp, httpx.TimeoutException) as error:
        raise ServiceFailed(f"{place} gave no whole answer within {seconds:g} seconds.", hint="Try again.") from error
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise ServiceFailed(f"{place} broke off before its answer was complete.", hint="Try again.") from error
