"""Oneself: who is logged in, and with what."""

from __future__ import annotations

from studio.contracts.account import Account, MeView
from studio.db.models.user import User
from studio.services.base import Service
from studio.services.user_views import user_view


class AccountService(Service, Account):
    def me(self) -> MeView:
        with self.database.read() as session:
            row = session.get_one(User, self.principal.user_id)
            view = user_view(session, row, now=self.clock())
        scopes = self.principal.scopes
        return MeView(
            **view.model_dump(),
            key_id=self.principal.key_id,
            scopes=None if scopes is None else sorted(scopes),
        )
