"""The OAuth server of an instance: codes with PKCE, refresh tokens that rotate, and the device flow."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

CODE_SECONDS = 600
DEVICE_SECONDS = 600
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPES = ("openid", "profile", "email", "offline_access")
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


class OAuthError(Exception):
    """A refusal after RFC 6749."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


@dataclass
class Grant:
    """What somebody has agreed to."""

    user_id: str
    client_id: str
    scope: str
    redirect_uri: str = ""
    challenge: str = ""
    nonce: str | None = None
    ends: float = 0.0


@dataclass
class Device:
    """A login that waits for its person. `user_id` is None until somebody agrees."""

    user_code: str
    client_id: str
    scope: str
    ends: float
    interval: float
    user_id: str | None = None
    is_denied: bool = False
    asked_at: float = -1e9


@dataclass
class Grants:
    """`redirect_uris` are those of the application: one on 127.0.0.1 without a port stands for any port."""

    client_id: str
    redirect_uris: list[str] = field(default_factory=lambda: ["http://127.0.0.1/callback"])
    signed_in: str | None = None
    """Who sits at the browser and agrees to everything; None is somebody who says no."""
    device_interval: float = 5
    codes: dict[str, Grant] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)

    def authorize(self, query: Mapping[str, str]) -> str:
        """The address the browser is sent back to. Raises OAuthError where it must not be sent anywhere."""
        redirect = query.get("redirect_uri", "")
        self._check_client(query)
        if not self._is_registered(redirect):
            raise OAuthError("invalid_request", "The redirect_uri is not registered.")
        state = query.get("state", "")
        fault = self._fault(query)
        if fault is not None:
            answer = {"error": fault.body["error"], "error_description": fault.body["error_description"]}
        else:
            answer = {"code": self._code(query, redirect)}
        return f"{redirect}?{urlencode({**answer, **({'state': state} if state else {})})}"

    def exchange(self, form: Mapping[str, str]) -> Grant:
        """The grant of a token request, used up where it may be used once only."""
        self._check_client(form, status=401)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._by_code(form)
        if kind == "refresh_token":
            return self._taken(self.refresh_tokens, form.get("refresh_token", ""))
        if kind == DEVICE_GRANT:
            return self._by_device(form)
        raise OAuthError("unsupported_grant_type", "There is no such grant.")

    def refresh_token_of(self, grant: Grant) -> str | None:
        if "offline_access" not in grant.scope.split():
            return None
        token = f"ort_{secrets.token_hex(20)}"
        self.refresh_tokens[token] = Grant(grant.user_id, grant.client_id, grant.scope)
        return token

    def revoke(self, form: Mapping[str, str]) -> None:
        self._check_client(form, status=401)
        token = form.get("token", "")
        if token.count(".") == 2:
            raise OAuthError("unsupported_token_type", "A JWT lives until it ends.")
        self.refresh_tokens.pop(token, None)

    def begin_device(self, form: Mapping[str, str], base: str) -> dict[str, Any]:
        self._check_client(form, status=401)
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        user_code, code = f"{letters[:4]}-{letters[4:]}", secrets.token_hex(22)
        scope = self._scope(form)
        ends = time.time() + DEVICE_SECONDS
        self.devices[code] = Device(user_code, self.client_id, scope, ends, self.device_interval)
        page = f"{base}/device"
        return {
            "device_code": code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?{urlencode({'user_code': user_code})}",
            "expires_in": DEVICE_SECONDS,
            "interval": self.device_interval,
        }

    def decide_device(self, user_code: str, user_id: str | None) -> None:
        """What the person does on the page of the code: agree as this user, or say no."""
        device = next(each for each in self.devices.values() if each.user_code == user_code)
        device.user_id, device.is_denied = user_id, user_id is None

    def _check_client(self, given: Mapping[str, str], status: int = 400) -> None:
        if given.get("client_id") != self.client_id:
            raise OAuthError("invalid_client", "There is no such client.", status)

    def _is_registered(self, redirect: str) -> bool:
        parts = urlsplit(redirect)
        portless = parts._replace(netloc=parts.hostname or "").geturl()
        return redirect in self.redirect_uris or (parts.hostname == "127.0.0.1" and portless in self.redirect_uris)

    def _fault(self, query: Mapping[str, str]) -> OAuthError | None:
        if query.get("response_type") != "code":
            return OAuthError("unsupported_response_type", "Only code is supported.")
        if len(query.get("state", "")) < 8:
            return OAuthError("invalid_state", "The state must have 8 characters at least.")
        if not query.get("code_challenge") or query.get("code_challenge_method") != "S256":
            return OAuthError("invalid_request", "A public client has to send a code_challenge with S256.")
        if set(query.get("scope", "").split()) - set(SCOPES):
            return OAuthError("invalid_scope", "The client may not ask for this scope.")
        return None if self.signed_in else OAuthError("access_denied", "The resource owner denied the request.")

    def _scope(self, given: Mapping[str, str]) -> str:
        return given.get("scope") or "profile email"

    def _code(self, query: Mapping[str, str], redirect: str) -> str:
        code = secrets.token_hex(20)
        self.codes[code] = Grant(
            str(self.signed_in),
            self.client_id,
            self._scope(query),
            redirect,
            query["code_challenge"],
            query.get("nonce"),
            time.time() + CODE_SECONDS,
        )
        return code

    def _by_code(self, form: Mapping[str, str]) -> Grant:
        grant = self._taken(self.codes, form.get("code", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if grant.ends < time.time() or grant.redirect_uri != form.get("redirect_uri") or grant.challenge != challenge:
            raise _invalid_grant()
        return grant

    def _by_device(self, form: Mapping[str, str]) -> Grant:
        device = self.devices.get(form.get("device_code", ""))
        if device is None:
            raise _invalid_grant()
        now, before = time.time(), device.asked_at
        device.asked_at = now
        if device.ends < now:
            raise OAuthError("expired_token", "The device code has expired.")
        if device.is_denied:
            raise OAuthError("access_denied", "The resource owner denied the request.")
        if now - before < device.interval:
            device.interval += 5
            raise OAuthError("slow_down", "Ask less often.")
        if device.user_id is None:
            raise OAuthError("authorization_pending", "The person has not decided yet.")
        del self.devices[form["device_code"]]
        return Grant(device.user_id, device.client_id, device.scope)

    def _taken(self, kept: dict[str, Grant], key: str) -> Grant:
        grant = kept.pop(key, None)
        if grant is None:
            raise _invalid_grant()
        return grant


def _invalid_grant() -> OAuthError:
    return OAuthError("invalid_grant", "The grant is invalid, expired, revoked or was used before.")
