"""The models there are, with the prices of their vendors and of this studio, and those that work by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from studio.contracts.base import dollars
from studio.contracts.models import ModelCatalogue, ModelDetails, ModelList, ModelView, PriceView
from studio.contracts.settings import AUTO
from studio.db.engine import Database
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import NotFound, Refused
from studio.domain.remote import Medium
from studio.domain.text import one_line
from studio.providers.access import is_here
from studio.providers.catalogue import ModelSpec, Unit, all_models, find_spec
from studio.providers.registry import FAL, LOCAL, OPENAI, PROVIDERS, SERVER_MEDIA, Models, is_local
from studio.services.base import Service
from studio.services.model_views import charge, details_of, price_view, words
from studio.services.principal import Principal
from studio.services.settings import Prices, default_model, prices_in_force

LOCAL_MEDIA = (Medium.TEXT, Medium.IMAGE, Medium.VIDEO, Medium.SPEECH, Medium.MUSIC)


@dataclass(frozen=True)
class _InForce:
    """The studio's prices, and which model works for each medium where nobody names one."""

    prices: Prices
    defaults: Mapping[Medium, str]

    def is_default(self, model: str, media: tuple[Medium, ...]) -> bool:
        return any(self.defaults[medium] == model for medium in media)


class ModelCatalogueService(Service, ModelCatalogue):
    def __init__(self, database: Database, principal: Principal, models: Models, clock: Clock = system_clock) -> None:
        super().__init__(database, principal, clock)
        self.models = models

    def list(self, *, medium: str | None = None, provider: str | None = None) -> ModelList:
        wanted = None if medium is None else _medium(medium)
        if provider is not None and provider not in PROVIDERS:
            raise NotFound(f"There is no provider called {one_line(provider)[:60]}.", hint="studio providers list")
        views = [
            view
            for view in self._all()
            if (wanted is None or wanted in (view.medium, *view.also)) and provider in (None, view.provider)
        ]
        return ModelList(data=views)

    def show(self, model: str, *, live: bool = False) -> ModelDetails:
        spec = None if _is_undescribed(model) else find_spec(model)
        in_force = self._in_force()
        view = self._described(spec, in_force) if spec else self._undescribed(model, in_force)
        price = self._live_price(spec) if spec and live else None
        return ModelDetails(**dict(view), **details_of(spec), price_source=_source(view), live_price=price)

    def _all(self) -> Iterator[ModelView]:
        in_force, server = self._in_force(), self.models.text_server
        undescribed = [LOCAL, *([OPENAI + server.model] if server.base_url and server.model else [])]
        yield from (self._undescribed(model, in_force) for model in undescribed)
        yield from (self._described(spec, in_force) for spec in all_models().values())

    def _in_force(self) -> _InForce:
        with self.database.read() as session:
            defaults = {medium: self._default(session, medium) for medium in Medium}
            return _InForce(prices_in_force(session), defaults)

    def _default(self, session: Session, medium: Medium) -> str:
        """As `Models.chosen` would say, but without asking a server which model it has."""
        setting, server = default_model(session, medium.value), self.models.text_server
        if setting != AUTO:
            return setting
        if medium is Medium.TEXT and server.base_url:
            return OPENAI + server.model
        return self.models.keyed(medium) or LOCAL

    def _described(self, spec: ModelSpec, in_force: _InForce) -> ModelView:
        return ModelView(
            id=spec.id,
            provider=spec.provider,
            medium=spec.medium.value,
            also=[medium.value for medium in spec.also],
            title=spec.title,
            price=None if spec.price is None else price_view(spec.price),
            has_key=self.models.is_ready(spec.id),
            is_default=in_force.is_default(spec.id, spec.media),
            **charge(in_force.prices, spec.medium, spec.id),
        )

    def _undescribed(self, model: str, in_force: _InForce) -> ModelView:
        """A model of this machine or of the OpenAI-compatible server: no vendor's list has them."""
        is_ours, address = is_local(model), self.models.text_server.base_url
        media = LOCAL_MEDIA if is_ours else SERVER_MEDIA
        is_free = is_ours or not address or is_here(address)
        return ModelView(
            id=LOCAL if is_ours else model,
            provider=model.partition("/")[0],
            medium=media[0].value,
            also=[medium.value for medium in media[1:]],
            title="This machine, offline" if is_ours else "On the OpenAI-compatible server",
            price=None,
            has_key=self.models.is_ready(model),
            is_default=in_force.is_default(model, media),
            **charge(in_force.prices, media[0], LOCAL if is_free else model),
        )

    def _live_price(self, spec: ModelSpec) -> PriceView | None:
        """What the provider asks now; None when it does not say. Raises what the provider answers."""
        if spec.provider == FAL:
            from studio.providers.fal.prices import live_prices

            found = live_prices(self.models.fal.api, [spec.endpoint]).get(spec.endpoint)
            return None if found is None else PriceView(unit=found.unit, usd=dollars(int(found.microusd)))
        listed = next((each for each in self.models.openrouter.live_models() if each.id == spec.endpoint), None)
        if listed is None or listed.question_microusd is None:
            return None
        answers = listed.answer_microusd
        return PriceView(
            unit=words(Unit.MILLION_TOKENS),
            usd=dollars(listed.question_microusd),
            output_usd=None if answers is None else dollars(answers),
        )


def _is_undescribed(model: str) -> bool:
    return is_local(model) or (model.startswith(OPENAI) and model != OPENAI)


def _medium(name: str) -> Medium:
    try:
        return Medium(name)
    except ValueError as error:
        message = f"There is no medium called {one_line(name)[:60]}."
        raise Refused(message, hint=f"It is one of: {', '.join(Medium)}.") from error


def _source(view: ModelView) -> str:
    if view.price is not None:
        return f"the vendor's list price of {view.price.as_of}; the provider's own bill decides"
    return "free" if view.provider == LOCAL else "the vendor names none beforehand"
