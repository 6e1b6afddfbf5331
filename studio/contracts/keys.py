"""API keys: for scripts and CI. Each can be limited to some scopes and to some time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated

from pydantic import Field

from studio.contracts.base import ONE_LINE, Input, Moment, Page, View
from studio.contracts.operations import Contract, operation

LONGEST_SECONDS = 10 * 366 * 86_400


KeyName = Annotated[str, ONE_LINE, Field(min_length=1, max_length=60)]


class CreateKey(Input):
    """A new key. Without scopes it may do what its owner may do; administrators can make one for a creator."""

    name: KeyName
    scopes: tuple[str, ...] | None = Field(None, min_length=1, max_length=100)
    expires_in_seconds: int | None = Field(None, strict=True, ge=60, le=LONGEST_SECONDS)
    user: str | None = Field(None, max_length=254)


class KeyView(View):
    """A key as it can be shown: `state` is active, expired or revoked; `scopes` is null for all."""

    id: str
    name: str
    state: str
    scopes: list[str] | None
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None


class NewKey(KeyView):
    """A new key; `api_key` is shown this once and never again."""

    api_key: str


class Keys(Contract, ABC):
    noun = "keys"

    @operation("GET", "/api/keys", scope="keys:read")
    @abstractmethod
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[KeyView]:
        """One's own keys, newest first."""

    @operation("GET", "/api/keys/{id}", scope="keys:read")
    @abstractmethod
    def show(self, id: str) -> KeyView:
        """One's own key by its id, or by its name as `revoke` takes it."""

    @operation("POST", "/api/keys", scope="keys:write", created=True)
    @abstractmethod
    def create(self, data: CreateKey) -> NewKey:
        """Make a key. A limited key can only make keys that may do no more than itself."""

    @operation("DELETE", "/api/keys/{id}", scope="keys:write")
    @abstractmethod
    def revoke(self, id: str) -> KeyView:
        """End a key for good, by its id, or by its name where only one that is not ended has it."""
