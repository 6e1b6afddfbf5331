"""Who asks. Every service is made for one principal and sees that person's things only."""

from __future__ import annotations

from dataclasses import dataclass

from studio.domain.errors import NotAllowed


@dataclass(frozen=True)
class Principal:
    user_id: str
    email: str
    role: str = "creator"

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    def require_admin(self) -> None:
        """Raise NotAllowed for everybody but administrators."""
        if not self.is_admin:
            raise NotAllowed("This is for administrators.", hint="Ask an administrator of this studio.")
