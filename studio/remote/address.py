"""Where a server is: https everywhere, http on this machine alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from studio.domain.errors import Misconfigured
from studio.domain.text import one_line

_HINT = "It is like https://studio.example.com; only on this machine http://127.0.0.1:8000 will do."
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Address:
    """A server, or a page of one."""

    scheme: str
    host: str
    port: int
    path: str = ""
    """What comes before `/api`; without a slash at its end."""

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read along."""
        return self.scheme == "https" or is_this_machine(self.host)

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def server_address(text: str) -> Address:
    """The address of a server in its one spelling. Raises Misconfigured for one that cannot be used."""
    address = parsed(text.strip().rstrip("/"))
    if address is None:
        raise Misconfigured(f"{one_line(text)[:100]!r} is not the address of a server.", hint=_HINT)
    if not address.is_private:
        raise Misconfigured(f"{address} would send your login where others can read it.", hint=_HINT)
    return address


def parsed(url: str) -> Address | None:
    """The parts of a plain URL, without query, fragment, user and password; None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc) and url.isprintable()
    if parts.scheme not in _PORTS or not is_plain or not _HOST.fullmatch(host) or not _PATH.fullmatch(parts.path):
        return None
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], parts.path)


def is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
