"""The keys of an instance and what it signs with them: session tokens, access tokens and id tokens, all RS256."""

from __future__ import annotations

import base64
import json
import secrets
import time
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

SESSION_CATEGORY = "cl_B7d4PD111AAA"
SESSION_SECONDS = 60
ACCESS_SECONDS = 86_400


class Keys:
    """The key pairs of one instance; the newest one signs, and all of them are published."""

    def __init__(self) -> None:
        self.pairs = {"ins_key_1": _pair(0)}
        self.kid = "ins_key_1"

    def rotate(self, *, keep: bool = True) -> None:
        """Sign with another key from now on; without `keep` the old one is no longer published."""
        number = len(self.pairs) + 1
        self.kid = f"ins_key_{number}"
        self.pairs = {**(self.pairs if keep else {}), self.kid: _pair(number)}

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [_public(kid, pair) for kid, pair in self.pairs.items()]}

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """A JWT; what `header` says stands instead of the usual fields."""
        full = {"alg": "RS256", "kid": self.kid, **header}
        signed = f"{_encoded(full)}.{_encoded(claims)}"
        signature = self.pairs[self.kid].sign(signed.encode(), padding.PKCS1v15(), SHA256())
        return f"{signed}.{_base64url(signature)}"

    def claims(self, token: str) -> dict[str, Any] | None:
        """What a token of this instance says; None for one that it did not sign or that has ended."""
        try:
            header, claims, signature = token.split(".")
            key = self.pairs[json.loads(_bytes(header))["kid"]].public_key()
            key.verify(_bytes(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), SHA256())
            found: dict[str, Any] = json.loads(_bytes(claims))
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no token
            return None
        return found if found.get("exp", 0) > time.time() else None


def session_claims(issuer: str, user_id: str, azp: str | None = None) -> dict[str, Any]:
    """What the token of a browser session says (version 2)."""
    now = int(time.time())
    return {
        **({} if azp is None else {"azp": azp}),
        "exp": now + SESSION_SECONDS,
        "fva": [0, -1],
        "iat": now,
        "iss": issuer,
        "jti": secrets.token_hex(10),
        "nbf": now - 10,
        "sid": f"sess_{secrets.token_hex(12)}",
        "sub": user_id,
        "v": 2,
    }


def access_claims(issuer: str, user_id: str, client_id: str, scope: str) -> dict[str, Any]:
    """What an OAuth access token says (RFC 9068)."""
    now = int(time.time())
    return {
        "client_id": client_id,
        "exp": now + ACCESS_SECONDS,
        "iat": now,
        "iss": issuer,
        "jti": f"oat_{secrets.token_hex(16)}",
        "scope": scope,
        "scp": scope.split(),
        "sub": user_id,
    }


@cache
def _pair(number: int) -> rsa.RSAPrivateKey:
    """One pair for each number: making one takes a tenth of a second, and they protect nothing."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def _public(kid: str, pair: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = pair.public_key().public_numbers()
    n, e = (_base64url(each.to_bytes((each.bit_length() + 7) // 8)) for each in (numbers.n, numbers.e))
    return {"use": "sig", "kty": "RSA", "kid": kid, "alg": "RS256", "n": n, "e": e}


def _encoded(content: dict[str, Any]) -> str:
    return _base64url(json.dumps(content, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
