"""The key pair that signs the webhooks of the tests. It is made anew for every run and protects nothing."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PRIVATE = Ed25519PrivateKey.generate()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def public_key(private: Ed25519PrivateKey) -> dict[str, Any]:
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(private.public_key().public_bytes_raw())}


JWKS = {"keys": [public_key(Ed25519PrivateKey.generate()), public_key(PRIVATE)]}
"""Two keys, as while they are changed; the second is the one that signs."""


def signed(body: bytes, request_id: str, seconds: int, user_id: str = "user-1") -> dict[str, str]:
    """The headers of a webhook that fal sends at this time (epoch seconds)."""
    message = "\n".join([request_id, user_id, str(seconds), hashlib.sha256(body).hexdigest()]).encode()
    return {
        "X-Fal-Webhook-Request-Id": request_id,
        "X-Fal-Webhook-User-Id": user_id,
        "X-Fal-Webhook-Timestamp": str(seconds),
        "X-Fal-Webhook-Signature": PRIVATE.sign(message).hex(),
    }
