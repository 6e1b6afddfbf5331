"""The official client against the same server: the same requests are taken, and the answers mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from studio.domain.remote import ChatRequest
from tests.providers.openrouter.conftest import PHOTO, PORTRAIT, SCRIPT, Asked, read
from tests.servers.openrouter import OpenRouterServer, replies

openrouter = pytest.importorskip("openrouter")

# It warns of the fields it drops some day, even where the server is the one who sends them.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def official(router: OpenRouterServer) -> Iterator[Any]:
    # It would repeat a paid request for up to an hour.
    with openrouter.OpenRouter(api_key=router.key, server_url=router.url, retry_config=None) as client:
        yield client


def body_of(asked: Asked, request: Any) -> dict[str, Any]:
    return {**asked.model.prepare(request, read).body}


def test_a_streamed_answer_means_the_same(chat: Asked, official: Any, router: OpenRouterServer) -> None:
    ours = chat.send(SCRIPT, marker="call-1")
    with official.chat.send(**body_of(chat, SCRIPT), session_id="call-1", retries=None) as stream:
        parts = [*stream]

    text = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    assert text == ours.text
    assert {part.model for part in parts} == {ours.model}
    assert round(parts[-1].usage.cost * 1_000_000 + 0.5) == ours.cost_microusd
    assert [part.choices[0].finish_reason for part in parts if part.choices][-1] == "stop"
    first, second = (request.body for request in router.posts)
    assert first == second


def test_an_answer_in_one_piece_means_the_same(chat: Asked, official: Any) -> None:
    ours = chat.send(SCRIPT)
    theirs = official.chat.send(**{**body_of(chat, SCRIPT), "stream": False}, retries=None)

    assert theirs.choices[0].message.content == ours.text
    assert theirs.usage.total_tokens == ours.data["usage"]["total_tokens"]


def test_pictures_are_shown_in_the_same_way(seeing: Asked, official: Any, router: OpenRouterServer) -> None:
    asked = ChatRequest(SCRIPT.messages, pictures=(PHOTO,))

    seeing.send(asked, marker="call-1")
    with official.chat.send(**body_of(seeing, asked), session_id="call-1", retries=None) as stream:
        assert [*stream]

    first, second = (request.body for request in router.posts)
    assert first == second


def test_a_picture_means_the_same(painter: Asked, official: Any, router: OpenRouterServer) -> None:
    ours = painter.send(PORTRAIT, marker="call-1")
    theirs = official.images.generate(**body_of(painter, PORTRAIT), session_id="call-1", retries=None)

    assert theirs.data[0].media_type == ours.files[0].media_type
    assert theirs.usage.cost == pytest.approx(0.039)
    first, second = (request.body for request in router.posts)
    assert first == second


def test_models_keys_and_books_mean_the_same(chat: Asked, official: Any, router: OpenRouterServer) -> None:
    answer = chat.send(SCRIPT)

    listed = official.models.list(output_modalities="text,image", retries=None)
    key = official.api_keys.get_current_key_metadata(retries=None)
    books = official.generations.get_generation(id=answer.request_id, retries=None)

    assert [model.id for model in listed.result.data] == [model.id for model in router.models]
    assert key.data.limit_remaining == 12.5
    assert round(books.data.total_cost * 1_000_000 + 0.5) == answer.cost_microusd
    assert books.data.session_id == "call-1"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (replies.no_credit, "PaymentRequiredResponseError"),
        (replies.too_many, "TooManyRequestsResponseError"),
        (replies.failed(404, "Gone"), "NotFoundResponseError"),
    ],
)
def test_refusals_are_known_by_their_status(
    chat: Asked, official: Any, router: OpenRouterServer, reply: Any, kind: str
) -> None:
    router.will(reply)

    with pytest.raises(getattr(openrouter.errors, kind)):
        official.chat.send(**{**body_of(chat, SCRIPT), "stream": False}, retries=None)
