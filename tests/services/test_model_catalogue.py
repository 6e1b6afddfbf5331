"""The models that are shown: who makes what, for how much, and what works by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from studio.app import Studio, models_of
from studio.contracts.models import ModelView, PriceView
from studio.contracts.settings import ChangeSettings
from studio.domain.errors import Misconfigured, NotFound, Refused
from studio.providers.access import ProviderAccess
from studio.providers.catalogue import all_models
from studio.providers.registry import Models, TextServer
from tests.servers.fal import running_fal
from tests.servers.openrouter import running_openrouter

FLUX, SONNET = "fal/fal-ai/flux/dev", "openrouter/anthropic/claude-sonnet-4.6"


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """What is shown is computed: the settings' own tests ask both databases."""
    return str(request.getfixturevalue(f"{request.param}_url"))


def with_keys(studio: Studio, server: TextServer | None = None) -> Studio:
    studio.models = Models(
        text_server=server or TextServer(is_looked_for=False), access=ProviderAccess(openrouter_key="o", fal_key="f")
    )
    return studio


def by_id(studio: Studio) -> dict[str, ModelView]:
    return {model.id: model for model in studio.model_catalogue.list().data}


def defaults(studio: Studio) -> set[str]:
    return {model.id for model in studio.model_catalogue.list().data if model.is_default}


def test_lists_this_machine_and_the_whole_catalogue(studio: Studio) -> None:
    assert [*by_id(studio)] == ["local", *all_models()]


def test_tells_the_vendors_price_and_what_studio_charges(studio: Studio) -> None:
    studio.admin_settings.change(ChangeSettings(values={f"multipliers.{FLUX}": 2}))

    found = by_id(studio)

    assert found[FLUX].price == PriceView(unit="megapixel", usd="0.025", step=1, as_of="2026-04-01")
    assert (found[FLUX].credits, found[FLUX].credits_unit) == (10, "picture")
    assert found[SONNET].price is not None
    assert (found[SONNET].price.usd, found[SONNET].price.output_usd) == ("3.00", "15.00")
    assert (found["local"].price, found["local"].credits) == (None, 0)
    assert found["fal/fal-ai/elevenlabs/speech-to-text/scribe-v2"].credits is None


def test_only_this_machine_is_ready_without_a_key(studio: Studio) -> None:
    ready = [model.id for model in studio.model_catalogue.list().data if model.has_key]

    assert ready == ["local"]
    assert defaults(studio) == {"local"}


def test_keys_and_settings_decide_what_works_by_itself(studio: Studio) -> None:
    studio.admin_settings.change(ChangeSettings(values={"models.image": FLUX, "models.speech": "local"}))

    found = defaults(with_keys(studio))

    assert {"local", FLUX, "openrouter/deepseek/deepseek-v3.2"} <= found
    assert "fal/fal-ai/nano-banana-2" not in found


def test_the_model_of_a_server_is_listed_where_it_is_named(studio: Studio) -> None:
    found = by_id(with_keys(studio, TextServer("http://127.0.0.1:9/v1", model="qwen3:8b")))["openai/qwen3:8b"]

    assert (found.medium, found.also, found.credits, found.is_default) == ("text", ["vision"], 0, True)


def test_a_server_elsewhere_is_charged_for(studio: Studio) -> None:
    assert by_id(with_keys(studio, TextServer("https://example.com/v1", model="m")))["openai/m"].credits == 1


@pytest.mark.parametrize(
    ("medium", "provider", "count"),
    [("vision", None, 0), ("vision", "fal", 0), ("image", "local", 1), (None, "openai", 0), ("video", "openrouter", 0)],
)
def test_a_list_is_of_one_medium_or_one_provider(
    studio: Studio, medium: str | None, provider: str | None, count: int
) -> None:
    found = studio.model_catalogue.list(medium=medium, provider=provider).data

    assert all(medium in (None, model.medium, *model.also) for model in found)
    assert all(provider in (None, model.provider) for model in found)
    assert len(found) == count or provider is None


def test_what_is_no_medium_or_provider_is_refused(studio: Studio) -> None:
    with pytest.raises(Refused, match=r"no medium called smell\.") as caught:
        studio.model_catalogue.list(medium="smell")
    with pytest.raises(NotFound, match=r"no provider called nobody\."):
        studio.model_catalogue.list(provider="nobody")

    assert caught.value.hint == "It is one of: text, vision, image, video, speech, music, transcription."


def test_shows_everything_about_a_model(studio: Studio) -> None:
    found = studio.model_catalogue.show("fal/fal-ai/kling-video/v2.5-turbo/pro/text-to-video")

    assert found.lengths == [5, 10]
    assert found.with_start == "fal/fal-ai/kling-video/v2.5-turbo/pro/image-to-video"
    assert found.price_source.startswith("the vendor's list price of 2026-")
    assert found.live_price is None


@pytest.mark.parametrize("model", ["local", "openai/anything"])
def test_shows_what_no_catalogue_describes(studio: Studio, model: str) -> None:
    assert studio.model_catalogue.show(model, live=True).id == model


@pytest.mark.parametrize("model", ["openai/", "flux", "", "fal/fal-ai/flux/def"])
def test_an_unknown_model_is_missing(studio: Studio, model: str) -> None:
    with pytest.raises(NotFound, match="There is no model called"):
        studio.model_catalogue.show(model)


def test_a_live_price_needs_a_key(studio: Studio) -> None:
    with pytest.raises(Misconfigured, match="FAL_KEY is not set"):
        studio.model_catalogue.show(FLUX, live=True)


@pytest.fixture
def asking(studio: Studio) -> Iterator[Studio]:
    with running_fal() as fal, running_openrouter() as openrouter:
        fal.prices_change["fal-ai/flux/dev"] = "0.03"
        settings = {
            "fal_key": fal.key,
            "fal_queue_url": fal.queue_url,
            "fal_rest_url": fal.rest_url,
            "fal_api_url": fal.api_url,
            "openrouter_key": openrouter.key,
            "openrouter_url": openrouter.url,
        }
        studio.models = models_of(studio.settings)
        studio.models.access = replace(studio.models.access, **settings)
        yield studio
        studio.models.close()


def test_asks_the_provider_for_the_price_of_now(asking: Studio) -> None:
    flux = asking.model_catalogue.show(FLUX, live=True).live_price
    sonnet = asking.model_catalogue.show(SONNET, live=True).live_price

    assert flux == PriceView(unit="megapixels", usd="0.03")
    assert sonnet is None or (sonnet.unit, sonnet.as_of) == ("million tokens", None)
