"""fal's webhooks: whether a message that says a request has ended really comes from fal."""

from __future__ import annotations

import base64
import binascii
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from studio.domain.errors import NotLoggedIn

TOLERANCE_SECONDS = 300
"""How far the time of a message may be from ours: an old one that was overheard is not to be sent again."""

KEPT_SECONDS = 24 * 3600.0
"""The longest that fal's keys may be used without being read again."""

RENEWED_SECONDS = 300.0
"""A signature by none of the keys has them read again, in case fal changed them, but not more often than this."""

_SIGNED = ("x-fal-webhook-request-id", "x-fal-webhook-user-id", "x-fal-webhook-timestamp")
_SIGNATURE = "x-fal-webhook-signature"
_KEY_BYTES = 32


def verify_webhook(headers: Mapping[str, str], body: bytes, keys: Iterable[Mapping[str, Any]], now: int) -> str:
    """The id of the request that the message is about. `now` is in epoch milliseconds.

    `keys` are those of `Fal.webhook_keys`; any of them may have signed. Raises NotLoggedIn, without saying why, for
    anything that fal did not sign just now."""
    found = {name.lower(): value for name, value in headers.items()}
    signed = [found.get(name, "") for name in _SIGNED]
    request_id, _, timestamp = signed
    message = "\n".join([*signed, hashlib.sha256(body).hexdigest()]).encode()
    signature = _bytes_of_hex(found.get(_SIGNATURE, ""))
    if not all(signed) or signature is None or not _is_recent(timestamp, now):
        raise _forged()
    if not any(_has_signed(key, signature, message) for key in keys):
        raise _forged()
    return request_id


class SigningKeys:
    """fal's public keys, read when they are first needed. Threads may share them."""

    def __init__(
        self, read: Callable[[], Sequence[Mapping[str, Any]]], seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """`seconds` is a clock that only goes forward."""
        self._read = read
        self._seconds = seconds
        self._lock = threading.Lock()
        self._keys: Sequence[Mapping[str, Any]] = ()
        self._read_at: float | None = None

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> str:
        """As `verify_webhook`. Raises ServiceFailed when fal has to be asked for its keys and does not give them."""
        try:
            return verify_webhook(headers, body, self._younger_than(KEPT_SECONDS), now)
        except NotLoggedIn:
            known = self._keys
            renewed = self._younger_than(RENEWED_SECONDS)
            if renewed is known:
                raise
            return verify_webhook(headers, body, renewed, now)

    def _younger_than(self, seconds: float) -> Sequence[Mapping[str, Any]]:
        with self._lock:
            if self._read_at is None or self._seconds() - self._read_at > seconds:
                self._keys = self._read()
                self._read_at = self._seconds()
            return self._keys


def _has_signed(key: Mapping[str, Any], signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    public = _public_bytes(key)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _public_bytes(key: Mapping[str, Any]) -> bytes | None:
    text = key.get("x")
    if (key.get("kty"), key.get("crv")) != ("OKP", "Ed25519") or not isinstance(text, str):
        return None
    try:
        public = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    return public if len(public) == _KEY_BYTES else None


def _is_recent(timestamp: str, now: int) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(int(timestamp) - now // 1000) <= TOLERANCE_SECONDS


def _bytes_of_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _forged() -> NotLoggedIn:
    return NotLoggedIn("This message does not come from fal.")
