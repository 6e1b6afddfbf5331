"""The corpus of hostile words through the whole way to a vendor: target, price and number of scenes are unchanged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.app import Studio
from studio.contracts.assists import Assist, AssistScript, RegenerateScene
from studio.contracts.characters import CreateCharacter
from studio.contracts.shorts import CreateShort
from studio.contracts.styles import CreateStyle
from studio.domain.text import one_line
from studio.providers.access import ProviderAccess
from studio.providers.registry import Models, TextServer
from tests.servers.openrouter import KEY, OpenRouterServer, running_openrouter
from tests.services.paid import assert_sound
from tests.services.writing.injections import INJECTIONS

MODEL = "openrouter/deepseek/deepseek-v3.2"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked is the same on both databases."""
    return sqlite_url


@pytest.fixture
def server() -> Iterator[OpenRouterServer]:
    with running_openrouter() as running:
        yield running


@pytest.fixture
def elsewhere(studio: Studio, server: OpenRouterServer) -> Studio:
    access = ProviderAccess(openrouter_key=KEY, openrouter_url=server.url)
    studio.models = Models(text_server=TextServer(is_looked_for=False), access=access)
    return studio


def test_hostile_words_reach_the_vendor_as_material_only(elsewhere: Studio, server: OpenRouterServer) -> None:
    prices = []
    for words in INJECTIONS:
        topic = one_line(words)[:300]
        short = elsewhere.shorts.create(CreateShort(topic=topic, language="en"))
        before = elsewhere.credits.me().credits_remaining
        written = elsewhere.scripts.generate(short.id)
        prices.append(before - elsewhere.credits.me().credits_remaining)
        assert len(written.scenes) == 4

    assert set(prices) == {1}
    assert {request.body["model"] for request in server.posts} == {MODEL.removeprefix("openrouter/")}
    assert {request.path for request in server.posts} == {"/api/v1/chat/completions"}
    assert len({request.body["messages"][0]["content"] for request in server.posts}) == 1
    assert not any(KEY in str(request.body) for request in server.posts)
    assert_sound(elsewhere)


@pytest.mark.parametrize("words", INJECTIONS[::6])
def test_hostile_styles_characters_and_wishes_change_neither_target_nor_price(
    elsewhere: Studio, server: OpenRouterServer, words: str
) -> None:
    name = one_line(words)[:40]
    style = elsewhere.styles.create(
        CreateStyle.model_validate({"like": "news", "name": f"A {name}", "advanced_instructions": words})
    )
    character = elsewhere.characters.create(CreateCharacter(name=f"A {name}", description=words))
    short = elsewhere.shorts.create(
        CreateShort(topic="Tides", language="en", style=style.handle, characters=(character.handle,))
    )

    elsewhere.scripts.generate(short.id)
    elsewhere.assists.regenerate(short.id, 2, RegenerateScene(instructions=words))
    view = elsewhere.assists.assist(
        short.id, AssistScript(kind=Assist.REWRITE, scene=1, instructions=words, propose=True)
    )

    after = elsewhere.shorts.show(short.id)
    assert (after.credits_used, view.model, len(after.scenes)) == (3, MODEL, 4)
    assert {request.body["model"] for request in server.posts} == {MODEL.removeprefix("openrouter/")}
    assert all(name not in request.body["messages"][0]["content"] for request in server.posts)
    assert_sound(elsewhere)
