"""Clerk's Frontend API: where it is, and the keys that its tokens are signed with."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from studio.domain.errors import Misconfigured, ServiceFailed
from studio.providers.http import Client

_HINT = "CLERK_PUBLISHABLE_KEY is on the page API keys of Clerk's dashboard; it begins with pk_live_ or pk_test_."
_KEY = re.compile(r"pk_(?:test|live)_([A-Za-z0-9+/]+)={0,2}")
_HOST = re.compile(r"([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d{1,5})?")
_LOOPBACK = ("127.0.0.1", "localhost")


def frontend_url(publishable_key: str) -> str:
    """The address that a publishable key holds; it is the issuer of the tokens. Raises Misconfigured for no such key.

    Only for an instance on this machine, such as one of the tests, it is not https."""
    found = _KEY.fullmatch(publishable_key.strip())
    host = _HOST.fullmatch(_decoded(found[1])) if found else None
    if host is None:
        raise Misconfigured("CLERK_PUBLISHABLE_KEY is no publishable key of Clerk.", hint=_HINT)
    return f"{'http' if host[1] in _LOOPBACK else 'https'}://{host[0]}"


def _decoded(text: str) -> str:
    """The host; after it stands a dollar sign."""
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return decoded[:-1] if decoded.endswith("$") else ""


def signing_keys(url: str, *, answer_seconds: float = 10.0) -> list[Mapping[str, Any]]:
    """The public keys of an instance, as JWKs. Raises ServiceFailed when Clerk does not give them."""
    # They are read so seldom that no connection is kept for it.
    with closing(Client(url, service="Clerk", answer_seconds=answer_seconds)) as client:
        found = client.content(client.get("/.well-known/jwks.json"))
        keys = found.get("keys") if isinstance(found, dict) else None
        if not isinstance(keys, list):
            raise ServiceFailed(f"{client.place} does not tell its keys.", hint="Try again in a moment.")
        return [key for key in keys if isinstance(key, dict)]
