"""Clerk's tokens: everything about one has to be right, and whatever is wrong is told in the same words."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlmodel import select

from studio.db.engine import Database
from studio.db.models.user import User
from studio.domain.errors import Misconfigured, NotLoggedIn, ServiceFailed
from studio.providers.clerk.frontend import frontend_url, signing_keys
from studio.services.clerk_tokens import KEPT_SECONDS, RENEWED_SECONDS, STALE_SECONDS, ClerkKeys, principal_of
from tests.servers.clerk import ClerkServer, running_clerk
from tests.servers.clerk.server import CLIENT_ID

ANA = "user_ana"
PAGE = "https://app.example.com"


class Seconds:
    """A clock that a test turns forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clerk() -> Iterator[ClerkServer]:
    with running_clerk() as server:
        yield server


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def keys(clerk: ClerkServer, seconds: Seconds) -> ClerkKeys:
    issuer = frontend_url(clerk.publishable_key)
    return ClerkKeys(issuer, lambda: signing_keys(issuer), CLIENT_ID, frozenset([PAGE]), seconds)


@pytest.fixture
def ana(database: Database) -> User:
    user = User(email="ana@example.com", clerk_id=ANA)
    with database.write() as session:
        session.add(user)
    return user


@pytest.fixture
def refused(database: Database, keys: ClerkKeys, ana: User) -> Callable[[str], None]:
    """Check that a token is turned away, in the words in which every one is."""

    def check(token: str) -> None:
        with pytest.raises(NotLoggedIn) as caught:
            principal_of(database, token, keys)
        assert (caught.value.message, caught.value.details) == ("This login is not valid.", {})

    return check


def encoded(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_session_and_an_access_token_are_their_person(
    database: Database, keys: ClerkKeys, ana: User, clerk: ClerkServer
) -> None:
    tokens = [
        clerk.session_token(ANA),
        clerk.session_token(ANA, azp=PAGE),
        clerk.session_token(ANA, header={"cat": "cl_I7d4PD111III"}),
        clerk.access_token(ANA),
        clerk.access_token(ANA, header={"typ": "application/at+jwt"}, aud="anything"),
    ]

    found = [principal_of(database, token, keys) for token in tokens]

    assert {(each.user_id, each.email, each.role, each.scopes) for each in found} == {
        (ana.id, "ana@example.com", "creator", None)
    }
    assert clerk.paths == ["/.well-known/jwks.json"]


def now(seconds: float = 0) -> int:
    return int(time.time() + seconds)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_000_000_000},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": 1e400},
        {"nbf": 4_000_000_000},
        {"nbf": "soon"},
        {"iat": 4_000_000_000},
        {"iat": None},
        {"iss": "https://clerk.elsewhere.com"},
        {"iss": None},
        {"sub": None},
        {"sub": 7},
        {"sub": "user_nobody"},
        {"azp": "https://elsewhere.example.com"},
        {"sts": "pending"},
    ],
    ids=str,
)
def test_a_session_that_says_something_wrong(
    clerk: ClerkServer, refused: Callable[[str], None], claims: dict[str, Any]
) -> None:
    refused(clerk.session_token(ANA, **claims))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "at+jwt"},  # a session is no access token: it names no client
        {"typ": None},
        {"typ": "dpop+jwt"},
        {"cat": "cl_B7d4PD222AAA"},  # of a template
        {"cat": "cl_B7d4PD333AAA"},  # of a machine
        {"cat": ["cl_B7d4PD111AAA"]},
        {"kid": "ins_unknown"},
        {"kid": 1},
        {"alg": "RS512"},
        {"alg": "PS256"},
        {"alg": "none"},
        {"crit": ["b64"], "b64": False},
    ],
    ids=str,
)
def test_a_session_of_another_kind(clerk: ClerkServer, refused: Callable[[str], None], header: dict[str, Any]) -> None:
    refused(clerk.session_token(ANA, header=header))


def test_access_tokens_of_others(clerk: ClerkServer, refused: Callable[[str], None], keys: ClerkKeys) -> None:
    refused(clerk.access_token(ANA, client_id="oauthapp_of_somebody"))
    refused(clerk.access_token(ANA, client_id=None))
    refused(clerk.access_token(ANA, header={"cat": "cl_B7d4PD333AAA"}))
    keys.client_id = ""
    refused(clerk.access_token(ANA, client_id=""))


def test_a_signature_that_is_none(clerk: ClerkServer, refused: Callable[[str], None]) -> None:
    good = clerk.session_token(ANA)
    header, claims, signature = good.split(".")
    public = clerk.keys.pairs[clerk.keys.kid].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    confused = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': clerk.keys.kid})}.{claims}"
    by_public_key = base64.urlsafe_b64encode(hmac.digest(public, confused.encode(), sha256)).decode().rstrip("=")

    refused(f"{encoded({'alg': 'none', 'typ': 'JWT', 'kid': clerk.keys.kid})}.{claims}.")
    refused(f"{confused}.{by_public_key}")
    refused(f"{header}.{encoded({**clerk.keys.claims(good), 'sub': 'user_bo'})}.{signature}")  # type: ignore[dict-item]
    refused(f"{header}.{claims}.{signature[:-6]}AAAAAA")
    for rubbish in ("", ".", "..", "a.b.c", "é.é.é", f"{header}.{claims}", good * 20, f"{encoded([])}.{claims}.x"):
        refused(rubbish)


def test_who_is_deactivated_or_deleted(
    database: Database, clerk: ClerkServer, ana: User, refused: Callable[[str], None]
) -> None:
    for change in ({"active": False}, {"active": True, "deleted_at": now() * 1000}):
        with database.write() as session:
            user = session.exec(select(User).where(User.id == ana.id)).one()
            for name, value in change.items():
                setattr(user, name, value)
            session.add(user)
        refused(clerk.access_token(ANA))


def test_a_clock_that_is_a_little_off_is_no_reason(
    database: Database, clerk: ClerkServer, keys: ClerkKeys, ana: User
) -> None:
    at = now()
    token = clerk.session_token(ANA, iat=at, nbf=at, exp=at + 60)

    for seconds, is_good in ((-4, True), (-7, False), (64, True), (66, False)):
        clock = lambda seconds=seconds: (at + seconds) * 1000  # noqa: E731 - the clock of one turn
        if is_good:
            assert principal_of(database, token, keys, clock).user_id == ana.id
        else:
            with pytest.raises(NotLoggedIn):
                principal_of(database, token, keys, clock)


def test_a_new_key_is_read_once_and_not_at_every_guess(
    database: Database, clerk: ClerkServer, keys: ClerkKeys, ana: User, seconds: Seconds
) -> None:
    principal_of(database, clerk.session_token(ANA), keys)
    clerk.keys.rotate()
    token = clerk.session_token(ANA)
    for _ in range(3):
        with pytest.raises(NotLoggedIn):
            principal_of(database, token, keys)
    asked_at_once = len(clerk.requests)
    seconds.now += RENEWED_SECONDS

    assert asked_at_once == 1
    assert principal_of(database, token, keys).user_id == ana.id
    for _ in range(3):
        with pytest.raises(NotLoggedIn):
            principal_of(database, clerk.session_token(ANA, header={"kid": "guessed"}), keys)
    assert len(clerk.requests) == 2


def test_a_withdrawn_key_counts_no_more(
    clerk: ClerkServer, refused: Callable[[str], None], database: Database, keys: ClerkKeys, seconds: Seconds
) -> None:
    token = clerk.session_token(ANA)
    assert principal_of(database, token, keys).email == "ana@example.com"
    clerk.keys.rotate(keep=False)

    seconds.now += KEPT_SECONDS

    refused(token)


def test_while_clerk_is_silent_its_keys_serve_on_and_nobody_is_told_their_login_is_wrong(
    database: Database, clerk: ClerkServer, ana: User, seconds: Seconds
) -> None:
    is_down = False

    def read() -> list[Any]:
        if is_down:
            raise ServiceFailed("Clerk does not answer.")
        return list(clerk.keys.jwks["keys"])

    keys, token = ClerkKeys(clerk.issuer, read, seconds=seconds), clerk.session_token(ANA, exp=now(10**6))
    assert principal_of(database, token, keys).user_id == ana.id
    is_down = True
    seconds.now += STALE_SECONDS - 1
    assert principal_of(database, token, keys).user_id == ana.id
    seconds.now += 2

    with pytest.raises(ServiceFailed, match="Logins cannot be checked at the moment"):
        principal_of(database, token, keys)


@pytest.mark.parametrize(
    "key",
    ["", "pk_live_", "sk_test_abc", "pk_test_%%%", "pk_test_" + base64.b64encode(b"clerk.example.com").decode()]
    + [f"pk_live_{base64.b64encode(host).decode()}" for host in (b"$", b"a b$", b"host/path$", b"u@host$", b"\xff$")],
)
def test_what_is_no_publishable_key(key: str) -> None:
    with pytest.raises(Misconfigured):
        frontend_url(key)


def test_the_issuer_stands_in_the_publishable_key() -> None:
    key = "pk_live_" + base64.b64encode(b"clerk.example.com$").decode()

    assert frontend_url(key) == frontend_url(key.rstrip("=")) == "https://clerk.example.com"
