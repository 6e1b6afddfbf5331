"""Logging in at the issuer of a server's logins: OAuth 2 with PKCE, the device grant, renewing and revoking.

Where to ask is read from the issuer's own OpenID configuration."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from studio.domain.clock import Clock, system_clock
from studio.domain.errors import NotLoggedIn, ServiceFailed
from studio.remote.address import Address, parsed
from studio.remote.http import HttpTransport, Request, whole

SCOPES = "openid profile email offline_access"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SILENCE_SECONDS = 15.0
LARGEST_ANSWER_BYTES = 1_000_000
EARLY_MILLISECONDS = 60_000
"""A token is renewed this long before it ends: requests take their time, and clocks differ."""
LIFETIME_SECONDS = 3600
LEAST_INTERVAL_SECONDS = 1.0


class GrantRefused(NotLoggedIn):
    """The issuer says no. `reason` is its code, such as `invalid_grant`."""

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(f"The login was refused: {said or reason}.", hint="studio login")
        self.reason = reason


@dataclass(frozen=True)
class Grant:
    """What a login is worth: a token for the server, and the one by which another is had. `ends_at`: epoch ms."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    ends_at: int

    def is_fresh(self, now: int) -> bool:
        return now < self.ends_at - EARLY_MILLISECONDS

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> Grant:
        """Raises ValueError for what `to_text` has not written."""
        found = json.loads(text)
        if not isinstance(found, dict) or set(found) != {"access_token", "refresh_token", "ends_at"}:
            raise ValueError("not a grant")
        return Grant(**found)


@dataclass(frozen=True)
class DeviceCode:
    """What a person types at `address` on whatever machine; `complete_address` holds the code already."""

    code: str = field(repr=False)
    user_code: str
    address: str
    complete_address: str | None
    seconds: float
    interval: float


@dataclass(frozen=True)
class Verifier:
    """The secret of one login (RFC 7636): its hash goes out with the browser, itself with the code."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.secret.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Issuer:
    """The issuer as one client of it. Raises ServiceFailed for an issuer that cannot be used."""

    def __init__(self, issuer: str, client_id: str, clock: Clock = system_clock) -> None:
        self.name = issuer
        self.client_id = client_id
        self.clock = clock
        self._endpoints = self._discovered()

    @property
    def knows_devices(self) -> bool:
        return "device_authorization_endpoint" in self._endpoints

    def authorization_url(self, redirect: str, state: str, verifier: Verifier) -> str:
        """What the browser is sent to."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect,
            "scope": SCOPES,
            "state": state,
            "code_challenge": verifier.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(query)}"

    def exchanged(self, code: str, redirect: str, verifier: Verifier) -> Grant:
        """The grant for the code that the browser brought. Raises GrantRefused."""
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
        return self._grant({**asked, "code_verifier": verifier.secret})

    def renewed(self, refresh_token: str) -> Grant:
        """Another grant in the place of one that ends; the old one is used up by it. Raises GrantRefused."""
        return self._grant({"grant_type": "refresh_token", "refresh_token": refresh_token}, refresh_token)

    def revoke(self, refresh_token: str) -> None:
        """End a grant for good. Raises GrantRefused and ServiceFailed when that did not happen."""
        asked = {"token": refresh_token, "token_type_hint": "refresh_token"}
        self._post(self._endpoint("revocation_endpoint"), asked)

    def device_code(self) -> DeviceCode:
        """Begin a login on whatever machine. Raises GrantRefused."""
        found = self._post(self._endpoint("device_authorization_endpoint"), {"scope": SCOPES})
        address = _web_page(found.get("verification_uri"))
        code, user_code = _text(found, "device_code"), _text(found, "user_code")
        if code is None or user_code is None or address is None:
            raise _strange(self.name)
        return DeviceCode(
            code=code,
            user_code=user_code,
            address=address,
            complete_address=_web_page(found.get("verification_uri_complete")),
            seconds=_number(found, "expires_in", 600),
            interval=max(LEAST_INTERVAL_SECONDS, _number(found, "interval", 5)),
        )

    def device_grant(self, device_code: str) -> Grant:
        """What the person has allowed. Raises GrantRefused: `authorization_pending` while they have not yet."""
        return self._grant({"grant_type": DEVICE_GRANT, "device_code": device_code})

    def _grant(self, asked: Mapping[str, str], refresh_token: str | None = None) -> Grant:
        now = self.clock()
        found = self._post(self._endpoint("token_endpoint"), asked)
        access_token = _text(found, "access_token")
        if access_token is None or str(found.get("token_type", "")).lower() != "bearer":
            raise _strange(self.name)
        ends_at = now + int(1000 * _number(found, "expires_in", LIFETIME_SECONDS))
        return Grant(access_token, _text(found, "refresh_token") or refresh_token, ends_at)

    def _discovered(self) -> dict[str, Any]:
        address = parsed(self.name)
        if address is None or not address.is_private:
            raise ServiceFailed("The server names no issuer that could be trusted.", hint="Ask an administrator of it.")
        found = _asked(address, Request("GET", "/.well-known/openid-configuration", {"Accept": "application/json"}))
        if found.get("issuer") != self.name:
            raise _strange(self.name)
        return found

    def _endpoint(self, name: str) -> str:
        url = self._endpoints.get(name)
        address = parsed(url) if isinstance(url, str) else None
        if address is None or not address.is_private:
            raise _strange(self.name)
        return str(address)

    def _post(self, url: str, asked: Mapping[str, str]) -> dict[str, Any]:
        address = parsed(url)
        assert address is not None
        form = urlencode({**asked, "client_id": self.client_id}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return _asked(address, Request("POST", "", headers, form))


def _asked(address: Address, request: Request) -> dict[str, Any]:
    reply = HttpTransport(address).send(request, silence_seconds=SILENCE_SECONDS)
    try:
        found = _parsed(whole(reply, LARGEST_ANSWER_BYTES))
    finally:
        reply.close()
    if "error" in found and 400 <= reply.status < 500:
        raise GrantRefused(str(found["error"]), str(found.get("error_description") or ""))
    if reply.status != 200:
        raise _strange(str(address))
    return found


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value.isprintable() and value else None


def _number(found: Mapping[str, Any], name: str, otherwise: float) -> float:
    value = found.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < 10**9 else otherwise  # type: ignore[arg-type,operator]


def _web_page(url: object) -> str | None:
    """An address that a browser may be sent to."""
    if not isinstance(url, str) or not url.isprintable() or " " in url:
        return None
    parts = urlsplit(url)
    address = parsed(f"{parts.scheme}://{parts.netloc}")
    return url if address is not None and address.is_private else None


def _strange(issuer: str) -> ServiceFailed:
    return ServiceFailed(f"{issuer} does not answer as an issuer of logins does.", hint="Try again in a moment.")
