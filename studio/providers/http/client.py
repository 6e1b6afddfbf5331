"""The client: one request, one bounded answer, and failures in studio's own words.

It never repeats a request and follows no redirect: who pays for a request decides whether it is sent again. Of a POST
it says what is known: `NotSent` when it cannot have arrived, `Uncertain` when it may have."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from studio import __version__
from studio.domain.errors import Misconfigured, NotSent, Rejected, ServiceFailed, StudioError, Uncertain
from studio.domain.progress import Cancelled, never
from studio.providers.events import EventReader
from studio.providers.http.failures import HIDDEN, Failures, Meaning
from studio.providers.http.line import CONNECT_SECONDS, Line, TimeIsUp, time_limits
from studio.providers.http.urls import checked_url, is_https, is_same_server, is_whole
from studio.providers.http.wire import Answer, Delivery, Events, encoded

IDLE_SECONDS = 90.0
"""How long a stream may bring nothing but comments, which keep a connection alive for ever."""

MAXIMUM_ANSWER_BYTES = 8 * 1024 * 1024

_JSON = "application/json"
_EVENTS = f"text/event-stream, {_JSON}"
_HEADERS = {"accept": _JSON, "accept-encoding": "identity", "user-agent": f"studio/{__version__}"}


class Client:
    """One server under one base URL. The key goes to that server only and is never shown. Threads may share it."""

    def __init__(
        self,
        base_url: str,
        *,
        service: str,
        api_key: str | None = None,
        scheme: str = "Bearer",
        key_header: str = "authorization",
        key_hint: str = "",
        answer_seconds: float = 120.0,
        connect_seconds: float = CONNECT_SECONDS,
        maximum_bytes: int = MAXIMUM_ANSWER_BYTES,
        meaning: Meaning | None = None,
    ) -> None:
        """`service` names the server to people; `key_hint` says where its key is set; it is sent in `key_header`
        after the word `scheme`, or bare where that is empty.

        `answer_seconds` is how long a request may take in all, from connecting to the last byte of the answer, and
        `maximum_bytes` how large the answer may be. `meaning` knows what this server's failures stand for where that
        is not what their status says. Raises Misconfigured for an address or a key that cannot be one."""
        self.base_url = checked_url(base_url).rstrip("/")
        self.service = service
        self.answer_seconds = answer_seconds
        self.maximum_bytes = maximum_bytes
        self._connect_seconds = connect_seconds
        self._scheme = scheme
        self._key_header = key_header
        self._api_key = _checked_key(api_key, key_hint)
        self._failures = Failures(self.place, self._api_key, key_hint, meaning)
        self._free_lines: deque[Line] = deque()

    def __repr__(self) -> str:
        return f"Client({self.base_url!r}, api_key={HIDDEN if self._api_key else None!r})"

    @property
    def place(self) -> str:
        """The server for people: its name and where it is."""
        return f"{self.service} at {urlsplit(self.base_url).netloc}"

    @property
    def has_key(self) -> bool:
        return bool(self._api_key)

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask for a path, or for a whole address that the server gave. Raises ServiceFailed without an answer."""
        return self._send("GET", path, None, query=query, headers=headers)

    def put(self, path: str, data: bytes | None = None, *, media_type: str = "") -> Answer:
        """Ask for a change, or store a file of `media_type`. Raises ServiceFailed without an answer."""
        return self._send("PUT", path, data, headers={"content-type": media_type} if media_type else None)

    def post(
        self,
        path: str,
        payload: Any,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send the payload as JSON, exactly once. Raises NotSent or Uncertain when there is no whole answer."""
        return self._send("POST", path, encoded(payload), query=query, headers=headers)

    def delete(self, path: str) -> Answer:
        """Have something removed; harmless to repeat. Raises ServiceFailed without an answer."""
        return self._send("DELETE", path, None)

    @contextmanager
    def events(
        self,
        path: str,
        payload: Any,
        *,
        headers: Mapping[str, str] | None = None,
        idle_seconds: float = IDLE_SECONDS,
        cancelled: Cancelled = never,
    ) -> Iterator[Events]:
        """Send the payload as JSON, exactly once, and read the answer as it comes. Comments are no sign of life.

        Raises what `ordered` raises for an answer that is no success, and Uncertain when the stream breaks off or the
        work is `cancelled` between two pieces of it."""
        idle_seconds = min(idle_seconds, self.answer_seconds)
        told = {"accept": _EVENTS, **(headers or {})}
        request = self._request("POST", path, encoded(payload), headers=told, idle_seconds=idle_seconds)
        with self._in_our_words(True, idle_seconds), self._exchange(request) as delivery:
            if not delivery.is_success:
                raise self.failure(self._whole(delivery, is_order=True), is_order=True)
            yield Events(delivery.headers, self._data(delivery, idle_seconds, cancelled))

    def content(self, answer: Answer) -> Any:
        """The JSON of a successful answer; raises what a person should know of any other."""
        if not 200 <= answer.status < 300:
            raise self.failure(answer)
        try:
            return answer.json()
        except ValueError as error:
            raise ServiceFailed(
                f"{self.place} did not answer in JSON.", hint="Check the address: it may belong to something else."
            ) from error

    def ordered(self, answer: Answer) -> Any:
        """The JSON of an answer to an order. Raises Uncertain where it leaves open whether the order was taken, and
        a verdict (Rejected, KeyRefused, RateLimited) where it was not."""
        if not 200 <= answer.status < 300:
            raise self.failure(answer, is_order=True)
        try:
            return answer.json()
        except ValueError as error:
            raise Uncertain(f"{self.place} took the request and did not answer in JSON.") from error

    def failure(self, answer: Answer, *, is_order: bool = False) -> StudioError:
        """The error an unsuccessful answer stands for; `is_order` when it answers something that has to be paid.

        Where the server says how long to wait, `details` has it in seconds as `retry_after`."""
        return self._failures.of(answer, is_order=is_order)

    def quoted(self, said: str) -> str:
        """A server's own words as one safe line without the key and a closing full stop; at most 300 characters."""
        return self._failures.quoted(said)

    def close(self) -> None:
        """Give back the connections that are kept open. The next request opens new ones."""
        while self._free_lines:
            self._free_lines.pop().close()

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        is_order = method == "POST"
        request = self._request(method, path, body, query=query, headers=headers, idle_seconds=self.answer_seconds)
        with self._in_our_words(is_order, self.answer_seconds), self._exchange(request) as delivery:
            return self._whole(delivery, is_order=is_order)

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        idle_seconds: float,
    ) -> httpx.Request:
        told = {**_HEADERS, **({} if body is None else {"content-type": _JSON}), **(headers or {})}
        if self._api_key:
            told[self._key_header] = f"{self._scheme} {self._api_key}".lstrip()
        limits = time_limits(idle_seconds=idle_seconds, connect_seconds=self._connect_seconds)
        return httpx.Request(
            method, self._url(path), params=query, headers=told, content=body, extensions={"timeout": limits}
        )

    def _url(self, path: str) -> httpx.URL:
        if not is_whole(path):
            return httpx.URL(f"{self.base_url}/{path}")
        # An address out of an answer: the key goes nowhere but to the server that was configured.
        try:
            url = httpx.URL(path)
        except httpx.InvalidURL as error:
            raise Rejected(f"{self.place} gave an address that is none.") from error
        if not is_same_server(url, self.base_url):
            raise Rejected(f"{self.place} points to another server, which does not get the key.")
        return url

    @contextmanager
    def _exchange(self, request: httpx.Request) -> Iterator[Delivery]:
        with self._line(request.method) as line, line.send(request, seconds=self.answer_seconds) as delivery:
            yield delivery

    @contextmanager
    def _line(self, method: str) -> Iterator[Line]:
        # A connection that the server has closed meanwhile looks like a lost answer: an order gets one of its own.
        is_kept = method != "POST"
        try:
            line = self._free_lines.pop() if is_kept else Line(is_https=is_https(self.base_url))
        except IndexError:
            line = Line(is_https=is_https(self.base_url))
        try:
            yield line
        finally:
            if is_kept:
                self._free_lines.append(line)
            else:
                line.close()

    @contextmanager
    def _in_our_words(self, is_order: bool, idle_seconds: float) -> Iterator[None]:
        """Turn the failures of a connection into what they say about the request."""
        try:
            yield
        except (httpx.ConnectTimeout, httpx.ConnectError, httpx.PoolTimeout) as error:
            kind = NotSent if is_order else ServiceFailed
            raise kind(f"{self.place} cannot be reached.", hint="Check that it runs, and its address.") from error
        except TimeIsUp as error:
            raise self._too_slow(is_order, self.answer_seconds) from error
        except httpx.TimeoutException as error:
            raise self._too_slow(is_order, idle_seconds) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            message = f"{self.place} broke off before its answer was complete."
            if is_order:
                raise Uncertain(message) from error
            raise ServiceFailed(message, hint="Look at its own log, then try again.") from error

    def _whole(self, delivery: Delivery, *, is_order: bool) -> Answer:
        body = bytearray()
        for part in delivery.parts:
            body += part
            if len(body) > self.maximum_bytes:
                raise self._too_much(is_order)
        return Answer(delivery.status, bytes(body), delivery.headers)

    def _data(self, delivery: Delivery, idle_seconds: float, cancelled: Cancelled) -> Iterator[str]:
        """The data of each event, or the one JSON document there is."""
        with self._in_our_words(True, idle_seconds):
            if "json" in delivery.headers.get("content-type", ""):
                yield self._whole(delivery, is_order=True).body.decode("utf-8", "replace")
            else:
                yield from self._stream(delivery, idle_seconds, cancelled)

    def _stream(self, delivery: Delivery, idle_seconds: float, cancelled: Cancelled) -> Iterator[str]:
        reader, size_bytes, last = EventReader(), 0, time.monotonic()
        for part in delivery.parts:
            size_bytes += len(part)
            if size_bytes > self.maximum_bytes:
                raise self._too_much(True)
            events, is_alive = reader.feed(part)
            yield from events
            now = time.monotonic()
            last = now if is_alive else last
            if now - last > idle_seconds:
                raise self._too_slow(True, idle_seconds)
            if cancelled():
                raise Uncertain(f"{self.place} was left while it was answering.")
        yield from reader.end()

    def _too_much(self, is_order: bool) -> StudioError:
        kind = Uncertain if is_order else ServiceFailed
        return kind(f"{self.place} answered with more than {self.maximum_bytes:,} bytes.")

    def _too_slow(self, is_order: bool, seconds: float) -> StudioError:
        message = f"{self.place} gave no whole answer within {seconds:g} seconds."
        return Uncertain(message) if is_order else ServiceFailed(message, hint="Try again later.")


def _checked_key(api_key: str | None, key_hint: str) -> str | None:
    key = (api_key or "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise Misconfigured("The key has characters that no key has.", hint=key_hint or None)
    return key or None
