"""Which studio a command works on: the database of the settings, or a server."""

from __future__ import annotations

from dataclasses import dataclass

from studio.cli import credentials
from studio.domain.errors import Misconfigured, NotLoggedIn
from studio.domain.login import Login
from studio.places import origins_of_settings, said

SERVER, DATABASE, TOKEN = "STUDIO_SERVER", "STUDIO_DATABASE_URL", "STUDIO_TOKEN"


@dataclass(frozen=True)
class Target:
    """A server, the token that was given for it, and where that was found; without a server it is the database."""

    server: str | None
    database_is_named: bool
    token: str
    token_origin: str

    @property
    def given_login(self) -> Login | None:
        """The token of the settings; it comes before what `studio login` has stored."""
        return Login(self.token, f"{TOKEN} from {self.token_origin}") if self.token else None


def find_target() -> Target:
    """Where to work: `STUDIO_SERVER`, or the database that is named, or else the server one is logged in to.

    Raises Misconfigured for a server's address that cannot be used, and for files that cannot be read."""
    origins = origins_of_settings()
    server, _ = said(origins, SERVER)
    database, _ = said(origins, DATABASE)
    token, token_origin = said(origins, TOKEN)
    known = server or (None if database else credentials.default_server())
    return Target(_checked(known), bool(database), token, token_origin)


def _checked(server: str | None) -> str | None:
    if server is None:
        return None
    # Late: on one's own database nothing of servers is needed.
    from studio.remote.address import server_address

    return str(server_address(server))


def not_logged_in(server: str) -> NotLoggedIn:
    """What somebody is told who works on a server without a login."""
    return NotLoggedIn(f"You are not logged in to {server}.", hint=f"studio login --server {server}")


def only_here(server: str) -> Misconfigured:
    """What somebody is told who asks a server for what is done beside its database."""
    return Misconfigured(
        f"This is done where the studio's database is, and you work on {server}.",
        hint="Run it there; or name a database with STUDIO_DATABASE_URL, and unset STUDIO_SERVER.",
    )
