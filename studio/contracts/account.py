"""Oneself: who is logged in, and with what."""

from __future__ import annotations

from abc import ABC, abstractmethod

from studio.contracts.base import View
from studio.contracts.operations import Contract, operation
from studio.contracts.users import UserView


class MeView(UserView):
    """The person who asks. `key_id` and `scopes` are those of the API key, null without one or without limits.

    `credentials` says where the command line found the key; null over HTTP."""

    key_id: str | None
    scopes: list[str] | None
    credentials: str | None = None


class LoginView(View):
    """What became of a login: for which studio, whose, and where the key is kept now."""

    studio: str
    email: str | None
    stored_in: str | None


class Account(Contract, ABC):
    noun = "account"

    @operation("GET", "/api/me", scope="")
    @abstractmethod
    def me(self) -> MeView:
        """Who asks; every key may know that."""
