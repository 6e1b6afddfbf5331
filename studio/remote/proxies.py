"""The proxy through which https goes out, where the environment names one."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from studio.domain.errors import Misconfigured
from studio.remote.address import is_this_machine

_NAMES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@dataclass(frozen=True)
class Proxy:
    host: str
    port: int
    headers: dict[str, str] = field(default_factory=dict, repr=False)


def proxy_for(host: str) -> Proxy | None:
    """The proxy for this host; None where there is none or the host is excepted. Raises Misconfigured."""
    name = next((name for name in _NAMES if os.environ.get(name)), None)
    if name is None or is_this_machine(host):
        return None
    # Late: most machines have no proxy.
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # not in the type stubs

    if proxy_bypass_environment(host):
        return None
    return _parsed(name, os.environ[name])


def _parsed(name: str, value: str) -> Proxy:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        port = parts.port or 8080
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme != "http" or not parts.hostname:
        raise Misconfigured(f"{name} is not the address of a proxy.", hint=f"{name}=http://host:port, or unset it.")
    if parts.username is None:
        return Proxy(parts.hostname, port)
    secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return Proxy(parts.hostname, port, {"Proxy-Authorization": f"Basic {base64.b64encode(secret).decode()}"})
