"""The one HTTP client of the providers: one request, one bounded answer, and failures in studio's own words.

It never repeats a request and follows no redirect: who pays for a request decides whether it is sent again."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from studio.domain.errors import Misconfigured, NotAllowed, RateLimited, ServiceFailed, StudioError
from studio.domain.text import one_line

CONNECT_SECONDS = 5.0
WRITE_SECONDS = 30.0
MAXIMUM_ANSWER_BYTES = 8 * 1024 * 1024
HIDDEN = "********"

_LONGEST_QUOTE = 300
"""Characters of a server's own words that are worth showing."""


@dataclass(frozen=True)
class Answer:
    """What a server answered, whatever its status."""

    status: int
    body: bytes
    retry_after: str | None = None

    def json(self) -> Any:
        """The body as JSON. Raises ValueError for anything else."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error


class Client:
    """One server under one base URL. The key goes to that server only and is never shown."""

    def __init__(
        self,
        base_url: str,
        *,
        service: str,
        api_key: str | None = None,
        key_hint: str = "",
        answer_seconds: float = 120.0,
        connect_seconds: float = CONNECT_SECONDS,
        maximum_bytes: int = MAXIMUM_ANSWER_BYTES,
    ) -> None:
        """`service` names the server to people; `key_hint` says where its key is set.

        `answer_seconds` is how long the whole answer may take, `maximum_bytes` how large it may be.
        Raises Misconfigured for an address or a key that cannot be one."""
        self.base_url = checked_url(base_url).rstrip("/")
        self.service = service
        self.key_hint = key_hint
        self.answer_seconds = answer_seconds
        self.maximum_bytes = maximum_bytes
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

    def get(self, path: str) -> Answer:
        return self._send("GET", path, None)

    def post(self, path: str, payload: Any) -> Answer:
        """Send the payload as JSON, exactly once. Raises ServiceFailed when there is no whole answer."""
        return self._send("POST", path, json.dumps(payload).encode())

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

    def failure(self, answer: Answer) -> StudioError:
        """The error an unsuccessful answer stands for."""
        said = self._quoted(answer)
        details = {"status": answer.status}
        if answer.status in (401, 403):
            message = f"{self.place} refused the key{said}." if self._api_key else f"{self.place} wants a key{said}."
            return NotAllowed(message, hint=self.key_hint or None, details=details)
        if answer.status == 429:
            return RateLimited(f"{self.place} has had too many requests{said}.", hint=_when(answer), details=details)
        if answer.status >= 500:
            message, hint = f"{self.place} failed with status {answer.status}{said}.", "Try again later."
        elif 300 <= answer.status < 400:
            message, hint = f"{self.place} points to another address.", "Set the address it has moved to."
        else:
            message, hint = f"{self.place} refused the request with status {answer.status}{said}.", None
        return ServiceFailed(message, hint=hint, details=details)

    def _send(self, method: str, path: str, body: bytes | None) -> Answer:
        started = time.monotonic()
        url = f"{self.base_url}/{path}"
        try:
            with (
                self._open() as client,
                client.stream(method, url, content=body, headers=self._headers(body)) as response,
            ):
                return Answer(response.status_code, self._read(response, started), response.headers.get("retry-after"))
        except httpx.ConnectTimeout as error:
            raise self._unreachable() from error
        except httpx.TimeoutException as error:
            raise self._too_slow() from error
        except httpx.ConnectError as error:
            raise self._unreachable() from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise ServiceFailed(
                f"{self.place} broke off before its answer was complete.", hint="Look at its own log, then try again."
            ) from error

    def _open(self) -> httpx.Client:
        return httpx.Client(
            # Proxies and certificates of the environment are not trusted: the key must not pass through them.
            trust_env=False,
            follow_redirects=False,
            timeout=self._timeout,
            # Loading the certificates takes longer than asking a server on this machine, which speaks plain http.
            verify=self.base_url.lower().startswith("https:"),
        )

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        if body is not None:
            headers["content-type"] = "application/json"
        if self._api_key:
            headers["authorization"] = f"Bearer {self._api_key}"
        return headers

    def _read(self, response: httpx.Response, started: float) -> bytes:
        body = bytearray()
        for part in response.iter_bytes():
            body += part
            if len(body) > self.maximum_bytes:
                raise ServiceFailed(f"{self.place} answered with more than {self.maximum_bytes:,} bytes.")
            if time.monotonic() - started > self.answer_seconds:
                raise self._too_slow()
        return bytes(body)

    def _unreachable(self) -> ServiceFailed:
        return ServiceFailed(f"{self.place} cannot be reached.", hint="Check that it runs, and its address.")

    def _too_slow(self) -> ServiceFailed:
        return ServiceFailed(
            f"{self.place} gave no whole answer within {self.answer_seconds:g} seconds.",
            hint="Try again, or use a smaller model.",
        )

    def _quoted(self, answer: Answer) -> str:
        """What the server itself said of a failure, as the end of a sentence."""
        try:
            said = one_line(_message(answer.json()))[:_LONGEST_QUOTE].rstrip(" .")
        except ValueError:
            return ""
        if self._api_key:
            said = said.replace(self._api_key, HIDDEN)
        return f": {said}" if said else ""


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


def _when(answer: Answer) -> str:
    seconds = (answer.retry_after or "").strip()
    return f"Try again in {seconds} seconds." if seconds.isdigit() and len(seconds) < 6 else "Try again later."
