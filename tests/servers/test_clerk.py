"""The test server keeps to Clerk's contract: its own client works with it, and OAuth is as strict as it is there."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from tests.servers.clerk import SECRET_KEY, ClerkServer, clerk_user, running_clerk
from tests.servers.clerk.grants import DEVICE_GRANT

VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CALLBACK = "http://127.0.0.1:54321/callback"


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def ask(address: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, Any]:
    """The status, and the JSON or where one is sent to."""
    data = None if form is None else urlencode(form).encode()
    try:
        with build_opener(Stay).open(Request(address, data, headers), timeout=10) as response:
            return response.status, json.loads(response.read())
    except HTTPError as error:
        with error:
            return error.code, error.headers.get("Location") or json.loads(error.read())


@pytest.fixture
def clerk() -> Iterator[ClerkServer]:
    with running_clerk() as server:
        server.add(*(clerk_user(f"user_{number:02}", f"p{number}@example.com", at=number + 1) for number in range(25)))
        yield server


def endpoint(clerk: ClerkServer, name: str) -> str:
    return str(ask(f"{clerk.issuer}/.well-known/openid-configuration")[1][f"{name}_endpoint"])


def agree(clerk: ClerkServer, **changes: str) -> dict[str, str]:
    """What the browser is sent back with."""
    query = {
        "response_type": "code",
        "client_id": clerk.grants.client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid profile email offline_access",
        "state": "state-of-this-login",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    status, address = ask(f"{endpoint(clerk, 'authorization')}?{urlencode(query)}")
    assert status == 302, address
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def exchange(clerk: ClerkServer, **form: str) -> tuple[int, Any]:
    return ask(endpoint(clerk, "token"), {"client_id": clerk.grants.client_id, **form})


def by_code(clerk: ClerkServer, code: str, **changes: str) -> tuple[int, Any]:
    usual = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return exchange(clerk, grant_type="authorization_code", **{**usual, **changes})


# It warns of its own fields when it reads them.
@pytest.mark.filterwarnings("ignore:.*DEPRECATED.*:DeprecationWarning")
def test_clerks_own_client_works_with_it(clerk: ClerkServer) -> None:
    # Late: importing it takes more than a second.
    from clerk_backend_api import Clerk
    from clerk_backend_api.models import ClerkErrors
    from clerk_backend_api.security import verify_token
    from clerk_backend_api.security.types import VerifyTokenOptions

    with Clerk(bearer_auth=SECRET_KEY, server_url=clerk.api_url) as client:
        page = client.users.list(request={"limit": 10, "offset": 20, "order_by": "+created_at"})
        count = client.users.count(request={})
        one = client.users.get(user_id="user_03")
        with pytest.raises(ClerkErrors) as caught:
            client.users.get(user_id="user_99")
    token = clerk.session_token("user_03")
    public = _public_pem(clerk)
    claims = verify_token(token, VerifyTokenOptions(jwt_key=public))

    assert [user.id for user in page] == [f"user_{number:02}" for number in range(20, 25)]
    assert count.total_count == 25
    assert one.email_addresses[0].email_address == "p3@example.com"
    assert caught.value.data.errors[0].code == "resource_not_found"
    assert (claims["sub"], claims["iss"]) == ("user_03", clerk.issuer)


def _public_pem(clerk: ClerkServer) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = clerk.keys.pairs[clerk.keys.kid].public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_a_login_by_browser_gives_tokens_that_name_the_person(clerk: ClerkServer) -> None:
    clerk.grants.signed_in = "user_07"

    back = agree(clerk)
    status, tokens = by_code(clerk, back["code"])
    _, about = ask(endpoint(clerk, "userinfo"), Authorization=f"Bearer {tokens['access_token']}")

    assert back["state"] == "state-of-this-login"
    assert (status, tokens["token_type"], tokens["expires_in"]) == (200, "Bearer", 86_400)
    assert (about["sub"], about["email"], about["email_verified"]) == ("user_07", "p7@example.com", True)
    claims = clerk.keys.claims(tokens["access_token"])
    assert claims is not None
    assert (claims["sub"], claims["client_id"]) == ("user_07", clerk.grants.client_id)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"state": "short"}, "invalid_state"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_login_that_asks_wrongly_is_sent_back_with_an_error(
    clerk: ClerkServer, changes: dict[str, str], error: str
) -> None:
    clerk.grants.signed_in = "user_07"

    assert agree(clerk, **changes)["error"] == error


def test_who_says_no_is_sent_back_too_but_never_to_a_strange_address(clerk: ClerkServer) -> None:
    assert agree(clerk)["error"] == "access_denied"
    query = urlencode({"client_id": clerk.grants.client_id, "redirect_uri": "http://evil.example/callback"})

    assert ask(f"{endpoint(clerk, 'authorization')}?{query}")[0] == 400


@pytest.mark.parametrize(
    "changes", [{"code_verifier": "another"}, {"redirect_uri": "http://127.0.0.1:1/callback"}, {"code": "guessed"}]
)
def test_a_code_is_worth_nothing_to_anybody_else(clerk: ClerkServer, changes: dict[str, str]) -> None:
    clerk.grants.signed_in = "user_07"
    code = agree(clerk)["code"]

    status, answer = by_code(clerk, **{"code": code, **changes})

    assert (status, answer["error"]) == (400, "invalid_grant")


def test_codes_and_refresh_tokens_work_once(clerk: ClerkServer) -> None:
    clerk.grants.signed_in = "user_07"
    code = agree(clerk)["code"]
    _, first = by_code(clerk, code)

    _, second = exchange(clerk, grant_type="refresh_token", refresh_token=first["refresh_token"])

    assert second["refresh_token"] != first["refresh_token"]
    assert by_code(clerk, code)[1]["error"] == "invalid_grant"
    assert exchange(clerk, grant_type="refresh_token", refresh_token=first["refresh_token"])[0] == 400


def test_a_refresh_token_can_be_revoked_and_a_jwt_cannot(clerk: ClerkServer) -> None:
    clerk.grants.signed_in = "user_07"
    _, tokens = by_code(clerk, agree(clerk)["code"])
    revoke, client = endpoint(clerk, "revocation"), {"client_id": clerk.grants.client_id}

    refused = ask(revoke, {**client, "token": tokens["access_token"]})
    done = ask(revoke, {**client, "token": tokens["refresh_token"], "token_type_hint": "refresh_token"})

    assert (refused[0], refused[1]["error"], done[0]) == (400, "unsupported_token_type", 200)
    assert exchange(clerk, grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0] == 400


def test_a_device_waits_for_its_person_and_is_told_to_be_patient(clerk: ClerkServer) -> None:
    clerk.has_device_flow, clerk.grants.device_interval = True, 0
    _, begun = ask(endpoint(clerk, "device_authorization"), {"client_id": clerk.grants.client_id, "scope": "profile"})
    poll = {"grant_type": DEVICE_GRANT, "device_code": begun["device_code"]}

    waiting = exchange(clerk, **poll)[1]["error"]
    next(iter(clerk.grants.devices.values())).interval = 60
    hasty = exchange(clerk, **poll)[1]["error"]
    clerk.grants.decide_device(begun["user_code"], "user_07")
    next(iter(clerk.grants.devices.values())).interval = 0
    status, tokens = exchange(clerk, **poll)

    assert (waiting, hasty, status) == ("authorization_pending", "slow_down", 200)
    assert "refresh_token" not in tokens
    assert exchange(clerk, **poll)[1]["error"] == "invalid_grant"


def test_without_the_device_flow_nothing_of_it_is_told(clerk: ClerkServer) -> None:
    metadata = ask(f"{clerk.issuer}/.well-known/oauth-authorization-server")[1]

    assert "device_authorization_endpoint" not in metadata
    assert ask(f"{clerk.issuer}/oauth/device_authorization", {"client_id": clerk.grants.client_id})[0] == 404


def test_keys_change_and_old_tokens_end_with_them(clerk: ClerkServer) -> None:
    old = clerk.access_token("user_07")
    clerk.keys.rotate()
    both = [key["kid"] for key in ask(f"{clerk.issuer}/.well-known/jwks.json")[1]["keys"]]
    before = clerk.keys.claims(old)
    clerk.keys.rotate(keep=False)

    assert both == ["ins_key_1", "ins_key_2"]
    assert before is not None
    assert clerk.keys.claims(old) is None
    assert clerk.keys.claims(clerk.access_token("user_07")) is not None
