"""Who is let in: the owner of an embedded studio, or whoever shows a valid API key."""

from __future__ import annotations

from studio.db.engine import Database
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import NotAllowed, NotLoggedIn
from studio.domain.login import Login
from studio.services.people import local_owner
from studio.services.principal import Principal


def who_asks(database: Database, login: Login | None, *, clock: Clock = system_clock) -> Principal:
    """The principal for this database. Raises NotLoggedIn, and NotAllowed for a creator on a shared database."""
    is_embedded = database.engine.dialect.name == "sqlite"
    if login is None:
        if is_embedded:
            return local_owner(database)
        raise NotLoggedIn("This studio is shared: log in first.", hint="studio login")
    # Late: an embedded studio without a login does without it.
    from studio.services.api_keys import log_in

    principal = log_in(database, login.key, clock)
    if not is_embedded:
        _refuse_creator(principal)
    return principal


def _refuse_creator(principal: Principal) -> None:
    """On the database itself the provider keys would lie on the creator's machine, and so would the accounts."""
    if not principal.is_admin:
        raise NotAllowed(
            "Creators of a shared studio do not work on its database: with it they would hold the keys of its"
            " providers, and could give themselves back what they spend.",
            hint="Unset STUDIO_DATABASE_URL, then: studio login --server URL, with the address of the studio's server.",
        )
