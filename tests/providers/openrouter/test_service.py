"""OpenRouter itself: what a key may spend, which models there are, and that the catalogue knows them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from studio.domain.errors import KeyRefused
from studio.providers.catalogue import Unit, all_models
from studio.providers.openrouter import KeyFacts, OpenRouter
from tests.servers.openrouter import MODELS, OpenRouterServer


def test_a_key_tells_what_it_may_spend(service: OpenRouter) -> None:
    assert service.key_facts() == KeyFacts(
        label="sk-or-v1-012...def",
        limit_usd=Decimal("20"),
        remaining_usd=Decimal("12.5"),
        used_usd=Decimal("7.5"),
        limit_reset="monthly",
        is_free_tier=False,
        expires_at="",
    )


@pytest.mark.parametrize(("remaining", "told"), [(None, None), (0.0, Decimal(0)), (-3.2, Decimal(0))])
def test_a_limit_may_be_missing_or_overdrawn(
    service: OpenRouter, router: OpenRouterServer, remaining: float | None, told: Decimal | None
) -> None:
    router.limit_remaining = remaining

    assert service.key_facts().remaining_usd == told


@pytest.mark.parametrize(("budget", "told"), [(3.25, "3.25"), (40.0, "12.5"), (-1.0, "0")])
def test_the_tightest_limit_counts(service: OpenRouter, router: OpenRouterServer, budget: float, told: str) -> None:
    router.budget_remaining = budget

    assert service.key_facts().remaining_usd == Decimal(told)


def test_a_key_that_is_not_known_is_refused(router: OpenRouterServer) -> None:
    with pytest.raises(KeyRefused, match="refused the key: User not found") as caught:
        OpenRouter("sk-or-v1-wrong", router.url).key_facts()

    assert "OPENROUTER_API_KEY" in (caught.value.hint or "")


def test_the_balance_is_asked_of_the_key_alone(service: OpenRouter, router: OpenRouterServer) -> None:
    service.key_facts()

    assert [request.path for request in router.requests] == ["/api/v1/key"]


def test_models_come_with_their_prices_of_today(service: OpenRouter) -> None:
    models = {model.id: model for model in service.live_models()}

    deepseek = models["deepseek/deepseek-v3.2"]
    assert (deepseek.question_usd, deepseek.answer_usd) == (Decimal("0.00000028"), Decimal("0.00000042"))
    assert (deepseek.question_microusd, deepseek.answer_microusd) == (280_000, 420_000)
    assert deepseek.is_structured
    assert deepseek.context_tokens == 163_840
    assert models["google/gemini-3.8-flash"].input_media == ("text", "image")
    assert models["google/gemini-2.5-flash-image"].output_media == ("image", "text")


def test_a_negative_price_is_not_known(service: OpenRouter) -> None:
    auto = next(model for model in service.live_models() if model.id == "openrouter/auto")

    assert (auto.question_usd, auto.answer_usd, auto.question_microusd) == (None, None, None)


def test_all_pages_of_models_are_read(service: OpenRouter, router: OpenRouterServer) -> None:
    router.page = 2

    assert [model.id for model in service.live_models()] == [model.id for model in MODELS]
    assert [request.query["offset"] for request in router.requests] == ["0", "2", "4"]


def test_a_list_without_an_end_is_left(service: OpenRouter, router: OpenRouterServer) -> None:
    router.page = 1
    router.models = tuple(replace(MODELS[0], id=f"vendor/model-{number}") for number in range(30))

    assert len(service.live_models()) == 10


def test_the_key_is_shown_nowhere(service: OpenRouter, router: OpenRouterServer) -> None:
    assert router.key not in repr(service) + repr(service.client) + repr(vars(service))


def test_the_catalogue_holds_models_for_every_medium() -> None:
    specs = [spec for spec in all_models().values() if spec.provider == "openrouter"]

    assert {vendor.partition("/")[0] for vendor in (spec.endpoint for spec in specs)} >= {
        "deepseek",
        "google",
        "anthropic",
        "openai",
        "meta-llama",
    }
    assert {medium.value for spec in specs for medium in spec.media} == {"text", "vision", "image"}
    for spec in specs:
        assert spec.price is not None
        assert spec.price.unit is (Unit.IMAGE if spec.medium.value == "image" else Unit.MILLION_TOKENS)
