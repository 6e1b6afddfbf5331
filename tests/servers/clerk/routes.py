"""The wire: every path of the Backend API and the Frontend API, and who may ask for it."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.clerk.grants import DEVICE_GRANT, SCOPES, Grant, OAuthError
from tests.servers.clerk.server import SECRET_KEY, ClerkServer, Request
from tests.servers.clerk.tokens import ACCESS_SECONDS
from tests.servers.clerk.users import ApiError, filtered, listed

_FORM = "application/x-www-form-urlencoded"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    clerk: ClerkServer

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        request = self._received(body)
        self.clerk.requests.append(request)
        try:
            if request.path.startswith("/v1/"):
                self._json(200, self._backend(request))
            else:
                self._frontend(request)
        except (ApiError, OAuthError) as error:
            self._json(error.status, error.body)

    def _received(self, body: bytes) -> Request:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        is_form = headers.get("content-type", "").startswith(_FORM)
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()} if is_form else {}
        query = parse_qs(parts.query, keep_blank_values=True)
        return Request(self.command, unquote(parts.path), query, headers, form)

    # The Backend API

    def _backend(self, request: Request) -> Any:
        if request.headers.get("authorization") != f"Bearer {SECRET_KEY}":
            raise ApiError(401, "authentication_invalid", "Invalid authentication")
        if "clerk-api-version" in request.headers and "__clerk_api_version" in request.query:
            raise ApiError(400, "api_version_conflict", "The version is given twice.")
        if self.clerk.failures:
            raise _failure(self.clerk.failures.popleft())
        users = list(self.clerk.users.values())
        if request.method != "GET":
            raise ApiError(405, "method_not_allowed", "Method not allowed")
        if request.path == "/v1/users":
            return listed(users, request.query)
        if request.path == "/v1/users/count":
            return {"object": "total_count", "total_count": len(filtered(users, request.query))}
        if request.path == "/v1/jwks":
            return self.clerk.keys.jwks
        found = self.clerk.users.get(request.path.removeprefix("/v1/users/"))
        if found is None:
            raise ApiError(404, "resource_not_found", "not found")
        return found

    # The Frontend API

    def _frontend(self, request: Request) -> None:
        path, issuer, form = request.path, self.clerk.issuer, request.form
        if path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
            self._json(200, self._metadata())
        elif path == "/.well-known/jwks.json":
            self._json(200, self.clerk.keys.jwks)
        elif path == "/oauth/authorize" and request.method == "GET":
            self._redirect(self.clerk.grants.authorize({name: values[0] for name, values in request.query.items()}))
        elif path == "/oauth/token" and request.method == "POST":
            self._json(200, self._tokens(self.clerk.grants.exchange(form)))
        elif path == "/oauth/token/revoke" and request.method == "POST":
            self.clerk.grants.revoke(form)
            self._json(200, {})
        elif path == "/oauth/userinfo":
            self._json(200, self._userinfo(request))
        elif path == "/oauth/device_authorization" and self.clerk.has_device_flow and request.method == "POST":
            self._json(200, self.clerk.grants.begin_device(form, issuer))
        else:
            self._json(404, {"error": "not_found", "error_description": "There is nothing here."})

    def _metadata(self) -> dict[str, Any]:
        issuer = self.clerk.issuer
        device = {"device_authorization_endpoint": f"{issuer}/oauth/device_authorization"}
        grants = ["authorization_code", "refresh_token", *([DEVICE_GRANT] if self.clerk.has_device_flow else [])]
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/oauth/authorize",
            "token_endpoint": f"{issuer}/oauth/token",
            "revocation_endpoint": f"{issuer}/oauth/token/revoke",
            "userinfo_endpoint": f"{issuer}/oauth/userinfo",
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            **(device if self.clerk.has_device_flow else {}),
            "response_types_supported": ["code"],
            "grant_types_supported": grants,
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
            "scopes_supported": list(SCOPES),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _tokens(self, grant: Grant) -> dict[str, Any]:
        refresh = self.clerk.grants.refresh_token_of(grant)
        has_id = "openid" in grant.scope.split()
        return {
            "access_token": self.clerk.access_token(grant.user_id, scope=grant.scope),
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
            **({} if refresh is None else {"refresh_token": refresh}),
            "scope": grant.scope,
            **({"id_token": self._id_token(grant)} if has_id else {}),
        }

    def _id_token(self, grant: Grant) -> str:
        now = int(time.time())
        times = {"iat": now, "exp": now + ACCESS_SECONDS}
        claims = {"iss": self.clerk.issuer, "aud": grant.client_id, "sub": grant.user_id, **times}
        nonce = {} if grant.nonce is None else {"nonce": grant.nonce}
        return self.clerk.keys.sign({"typ": "JWT"}, {**claims, **nonce, **self._about(grant.user_id)})

    def _userinfo(self, request: Request) -> dict[str, Any]:
        claims = self.clerk.keys.claims(request.headers.get("authorization", "").removeprefix("Bearer "))
        if claims is None or "client_id" not in claims:
            raise OAuthError("invalid_token", "The access token is not valid.", 401)
        return {"object": "oauth_user_info", "sub": claims["sub"], **self._about(claims["sub"])}

    def _about(self, user_id: str) -> dict[str, Any]:
        user = self.clerk.users.get(user_id, {})
        address = next(iter(user.get("email_addresses", [])), None)
        names = [user.get("first_name"), user.get("last_name")]
        return {
            "user_id": user_id,
            "email": address and address["email_address"],
            "email_verified": bool(address and (address["verification"] or {}).get("status") == "verified"),
            "given_name": names[0],
            "family_name": names[1],
            "name": " ".join(name for name in names if name) or None,
        }

    def _json(self, status: int, content: Any) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 429 and self.clerk.retry_after is not None:
            self.send_header("Retry-After", self.clerk.retry_after)
        self.end_headers()
        self.wfile.write(data)

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """The tests say what went wrong."""


def _failure(status: int) -> ApiError:
    if status == 429:
        return ApiError(429, "too_many_requests", "Too many requests. Please try again in a bit.")
    return ApiError(status, "internal_clerk_error", "Oops, an unexpected error occurred")
