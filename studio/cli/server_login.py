"""Logging in to a server: by what it says it takes, and kept only once it has said whose login it is."""

from __future__ import annotations

from studio.cli import credentials
from studio.cli.browser_login import device_grant, grant_from_person
from studio.cli.context import Context
from studio.cli.credentials import Stored
from studio.cli.login import token_from
from studio.cli.opening import studio_at
from studio.domain.errors import NotLoggedIn, Refused, StudioError
from studio.remote.address import server_address
from studio.remote.caller import FixedToken
from studio.remote.health import Health, health_of
from studio.remote.http import HttpTransport
from studio.remote.oauth import Grant, GrantRefused, Issuer


def log_in(context: Context, server: str, *, with_token: bool, device: bool, insecure: bool) -> Stored:
    """Log in, keep it, and have the commands that follow work on this server.

    Raises NotLoggedIn, NotAllowed when the person or the issuer says no, UsageError where nobody can be asked."""
    health = health_of(HttpTransport(server_address(server)))
    if with_token or not _has_issuer(health):
        if device:
            raise Refused(f"{server} takes API keys only.", hint=f"studio login --server {server} --with-token < FILE")
        return _with_key(context, server, with_token=with_token, insecure=insecure)
    return _with_browser(context, server, health, device=device, insecure=insecure)


def _has_issuer(health: Health) -> bool:
    return health.issuer is not None and health.client_id is not None


def _with_key(context: Context, server: str, *, with_token: bool, insecure: bool) -> Stored:
    token = token_from(context, with_token)
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise NotLoggedIn("This is neither an API key nor a token.", hint="Was it copied whole?")
    stored = Stored(_email(server, token), "")
    return _kept(context, server, stored, token, insecure=insecure)


def _with_browser(context: Context, server: str, health: Health, *, device: bool, insecure: bool) -> Stored:
    issuer = Issuer(str(health.issuer), str(health.client_id))
    grant = device_grant(context, issuer, server) if device else grant_from_person(context, issuer)
    stored = Stored(_email(server, grant.access_token), "", issuer=issuer.name, client_id=issuer.client_id)
    return _kept(context, server, stored, grant.to_text(), insecure=insecure)


def _email(server: str, token: str) -> str:
    studio = studio_at(server, FixedToken(token))
    try:
        email: str = studio.account.me().email
        return email
    finally:
        studio.close()


def _kept(context: Context, server: str, stored: Stored, secret: str, *, insecure: bool) -> Stored:
    before = _grant_before(server)
    kept = credentials.keep(server, stored, secret, insecure=insecure, as_default=True)
    if before is not None:
        # Only now: until the new login was kept the old one was all there was.
        end_grant(context, *before)
    return kept


def _grant_before(server: str) -> tuple[Stored, str] | None:
    """The login that the new one replaces; one that cannot be read any more is no reason to stay without one."""
    try:
        entry = credentials.find(server)
        return None if entry is None or entry.issuer is None else (entry, credentials.secret_of(server, entry))
    except StudioError:
        return None


def end_grant(context: Context, entry: Stored, secret: str) -> None:
    """Have the issuer end a login; the person is told when that fails, and what was forgotten stays forgotten."""
    if entry.issuer is None or entry.client_id is None:
        return
    try:
        grant = Grant.from_text(secret)
        if grant.refresh_token is not None:
            Issuer(entry.issuer, entry.client_id).revoke(grant.refresh_token)
    except GrantRefused as error:
        context.output.note(f"{entry.issuer} did not end the old login: {error.reason}.")
    except (StudioError, ValueError, TypeError) as error:
        context.output.note(f"The old login could not be ended at {entry.issuer}: {error}")
