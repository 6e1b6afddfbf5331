"""Providers: where models come from, whether a key is there, and whether it works."""

from __future__ import annotations

from abc import ABC, abstractmethod

from studio.contracts.base import View
from studio.contracts.operations import Contract, operation


class ProviderView(View):
    """One provider. `key_setting` names the setting that holds its key; the key itself is never shown."""

    name: str
    title: str
    offers: str
    is_configured: bool
    base_url: str | None
    key_setting: str | None
    has_key: bool


class ProviderList(View):
    data: list[ProviderView]
    next_cursor: str | None = None


class ProviderCheck(View):
    """What a provider said just now. Amounts in US dollars; None where it does not say, or there is no limit."""

    name: str
    is_ok: bool
    message: str
    hint: str | None = None
    remaining_usd: str | None = None
    limit_usd: str | None = None
    used_usd: str | None = None


class ProviderChecks(View):
    """What every provider said that was asked."""

    data: list[ProviderCheck]
    is_ok: bool


class Providers(Contract, ABC):
    noun = "providers"

    @operation("GET", "/api/providers", scope="models:read")
    @abstractmethod
    def list(self) -> ProviderList:
        """The providers studio can use, without asking them."""

    @operation("POST", "/api/admin/providers/check", scope="admin:read", admin=True)
    @abstractmethod
    def check(self, name: str | None = None) -> ProviderChecks:
        """Ask one provider, or every one that is set up, whether the key is valid and what is left. Free of charge."""
