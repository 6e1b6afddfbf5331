"""Which addresses a delivered file may come from: those of the public internet, and nothing in disguise."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from studio.domain.errors import ServiceFailed

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER = (
    # Python's is_global has said yes to some of these; each leads, or once led, somewhere else than it says.
    IPv4Network("100.64.0.0/10"),  # behind a carrier's address translation
    IPv4Network("192.0.0.0/24"),  # protocols
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv6Network("2001::/23"),  # Teredo and other protocols
    IPv6Network("2001:db8::/32"),  # examples
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),  # examples
)


def resolved(host: str, port: int) -> list[str]:
    """Every address of a host, in the order they should be tried. Raises ServiceFailed when it has none now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ServiceFailed(f"{host} cannot be found.", hint="Check the connection, then try again.") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Whether this is an address of the public internet; what is no address is not."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        # Networks without IPv4 reach its hosts through this prefix: what counts is the address inside.
        if parsed in _NAT64:
            return _is_public(IPv4Address(int(parsed) & 0xFFFFFFFF))
        return parsed in _GLOBAL_UNICAST and _is_public(parsed)
    return parsed is not None and _is_public(parsed)


def is_loopback(address: str) -> bool:
    """Whether this is the machine itself, written plainly: 127.0.0.0/8 or ::1."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback and not getattr(parsed, "ipv4_mapped", None)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address.version == network.version and address in network for network in _NEVER)
