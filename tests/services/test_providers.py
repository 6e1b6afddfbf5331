"""The providers: which are set up, what they say when they are asked, and that no key is ever shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from studio.app import Studio
from studio.domain.errors import Misconfigured, NotFound
from studio.providers.access import ProviderAccess
from studio.providers.registry import Models, TextServer
from studio.services.providers import provider_findings
from tests.servers.fal import FalServer, running_fal
from tests.servers.openai_compatible import OpenAICompatibleServer, running_server
from tests.servers.openrouter import OpenRouterServer, running_openrouter
from tests.servers.reaching import access_to

KEY = "sk-key-of-the-server"


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Providers are not in the database."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def fal() -> Iterator[FalServer]:
    with running_fal() as server:
        yield server


@pytest.fixture
def openrouter() -> Iterator[OpenRouterServer]:
    with running_openrouter() as server:
        yield server


@pytest.fixture
def text_server() -> Iterator[OpenAICompatibleServer]:
    with running_server() as server:
        server.api_key = KEY
        yield server


@pytest.fixture
def all_set(
    studio: Studio, fal: FalServer, openrouter: OpenRouterServer, text_server: OpenAICompatibleServer
) -> Iterator[Studio]:
    access = replace(access_to(fal), openrouter_key=openrouter.key, openrouter_url=openrouter.url)
    studio.models = Models(text_server=TextServer(text_server.url, KEY, is_looked_for=False), access=access)
    yield studio
    studio.models.close()


def test_lists_every_provider_with_the_setting_of_its_key(studio: Studio) -> None:
    found = [(each.name, each.is_configured, each.key_setting) for each in studio.providers.list().data]

    assert found == [
        ("local", True, None),
        ("openai", False, "STUDIO_OPENAI_API_KEY"),
        ("openrouter", False, "OPENROUTER_API_KEY"),
        ("fal", False, "FAL_KEY"),
    ]


def test_a_list_asks_nobody_and_shows_no_key(
    all_set: Studio, fal: FalServer, openrouter: OpenRouterServer, text_server: OpenAICompatibleServer
) -> None:
    found = all_set.providers.list()

    assert all(each.is_configured for each in found.data)
    assert [*fal.requests, *openrouter.requests, *text_server.requests] == []
    for key in (fal.key, openrouter.key, KEY):
        assert key not in found.model_dump_json()


def test_an_address_is_shown_without_a_password(studio: Studio) -> None:
    studio.models = Models(text_server=TextServer("https://me:hunter2@example.com/v1?key=hunter2"))

    assert studio.providers.list().data[1].base_url == "https://example.com/v1"


def test_every_provider_that_is_set_up_is_asked(all_set: Studio) -> None:
    found = all_set.providers.check()

    assert found.is_ok
    assert [check.name for check in found.data] == ["local", "openai", "openrouter", "fal"]
    assert found.data[2].remaining_usd == "12.50"
    assert found.data[3].message == "fal takes the key; it does not let this key see the balance."


def test_only_this_machine_is_asked_where_nothing_is_set_up(studio: Studio) -> None:
    assert [check.name for check in studio.providers.check().data] == ["local"]


def test_a_check_costs_nothing(all_set: Studio, fal: FalServer, openrouter: OpenRouterServer) -> None:
    all_set.providers.check()

    assert [*fal.posts, *openrouter.posts] == []


def test_the_balance_is_told_where_the_key_may_see_it(all_set: Studio, fal: FalServer) -> None:
    fal.is_admin_key = True

    assert all_set.providers.check("fal").data[0].remaining_usd == "24.50"


def test_a_limit_that_is_used_up_fails(all_set: Studio, openrouter: OpenRouterServer) -> None:
    openrouter.limit_remaining = 0

    found = all_set.providers.check("openrouter")

    assert (found.is_ok, found.data[0].message) == (False, "OpenRouter takes the key, and its limit is used up.")


def test_one_that_fails_is_told_and_the_others_are_asked_all_the_same(
    all_set: Studio, fal: FalServer, openrouter: OpenRouterServer, text_server: OpenAICompatibleServer
) -> None:
    key = openrouter.key
    openrouter.key, fal.platform_status = "another", 500

    found = all_set.providers.check()

    assert not found.is_ok
    assert {check.name: check.is_ok for check in found.data} == {
        "local": True,
        "openai": True,
        "openrouter": False,
        "fal": False,
    }
    assert key not in found.model_dump_json()


def test_a_server_without_a_model_fails(all_set: Studio, text_server: OpenAICompatibleServer) -> None:
    text_server.models = []

    check = all_set.providers.check("openai").data[0]

    assert "has no model that writes" in check.message
    assert check.hint == "Load one: ollama pull qwen3:8b"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("fal", "FAL_KEY is not set, and fal needs it."),
        ("openrouter", "OPENROUTER_API_KEY is not set, and OpenRouter needs it."),
        ("openai", "No language model server is set, and none was found on this machine."),
    ],
)
def test_one_that_is_not_set_up_fails_when_it_is_named(studio: Studio, name: str, sentence: str) -> None:
    (check,) = studio.providers.check(name).data

    assert (check.is_ok, check.message) == (False, sentence)
    assert check.hint


def test_what_is_no_provider_is_missing(studio: Studio) -> None:
    with pytest.raises(NotFound, match=r"There is no provider called nobody\."):
        studio.providers.check("nobody")


def test_the_check_up_says_who_is_set_up_without_asking(all_set: Studio, fal: FalServer) -> None:
    (none,) = provider_findings(Models())
    (three,) = provider_findings(all_set.models)

    assert none.message == "No provider is set up: everything is made on this machine."
    assert "An OpenAI-compatible server, OpenRouter, fal. studio providers check" in three.message
    assert fal.requests == []


def test_the_check_up_refuses_an_address_that_would_give_the_key_away() -> None:
    with pytest.raises(Misconfigured, match="the key is sent by https only"):
        provider_findings(Models(access=ProviderAccess(fal_key="k", fal_api_url="http://example.com")))
