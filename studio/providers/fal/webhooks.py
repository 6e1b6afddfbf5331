"""fal's webhooks: whether a message that says a request has ended really comes from fal."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from studio.domain.errors import NotAllowed

TOLERANCE_SECONDS = 300
"""How far the time of a message may be from ours: an old one that was overheard is not to be sent again."""

_SIGNED = ("x-fal-webhook-request-id", "x-fal-webhook-user-id", "x-fal-webhook-timestamp")
_SIGNATURE = "x-fal-webhook-signature"
_KEY_BYTES = 32


def verify_webhook(headers: Mapping[str, str], body: bytes, keys: Iterable[Mapping[str, Any]], now: int) -> str:
    """The id of the request that the message is about. `now` is in epoch milliseconds.

    `keys` are those of `Fal.webhook_keys`; any of them may have signed. Raises NotAllowed, without saying why, for
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


def _forged() -> NotAllowed:
    return NotAllowed("This message does not come from fal.")
