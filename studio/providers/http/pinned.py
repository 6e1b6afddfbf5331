"""Asking for a file at an address that was looked at, whatever its name stands for by now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import httpx

from studio.domain.errors import NotSent, ServiceFailed
from studio.providers.http.line import CONNECT_SECONDS, Line, TimeIsUp, time_limits
from studio.providers.http.wire import Delivery


@contextmanager
def open_pinned(url: str, address: str, *, seconds: float, idle_seconds: float) -> Iterator[Delivery]:
    """Ask for the file at `url` from the machine at this very `address`; its bytes are never unpacked.

    No key, no cookie, no proxy and no redirect. `seconds` is how long all of it may take, `idle_seconds` how long
    nothing may come. Raises NotSent when nobody answers there, and ServiceFailed when it does not arrive whole."""
    parts = urlsplit(url)
    request = _request(url, address, idle_seconds)
    with (
        closing(Line(is_https=parts.scheme == "https")) as line,
        _in_our_words(str(parts.hostname)),
        line.send(request, seconds=seconds, is_unpacked=False) as delivery,
    ):
        yield delivery


def _request(url: str, address: str, idle_seconds: float) -> httpx.Request:
    parts = urlsplit(url)
    host = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}").geturl()
    limits = time_limits(idle_seconds=idle_seconds, connect_seconds=min(CONNECT_SECONDS, idle_seconds))
    return httpx.Request(
        "GET",
        target,
        headers={"host": parts.netloc, "accept": "*/*", "accept-encoding": "identity"},
        # The certificate has to be the name's, although the connection goes to a number.
        extensions={"sni_hostname": parts.hostname, "timeout": limits},
    )


@contextmanager
def _in_our_words(host: str) -> Iterator[None]:
    try:
        yield
    except (httpx.ConnectTimeout, httpx.ConnectError) as error:
        raise NotSent(f"{host} cannot be reached.", hint="Check the connection, then try again.") from error
    except TimeIsUp as error:
        raise ServiceFailed(f"{host} did not give the file in time.", hint="Try again.") from error
    except httpx.TransportError as error:
        raise ServiceFailed(f"{host} broke off before the file was complete.", hint="Try again.") from error
