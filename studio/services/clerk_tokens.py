"""Whose Clerk token this is: the session of a web page, or what `studio login` got in a browser.

A token counts only if everything about it is right, and all that is wrong is told in the same words."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from cachetools import TTLCache
from sqlmodel import select

from studio.db.engine import Database
from studio.db.models.user import User
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import NotLoggedIn, ServiceFailed
from studio.services.principal import Principal

KEPT_SECONDS = 300.0
"""How long the keys are used without being read again."""
RENEWED_SECONDS = 30.0
"""A token by an unknown key, or Clerk's silence, has them read again, but not more often than this."""
STALE_SECONDS = 24 * 3600.0
"""How long they serve while Clerk does not answer."""
LEEWAY_SECONDS = 5
LONGEST_TOKEN = 8192
LATEST_SECOND = 1e11

ALGORITHM = "RS256"
ACCESS_TYPES = ("at+jwt", "application/at+jwt")
SESSION_TYPE = "jwt"
SESSION_CATEGORIES = ("cl_B7d4PD111AAA", "cl_I7d4PD111III", None)
"""A session, one that does not say, and one from before there were categories: no templates and no machines."""

Keys = Mapping[str, Mapping[str, Any]]


@dataclass
class ClerkKeys:
    """What a server knows of its Clerk instance. Threads may share it.

    `read` gives the public keys as JWKs and may raise ServiceFailed. `client_id` is the OAuth application of
    `studio login`; without one only sessions count. `parties` are the web pages whose sessions count; none: all."""

    issuer: str
    read: Callable[[], Sequence[Mapping[str, Any]]] = field(repr=False)
    client_id: str = ""
    parties: frozenset[str] = frozenset()
    seconds: Callable[[], float] = monotonic

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._fresh: TTLCache[str, Keys] = TTLCache(1, KEPT_SECONDS, timer=self.seconds)
        self._stale: TTLCache[str, Keys] = TTLCache(1, STALE_SECONDS, timer=self.seconds)
        self._read_at = -math.inf

    def named(self, kid: str) -> Mapping[str, Any] | None:
        """The key of this name; None when Clerk has none. Raises ServiceFailed when nobody can tell."""
        known = self._kept(self._fresh)
        if known is None or kid not in known:
            # One at a time asks Clerk; whoever shows a key that is known does not wait for it.
            with self._reading:
                if self.seconds() - self._read_at >= RENEWED_SECONDS:
                    self._renew()
            known = self._kept(self._stale)
        if known is None:
            raise ServiceFailed("Logins cannot be checked at the moment.", hint="Try again in half a minute.")
        return known.get(kid)

    def _kept(self, cache: TTLCache[str, Keys]) -> Keys | None:
        with self._lock:
            return cache.get(self.issuer)

    def _renew(self) -> None:
        self._read_at = self.seconds()
        with suppress(ServiceFailed):
            found = {str(key["kid"]): key for key in self.read() if "kid" in key}
            with self._lock:
                self._fresh[self.issuer] = self._stale[self.issuer] = found


def principal_of(database: Database, token: str, clerk: ClerkKeys, clock: Clock = system_clock) -> Principal:
    """Whose token this is. Raises NotLoggedIn, without telling why, and ServiceFailed when Clerk cannot be asked."""
    clerk_id = _subject(token, clerk, clock())
    with database.read() as session:
        user = session.exec(select(User).where(User.clerk_id == clerk_id)).one_or_none()
    if user is None or not user.active or user.deleted_at is not None:
        raise _refused()
    return Principal(user.id, user.email, user.role)


def _subject(token: str, clerk: ClerkKeys, now: int) -> str:
    """Clerk's id of the person, once everything about the token has proved right; `now` is in epoch milliseconds."""
    # Late: whoever shows an API key does without it.
    import jwt

    if len(token) > LONGEST_TOKEN:
        raise _refused()
    try:
        header = jwt.get_unverified_header(token)
        claims = _signed(token, header, clerk)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise _refused() from error
    if not _is_in_time(claims, now / 1000) or not _is_meant_for_us(header, claims, clerk):
        raise _refused()
    return str(claims["sub"])


def _signed(token: str, header: Mapping[str, Any], clerk: ClerkKeys) -> dict[str, Any]:
    """What the token says, if the instance has signed it."""
    import jwt

    kid = header.get("kid")
    # Before anything is asked of Clerk: whoever sends rubbish must not have the keys read again.
    key = clerk.named(kid) if header.get("alg") == ALGORITHM and isinstance(kid, str) else None
    if key is None or key.get("kty") != "RSA":
        raise _refused()
    found: dict[str, Any] = jwt.decode(
        token,
        jwt.PyJWK(dict(key), algorithm=ALGORITHM),
        algorithms=[ALGORITHM],
        issuer=clerk.issuer,
        # The times are compared with our own clock below, and audiences are the business of templates.
        options={
            "require": ["exp", "iat", "iss", "sub"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
            "verify_aud": False,
        },
    )
    return found


def _is_in_time(claims: Mapping[str, Any], now: float) -> bool:
    ends, made, begins = (_time(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if ends is None or made is None or (begins is None and claims.get("nbf") is not None):
        return False
    return max(made, begins or made) - LEEWAY_SECONDS <= now < ends + LEEWAY_SECONDS


def _time(value: object) -> float | None:
    """Seconds since the epoch; None for what is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < LATEST_SECOND else None


def _is_meant_for_us(header: Mapping[str, Any], claims: Mapping[str, Any], clerk: ClerkKeys) -> bool:
    kind, category = str(header.get("typ", "")).lower(), header.get("cat")
    if category not in SESSION_CATEGORIES or not isinstance(claims["sub"], str):
        return False
    if kind in ACCESS_TYPES:
        return bool(clerk.client_id) and claims.get("client_id") == clerk.client_id
    if kind != SESSION_TYPE or claims.get("sts") == "pending":
        return False
    page = claims.get("azp")
    return page is None or not clerk.parties or page in clerk.parties


def _refused() -> NotLoggedIn:
    return NotLoggedIn("This login is not valid.", hint="studio login --server URL")
