"""The token of a login that is kept, renewed when it ends: by one process at a time, as renewing uses the old up."""

from __future__ import annotations

from studio.cli import credentials
from studio.cli.credentials import Stored
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Misconfigured, NotLoggedIn
from studio.remote.oauth import Grant, GrantRefused, Issuer


class KeptGrant:
    """The grant that `studio login` keeps for a server."""

    def __init__(self, server: str, entry: Stored, clock: Clock = system_clock) -> None:
        self.server = server
        self.clock = clock
        self._grant = self._read(entry)

    def current(self) -> str:
        """The token to show, renewed first when it is about to end. Raises NotLoggedIn when the login has ended."""
        if self._grant.is_fresh(self.clock()):
            return self._grant.access_token
        renewed = self.renewed(self._grant.access_token)
        if renewed is None:
            raise self._ended()
        return renewed

    def renewed(self, refused: str) -> str | None:
        """Another token than the one that was refused. Raises NotLoggedIn when the login has ended."""
        with credentials.locked():
            entry = credentials.find(self.server)
            if entry is None or entry.issuer is None or entry.client_id is None:
                raise self._ended()
            self._grant = self._read(entry)
            if self._grant.access_token == refused:
                self._grant = self._exchanged(entry, entry.issuer, entry.client_id)
        return self._grant.access_token

    def _exchanged(self, entry: Stored, issuer: str, client_id: str) -> Grant:
        if self._grant.refresh_token is None:
            raise self._ended()
        try:
            grant = Issuer(issuer, client_id, self.clock).renewed(self._grant.refresh_token)
        except GrantRefused as error:
            return self._of_another(error)
        credentials.keep_locked(self.server, entry, grant.to_text(), insecure=entry.key is not None)
        return grant

    def _of_another(self, error: GrantRefused) -> Grant:
        """What somebody who minds no lock has put there meanwhile: another version of studio, a restored file."""
        entry = credentials.find(self.server)
        grant = None if entry is None or entry.issuer is None else self._read(entry)
        if grant is None or grant.access_token == self._grant.access_token:
            raise self._ended() from error
        return grant

    def _read(self, entry: Stored) -> Grant:
        try:
            return Grant.from_text(credentials.secret_of(self.server, entry))
        except (ValueError, TypeError) as error:
            again = f"studio login --server {self.server}"
            raise Misconfigured(f"The login of {entry.email} in {entry.place} is damaged.", hint=again) from error

    def _ended(self) -> NotLoggedIn:
        return NotLoggedIn(f"Your login to {self.server} has ended.", hint=f"studio login --server {self.server}")
