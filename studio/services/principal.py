"""Who asks. Every service is made for one principal and sees that person's things only."""

from __future__ import annotations

from dataclasses import dataclass

from studio.contracts.operations import Operation
from studio.domain.errors import NotAllowed, NotLoggedIn
from studio.domain.people import Role


@dataclass(frozen=True)
class Principal:
    """A person, and what the key they came with is limited to: `scopes` is None for everything they may do."""

    user_id: str
    email: str
    role: str = Role.CREATOR.value
    scopes: frozenset[str] | None = None
    key_id: str | None = None

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    def require(self, operation: Operation) -> None:
        """Raise NotLoggedIn or NotAllowed unless this principal may use the operation."""
        if not self.user_id:
            raise NotLoggedIn("Nobody is logged in.", hint="studio login")
        if operation.admin:
            self.require_admin()
        if operation.scope:
            self.require_scope(operation.scope)

    def require_admin(self) -> None:
        """Raise NotAllowed for everybody but administrators."""
        if not self.is_admin:
            raise NotAllowed("This is for administrators.", hint="Ask an administrator of this studio.")

    def require_scope(self, scope: str) -> None:
        """Raise NotAllowed for a key that was not made for this."""
        if self.scopes is not None and scope not in self.scopes:
            raise NotAllowed(
                f"This API key is not for {scope}.", hint=f"studio keys create --name NAME --scope {scope}"
            )


NOBODY = Principal("", "", "nobody", frozenset())
"""Whoever has not logged in."""
