"""Opening the studio of a server, and finding the login for whichever studio it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.cli import credentials
from studio.cli.target import Target, not_logged_in
from studio.domain.login import Login
from studio.places import state_folder
from studio.remote.address import server_address
from studio.remote.caller import FixedToken, Tokens
from studio.remote.http import HttpTransport
from studio.remote.studio import RemoteStudio

if TYPE_CHECKING:
    from studio.cli.context import Context


def open_server(target: Target, server: str) -> RemoteStudio:
    """The studio of a server. Raises NotLoggedIn, and Misconfigured for a login that cannot be read."""
    return studio_at(server, _tokens(target, server))


def studio_at(server: str, tokens: Tokens) -> RemoteStudio:
    return RemoteStudio(server, HttpTransport(server_address(server)), tokens, state_folder())


def _tokens(target: Target, server: str) -> Tokens:
    if target.token:
        return FixedToken(target.token)
    entry = credentials.find(server)
    if entry is None:
        raise not_logged_in(server)
    if entry.issuer is None:
        return FixedToken(credentials.secret_of(server, entry))
    # Late: an API key is never renewed.
    from studio.cli.tokens import KeptGrant

    return KeptGrant(server, entry)


def login_of(context: Context) -> Login | None:
    """The token of the settings, or else what is kept for the studio at hand. Raises Misconfigured."""
    given = context.target.given_login
    if given is not None:
        return given
    if context.target.server is None and not credentials.any_kept():
        # Without asking what the database is called, which takes longer.
        return None
    name = studio_named(context)
    entry = credentials.find(name)
    return None if entry is None else Login(credentials.secret_of(name, entry), entry.place)


def studio_named(context: Context) -> str:
    """What a login is kept for: the server's address, or the database's without its password."""
    if context.target.server is not None:
        return context.target.server
    from studio.app import studio_name

    return studio_name(context.settings)
