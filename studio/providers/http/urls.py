"""Addresses: which may be set for a server, and which of those a server names are its own."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from studio.domain.errors import Misconfigured
from studio.domain.text import one_line

_HINT = "An address looks like http://127.0.0.1:11434/v1 or https://example.com/v1."


def checked_url(text: str) -> str:
    """The address of a server. Raises Misconfigured for what is not http(s), or holds a password or a query."""
    try:
        parts, parsed = urlsplit(text.strip()), httpx.URL(text.strip())
    except (ValueError, httpx.InvalidURL) as error:
        raise Misconfigured(f"{one_line(text)!r} is not the address of a server.", hint=_HINT) from error
    if parts.username or parts.password:
        raise Misconfigured("The address of a server must not hold a user or a password.", hint=_HINT)
    if parts.scheme not in ("http", "https") or not parsed.host or parts.query or parts.fragment:
        raise Misconfigured(f"{one_line(text)!r} is not the address of a server.", hint=_HINT)
    return text.strip()


def is_https(url: str) -> bool:
    return url.lower().startswith("https:")


def is_whole(path: str) -> bool:
    """Whether it is an address by itself and not a path under one."""
    return path.startswith(("http://", "https://"))


def is_same_server(url: httpx.URL, base_url: str) -> bool:
    return _server(url) == _server(httpx.URL(base_url))


def _server(url: httpx.URL) -> tuple[str, bytes, bytes]:
    return url.scheme, url.userinfo, url.netloc
