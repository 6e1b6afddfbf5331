"""Signed messages after Standard Webhooks 1.0.0: an HMAC over id, moment and raw body, under one of several secrets."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from studio.domain.errors import NotLoggedIn

TOLERANCE_SECONDS = 300
"""How far the moment of a message may be from ours: one that was overheard is not to be sent again later."""

SHORTEST_SECRET_BYTES = 24

_PREFIX = "whsec_"
_VERSION = "v1,"
_FAMILIES = ("svix", "webhook")
_SEPARATORS = re.compile(r"[,\s]+")
# Without dots, so that no part of what is signed can be taken for another; and without slashes, to fit into a path.
_ID = re.compile(r"[!-\-0-~]{1,200}")
_SECONDS = re.compile(r"[0-9]{1,12}")


def signing_keys(secrets: str) -> tuple[bytes, ...]:
    """The keys of a list of secrets, `whsec_…` each, separated by commas or spaces; none for an empty text.

    While a secret is replaced, both are in the list. Raises ValueError for anything else, without quoting it."""
    return tuple(_key_of(secret) for secret in _SEPARATORS.split(secrets.strip()) if secret)


def _key_of(secret: str) -> bytes:
    text = secret.removeprefix(_PREFIX)
    key = _decoded(text)
    if key is None or len(key) < SHORTEST_SECRET_BYTES:
        raise ValueError(
            f"must be {_PREFIX} and {SHORTEST_SECRET_BYTES} random bytes or more in base64; several with commas between"
        )
    return key


def verify_signed(headers: Mapping[str, str], body: bytes, keys: Sequence[bytes], now: int) -> str:
    """The id of the message, equal for each delivery of it, if one of the keys has signed it within five minutes.

    Header names are in lower case, `webhook-…` or `svix-…`; `now` is in epoch milliseconds. Raises NotLoggedIn, and
    nothing else, for any other headers and body, without saying why."""
    id, timestamp, signatures = _signed_headers(headers)
    # A list with an empty entry was not written by a signer.
    entries = signatures.split(" ")
    if not (_ID.fullmatch(id) and _is_recent(timestamp, now) and all(entries)):
        raise _unsigned()
    given = [signature for entry in entries if (signature := _signature(entry)) is not None]
    if not any(_has_signed(key, id, timestamp, body, given) for key in keys):
        raise _unsigned()
    return id


def sign(id: str, timestamp_seconds: int, body: bytes, key: bytes) -> str:
    """The signature header of a message."""
    return _VERSION + base64.b64encode(_hmac(key, id, str(timestamp_seconds), body)).decode()


def _signed_headers(headers: Mapping[str, str]) -> tuple[str, str, str]:
    family = next((name for name in _FAMILIES if f"{name}-id" in headers), _FAMILIES[-1])
    id, timestamp, signatures = (headers.get(f"{family}-{part}", "") for part in ("id", "timestamp", "signature"))
    return id, timestamp, signatures


def _is_recent(timestamp: str, now: int) -> bool:
    return bool(_SECONDS.fullmatch(timestamp)) and abs(int(timestamp) - now // 1000) <= TOLERANCE_SECONDS


def _signature(entry: str) -> bytes | None:
    """The bytes of a `v1` entry; None for other versions, and for what is no signature."""
    if not entry.startswith(_VERSION):
        return None
    found = _decoded(entry.removeprefix(_VERSION))
    return found if found is not None and len(found) == hashlib.sha256().digest_size else None


def _has_signed(key: bytes, id: str, timestamp: str, body: bytes, given: Sequence[bytes]) -> bool:
    expected = _hmac(key, id, timestamp, body)
    return any(hmac.compare_digest(expected, signature) for signature in given)


def _hmac(key: bytes, id: str, timestamp: str, body: bytes) -> bytes:
    return hmac.digest(key, f"{id}.{timestamp}.".encode() + body, "sha256")


def _decoded(text: str) -> bytes | None:
    """Strict base64: what encodes to the very same text again."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode() == text else None


def _unsigned() -> NotLoggedIn:
    return NotLoggedIn("This message is not signed by its sender.")
