"""Who is asking, how often, and the studio made for them: what each request needs before anything is done."""

from __future__ import annotations

from dataclasses import dataclass

from studio.app import SharedStudio, Studio
from studio.domain.errors import NotLoggedIn
from studio.services.principal import Principal
from studio.services.rate_limits import RateLimits

_BEARER = "bearer "


@dataclass
class Desk:
    """One for the whole server; used by many threads."""

    shared: SharedStudio
    callers: RateLimits
    """How often one person may ask."""
    strangers: RateLimits
    """How often one address may be refused."""

    def caller(self, authorization: str | None, address: str) -> Principal:
        """Whose token this is. Raises NotLoggedIn, and RateLimited for whoever asks or guesses too often."""
        try:
            principal = self.shared.caller(_token(authorization))
        except NotLoggedIn:
            self.strangers.take(f"refused:{address}")
            raise
        self.callers.take(f"user:{principal.user_id}")
        return principal

    def studio(self, principal: Principal) -> Studio:
        return self.shared.studio(principal)


def _token(authorization: str | None) -> str:
    if not authorization or not authorization.lower().startswith(_BEARER):
        raise NotLoggedIn("This needs a login.", hint="Send Authorization: Bearer with an API key or a token.")
    return authorization[len(_BEARER) :].strip()
