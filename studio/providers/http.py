"""The one HTTP client of the providers: one request, one bounded answer, and failures in studio's own words.

It never repeats a request and follows no redirect: who pays for a request decides whether it is sent again. Of a POST
it says what is known: `NotSent` when it cannot have arrived, `Uncertain` when it may have."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx

from studio.domain.errors import (
    Misconfigured,
    NotAllowed,
    NotSent,
    RateLimited,
    Rejected,
    ServiceFailed,
    StudioError,
    Uncertain,
)
from studio.domain.text import one_line
from studio.providers.events import EventReader

CONNECT_SECONDS = 5.0
WRITE_SECONDS = 30.0
IDLE_SECONDS = 90.0
"""How long a stream may bring nothing but comments, which keep a connection alive for ever."""

MAXIMUM_ANSWER_BYTES = 8 * 1024 * 1024
HIDDEN = "********"
UNKNOWN_STATUSES = (408, 409)
"""Beside 5xx: statuses of a POST after which nobody knows whether it was taken."""

_LONGEST_QUOTE = 300
"""Characters of a server's own words that are worth showing."""

_SECONDS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")


@dataclass(frozen=True)
class Answer:
    """What a server answered, whatever its status. Header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def retry_seconds(self) -> float | None:
        """How long the server asks to be left alone; None where it does not say, or not in seconds."""
        seconds = self.headers.get("retry-after", "").strip()
        return float(seconds) if _SECONDS.fullmatch(seconds) else None

    def json(self) -> Any:
        """The body as JSON. Raises ValueError for anything else."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error


@dataclass(frozen=True)
class Events:
    """A stream of server-sent events that has begun well: its headers, and the data of each event as it comes.

    A server that answers with one JSON document instead gives that as its only event."""

    headers: Mapping[str, str]
    data: Iterator[str]


Meaning = Callable[[Answer, bool], StudioError | None]
"""The error that an unsuccessful answer stands for, None for what its status says; True when it answers an order."""


class Client:
    """One server under one base URL. The key goes to that server only and is never shown. Threads may share it."""

    def __init__(
        self,
        base_url: str,
        *,
        service: str,
        api_key: str | None = None,
        scheme: str = "Bearer",
        key_hint: str = "",
        answer_seconds: float = 120.0,
        connect_seconds: float = CONNECT_SECONDS,
        maximum_bytes: int = MAXIMUM_ANSWER_BYTES,
        meaning: Meaning | None = None,
    ) -> None:
        """`service` names the server to people; `key_hint` says where its key is set, `scheme` how it is sent.

        `answer_seconds` is how long the whole answer may take, `maximum_bytes` how large it may be. `meaning` knows
        what this server's failures stand for where that is not what their status says.
        Raises Misconfigured for an address or a key that cannot be one."""
        self.base_url = checked_url(base_url).rstrip("/")
        self.service = service
        self.key_hint = key_hint
        self.answer_seconds = answer_seconds
        self.maximum_bytes = maximum_bytes
        self._meaning = meaning
        self._scheme = scheme
        self._api_key = _checked_key(api_key, key_hint)
        self._timeout = httpx.Timeout(
            connect=connect_seconds, write=WRITE_SECONDS, read=answer_seconds, pool=connect_seconds
        )

    def __repr__(self) -> str:
        return f"Client({self.base_url!r}, api_key={HIDDEN if self._api_key else None!r})"

    @property
    def place(self) -> str:
        """The server for people: its name and where it is."""
        return f"{self.service} at {urlsplit(self.base_url).netloc}"

    @property
    def has_key(self) -> bool:
        return bool(self._api_key)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Ask for a path, or for a whole address that the server gave. Raises ServiceFailed without an answer."""
        return self._send(self._asking, "GET", path, None, query=query)

    def put(self, path: str, data: bytes | None = None, *, media_type: str = "") -> Answer:
        """Ask for a change, or store a file of `media_type`. Raises ServiceFailed without an answer."""
        return self._send(self._asking, "PUT", path, data, headers={"content-type": media_type} if media_type else None)

    def post(
        self,
        path: str,
        payload: Any,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send the payload as JSON, exactly once. Raises NotSent or Uncertain when there is no whole answer."""
        return self._send(self._ordering, "POST", path, encoded(payload), query=query, headers=headers)

    @contextmanager
    def events(
        self,
        path: str,
        payload: Any,
        *,
        headers: Mapping[str, str] | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> Iterator[Events]:
        """Send the payload as JSON, exactly once, and read the answer as it comes. Comments are no sign of life.

        Raises what `ordered` raises for an answer that is no success, and Uncertain when the stream breaks off."""
        body, started = encoded(payload), time.monotonic()
        idle_seconds = min(idle_seconds, self.answer_seconds)
        with self._in_our_words("POST", idle_seconds):
            opened = self._ordering.stream(
                "POST",
                self._url(path),
                content=body,
                headers=self._headers(body, {"accept": "text/event-stream, application/json", **(headers or {})}),
                timeout=httpx.Timeout(**{**self._timeout.as_dict(), "read": idle_seconds}),
            )
            with opened as response:
                if not 200 <= response.status_code < 300:
                    raise self.failure(self._whole(response, started), is_order=True)
                yield Events(_lower(response.headers), self._data(response, started, idle_seconds))

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
        a verdict (Rejected, NotAllowed, RateLimited) where it was not."""
        if not 200 <= answer.status < 300:
            raise self.failure(answer, is_order=True)
        try:
            return answer.json()
        except ValueError as error:
            raise Uncertain(f"{self.place} took the request and did not answer in JSON.") from error

    def failure(self, answer: Answer, *, is_order: bool = False) -> StudioError:
        """The error an unsuccessful answer stands for; `is_order` when it answers something that has to be paid.

        Where the server says how long to wait, `details` has it in seconds as `retry_after`."""
        if self._meaning is not None and (meant := self._meaning(answer, is_order)) is not None:
            return meant
        said = self._quoted(answer)
        details: dict[str, Any] = {"status": answer.status}
        if answer.retry_seconds is not None:
            details["retry_after"] = answer.retry_seconds
        if answer.status in (401, 403):
            message = f"{self.place} refused the key{said}." if self._api_key else f"{self.place} wants a key{said}."
            return NotAllowed(message, hint=self.key_hint or None, details=details)
        if answer.status == 429:
            message = f"{self.place} has had too many requests{said}."
            return RateLimited(message, hint=try_again(answer.retry_seconds), details=details)
        if answer.status >= 500 or answer.status in UNKNOWN_STATUSES:
            message = f"{self.place} failed with status {answer.status}{said}."
            kind = Uncertain if is_order else ServiceFailed
            return kind(message, hint=None if is_order else "Try again later.", details=details)
        if 300 <= answer.status < 400:
            moved = f"{self.place} points to another address."
            return Rejected(moved, hint="Set the address it has moved to.", details=details)
        return Rejected(f"{self.place} refused the request with status {answer.status}{said}.", details=details)

    def close(self) -> None:
        """Give back the connections that are kept open. The next request opens new ones."""
        for name in ("_asking", "_ordering"):
            if (opened := self.__dict__.pop(name, None)) is not None:
                opened.close()

    def _send(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        body: bytes | None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        started = time.monotonic()
        with self._in_our_words(method, self.answer_seconds):
            opened = client.stream(
                method, self._url(path), content=body, params=query, headers=self._headers(body, headers)
            )
            with opened as response:
                return self._whole(response, started)

    @contextmanager
    def _in_our_words(self, method: str, seconds: float) -> Iterator[None]:
        """Turn the failures of a connection into what they say about the request."""
        is_order = method == "POST"
        try:
            yield
        except (httpx.ConnectTimeout, httpx.ConnectError, httpx.PoolTimeout) as error:
            kind = NotSent if is_order else ServiceFailed
            raise kind(f"{self.place} cannot be reached.", hint="Check that it runs, and its address.") from error
        except httpx.TimeoutException as error:
            raise self._too_slow(is_order, seconds) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            message = f"{self.place} broke off before its answer was complete."
            if is_order:
                raise Uncertain(message) from error
            raise ServiceFailed(message, hint="Look at its own log, then try again.") from error

    @cached_property
    def _asking(self) -> httpx.Client:
        return self._open(httpx.Limits(keepalive_expiry=20))

    @cached_property
    def _ordering(self) -> httpx.Client:
        # A connection that the server has closed meanwhile looks like a lost answer: an order gets one of its own.
        return self._open(httpx.Limits(max_keepalive_connections=0))

    def _open(self, limits: httpx.Limits) -> httpx.Client:
        is_https = self.base_url.lower().startswith("https:")
        return httpx.Client(
            # Proxies and certificates of the environment are not trusted: the key must not pass through them.
            trust_env=False,
            follow_redirects=False,
            timeout=self._timeout,
            limits=limits,
            # Loading the certificates takes longer than asking a server on this machine, which speaks plain http.
            verify=certificates() if is_https else False,
        )

    def _url(self, path: str) -> httpx.URL:
        if not path.startswith(("http://", "https://")):
            return httpx.URL(f"{self.base_url}/{path}")
        # An address out of an answer: the key goes nowhere but to the server that was configured.
        try:
            url = httpx.URL(path)
        except httpx.InvalidURL as error:
            raise Rejected(f"{self.place} gave an address that is none.") from error
        if _server(url) != _server(httpx.URL(self.base_url)):
            raise Rejected(f"{self.place} points to another server, which does not get the key.")
        return url

    def _headers(self, body: bytes | None, more: Mapping[str, str] | None) -> dict[str, str]:
        headers = {"accept": "application/json", "accept-encoding": "identity", **(more or {})}
        if body is not None:
            headers.setdefault("content-type", "application/json")
        if self._api_key:
            headers["authorization"] = f"{self._scheme} {self._api_key}"
        return headers

    def _whole(self, response: httpx.Response, started: float) -> Answer:
        body = bytearray()
        is_order = response.request.method == "POST"
        for part in response.iter_bytes():
            body += part
            if len(body) > self.maximum_bytes:
                raise self._too_much(is_order)
            if time.monotonic() - started > self.answer_seconds:
                raise self._too_slow(is_order, self.answer_seconds)
        return Answer(response.status_code, bytes(body), _lower(response.headers))

    def _data(self, response: httpx.Response, started: float, idle_seconds: float) -> Iterator[str]:
        """The data of each event, or the one JSON document there is."""
        with self._in_our_words("POST", idle_seconds):
            if "json" in response.headers.get("content-type", ""):
                yield self._whole(response, started).body.decode("utf-8", "replace")
            else:
                yield from self._stream(response, started, idle_seconds)

    def _stream(self, response: httpx.Response, started: float, idle_seconds: float) -> Iterator[str]:
        reader, size_bytes, last = EventReader(), 0, time.monotonic()
        for part in response.iter_bytes():
            size_bytes += len(part)
            if size_bytes > self.maximum_bytes:
                raise self._too_much(True)
            events, is_alive = reader.feed(part)
            yield from events
            now = time.monotonic()
            last = now if is_alive else last
            if now - last > idle_seconds:
                raise self._too_slow(True, idle_seconds)
            if now - started > self.answer_seconds:
                raise self._too_slow(True, self.answer_seconds)
        yield from reader.end()

    def _too_much(self, is_order: bool) -> StudioError:
        kind = Uncertain if is_order else ServiceFailed
        return kind(f"{self.place} answered with more than {self.maximum_bytes:,} bytes.")

    def _too_slow(self, is_order: bool, seconds: float) -> StudioError:
        message = f"{self.place} gave no whole answer within {seconds:g} seconds."
        return Uncertain(message) if is_order else ServiceFailed(message, hint="Try again later.")

    def quoted(self, said: str) -> str:
        """A server's own words as one safe line without the key and a closing full stop; at most 300 characters."""
        line = one_line(said)
        if self._api_key:
            line = line.replace(self._api_key, HIDDEN)
        return line[:_LONGEST_QUOTE].rstrip(" .")

    def _quoted(self, answer: Answer) -> str:
        """What the server itself said of a failure, as the end of a sentence."""
        try:
            said = self.quoted(_message(answer.json()))
        except ValueError:
            return ""
        return f": {said}" if said else ""


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that servers are held to; loaded once, which takes longer than a request."""
    return httpx.create_ssl_context(trust_env=False)


def encoded(payload: Any) -> bytes:
    """The payload as JSON, its fields in their own order: models write the fields of a schema in the order they see."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def canonical(payload: Any) -> bytes:
    """The payload as JSON with sorted keys: equal payloads are equal bytes, which look-ups go by."""
    return json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def checked_url(text: str) -> str:
    """The address of a server. Raises Misconfigured for what is not http(s), or holds a password or a query."""
    try:
        parts, parsed = urlsplit(text.strip()), httpx.URL(text.strip())
    except (ValueError, httpx.InvalidURL) as error:
        raise Misconfigured(f"{one_line(text)!r} is not the address of a server.", hint=_URL_HINT) from error
    if parts.username or parts.password:
        raise Misconfigured("The address of a server must not hold a user or a password.", hint=_URL_HINT)
    if parts.scheme not in ("http", "https") or not parsed.host or parts.query or parts.fragment:
        raise Misconfigured(f"{one_line(text)!r} is not the address of a server.", hint=_URL_HINT)
    return text.strip()


_URL_HINT = "An address looks like http://127.0.0.1:11434/v1 or https://example.com/v1."


def _checked_key(api_key: str | None, key_hint: str) -> str | None:
    key = (api_key or "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise Misconfigured("The key has characters that no key has.", hint=key_hint or None)
    return key or None


def _message(content: Any) -> str:
    """The sentence inside the shapes of error in use: `error.message`, `error`, `message` or `detail`."""
    if not isinstance(content, dict):
        return ""
    found = content.get("error") or content.get("message") or content.get("detail") or ""
    if isinstance(found, dict):
        found = found.get("message") or ""
    return found if isinstance(found, str) else ""


def try_again(seconds: float | None) -> str:
    """What to do about a server that has had enough for now."""
    return "Try again later." if seconds is None else f"Try again in {seconds:g} seconds."


def _server(url: httpx.URL) -> tuple[str, bytes, bytes]:
    return url.scheme, url.userinfo, url.netloc


@dataclass(frozen=True)
class Delivery:
    """A file on its way: its bytes as they are sent, never unpacked. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    parts: Iterator[bytes]


@contextmanager
def open_pinned(url: str, address: str, *, seconds: float, idle_seconds: float) -> Iterator[Delivery]:
    """Ask for the file at `url` from the machine at this very `address`, whatever the name stands for by now.

    No key, no cookie, no proxy and no redirect. `seconds` is how long all of it may take, `idle_seconds` how long
    nothing may come. Raises NotSent when nobody answers there, and ServiceFailed when it does not arrive whole."""
    parts = urlsplit(url)
    deadline = _Deadline(seconds)
    host = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}").geturl()
    timeout = httpx.Timeout(idle_seconds, connect=min(CONNECT_SECONDS, idle_seconds)).as_dict()
    request = httpx.Request(
        "GET",
        target,
        headers={"host": parts.netloc, "accept": "*/*", "accept-encoding": "identity"},
        # The certificate has to be the name's, although the connection goes to a number.
        extensions={"sni_hostname": parts.hostname, "timeout": timeout, "trace": deadline.watch},
    )
    # Without a client around it, which would read what a redirect or a cookie says.
    opened = httpx.HTTPTransport(verify=certificates() if parts.scheme == "https" else False, trust_env=False)
    with (
        deadline,
        opened as transport,
        _delivering(str(parts.hostname), deadline),
        closing(transport.handle_request(request)) as response,
    ):
        yield Delivery(response.status_code, _lower(response.headers), deadline.within(response.iter_raw()))


@contextmanager
def _delivering(host: str, deadline: _Deadline) -> Iterator[None]:
    try:
        yield
    except (httpx.ConnectTimeout, httpx.ConnectError) as error:
        raise NotSent(f"{host} cannot be reached.", hint="Check the connection, then try again.") from error
    except httpx.TransportError as error:
        if deadline.is_over:
            raise ServiceFailed(f"{host} did not give the file in time.", hint="Try again.") from error
        raise ServiceFailed(f"{host} broke off before the file was complete.", hint="Try again.") from error


class _Deadline:
    """Ends a connection when its time is up, even one that brings a byte now and then so as never to be idle."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._connection: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Take hold of the connection when it is there."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._connection = details["return_value"].get_extra_info("socket")
            if self.is_over:
                self._end()

    def within(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        yield from parts
        if self.is_over:
            # A body without a length seems to be complete when its connection ends.
            raise httpx.ReadTimeout("the time is up")

    def _end(self) -> None:
        self.is_over = True
        if self._connection is not None:
            with suppress(OSError):
                # Not the method of an SSL socket, which would pull the encryption away from under its reader.
                socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
