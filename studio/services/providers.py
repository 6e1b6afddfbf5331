"""The providers: which are set up, and what they say when they are asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from studio.contracts.base import dollars
from studio.contracts.doctor import Finding
from studio.contracts.providers import ProviderCheck, ProviderChecks, ProviderList, Providers, ProviderView
from studio.db.engine import Database
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import NotFound, StudioError
from studio.domain.text import one_line
from studio.providers.access import FAL_KEY, OPENAI_KEY, OPENROUTER_KEY
from studio.providers.registry import FAL, LOCAL, OPENAI_COMPATIBLE, OPENROUTER, PROVIDERS, Models
from studio.providers.standing import Standing, standing_at_fal, standing_at_openrouter, standing_at_server
from studio.services.base import Service
from studio.services.principal import Principal


class ProvidersService(Service, Providers):
    def __init__(self, database: Database, principal: Principal, models: Models, clock: Clock = system_clock) -> None:
        super().__init__(database, principal, clock)
        self.models = models

    def list(self) -> ProviderList:
        return ProviderList(data=provider_views(self.models))

    def check(self, name: str | None = None) -> ProviderChecks:
        if name is not None and name not in PROVIDERS:
            raise NotFound(f"There is no provider called {one_line(name)[:60]}.", hint="studio providers list")
        set_up = [view.name for view in provider_views(self.models) if view.is_configured]
        checks = [self._check(each) for each in ([name] if name else set_up)]
        return ProviderChecks(data=checks, is_ok=all(check.is_ok for check in checks))

    def _check(self, name: str) -> ProviderCheck:
        try:
            standing = self._standing(name)
        except StudioError as error:
            return ProviderCheck(name=name, is_ok=False, message=error.message, hint=error.hint)
        return ProviderCheck(
            name=name,
            is_ok=True,
            message=standing.message,
            remaining_usd=_usd(standing.remaining_microusd),
            limit_usd=_usd(standing.limit_microusd),
            used_usd=_usd(standing.used_microusd),
        )

    def _standing(self, name: str) -> Standing:
        if name == FAL:
            return standing_at_fal(self.models.fal)
        if name == OPENROUTER:
            return standing_at_openrouter(self.models.openrouter)
        if name == OPENAI_COMPATIBLE:
            server, address = self.models.text_server, self.models.server_address()
            return standing_at_server(address, server.api_key if server.base_url else "")
        return Standing("The models on this machine need no key.")


def provider_views(models: Models) -> list[ProviderView]:
    """Every provider as the settings have it, the one that needs none first."""
    access, server = models.access, models.text_server
    return [
        ProviderView(
            name=LOCAL,
            title="This machine",
            offers="scripts from your own text, drawn pictures, voices, music",
            is_configured=True,
            base_url=None,
            key_setting=None,
            has_key=False,
        ),
        ProviderView(
            name=OPENAI_COMPATIBLE,
            title="An OpenAI-compatible server",
            offers="scripts",
            is_configured=bool(server.base_url),
            base_url=_plain(server.base_url) or None,
            key_setting=OPENAI_KEY,
            has_key=bool(server.api_key),
        ),
        _vendor(
            OPENROUTER,
            "OpenRouter",
            "scripts, descriptions of pictures, pictures",
            access.openrouter_url,
            OPENROUTER_KEY,
            access.openrouter_key,
        ),
        _vendor(
            FAL, "fal", "pictures, clips, voices, music, word times", access.fal_queue_url, FAL_KEY, access.fal_key
        ),
    ]


def _vendor(name: str, title: str, offers: str, url: str, key_setting: str, key: str) -> ProviderView:
    """A provider that is used as soon as there is a key for it."""
    return ProviderView(
        name=name,
        title=title,
        offers=offers,
        is_configured=bool(key),
        base_url=_plain(url),
        key_setting=key_setting,
        has_key=bool(key),
    )


def provider_findings(models: Models) -> list[Finding]:
    """What the check-up says of providers, without asking them; raises Misconfigured for an address of no use."""
    views = [view for view in provider_views(models) if view.name != LOCAL and view.is_configured]
    if any(view.name == OPENROUTER for view in views):
        models.access.require_openrouter("OpenRouter")
    if any(view.name == FAL for view in views):
        models.access.require_fal("fal")
    if not views:
        message = "No provider is set up: everything is made on this machine."
        return [Finding(check="providers", level="ok", message=message)]
    names = ", ".join(view.title for view in views)
    message = f"Set up and not asked: {names}. studio providers check asks them."
    return [Finding(check="providers", level="ok", message=message)]


def _plain(url: str) -> str:
    """The address without a name and a password, which it may not hold but may have been given."""
    try:
        parts = urlsplit(url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    except ValueError:
        return ""


def _usd(microusd: int | None) -> str | None:
    return None if microusd is None else dollars(microusd)
