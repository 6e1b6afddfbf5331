"""A model behind an OpenAI-compatible server, as a `RemoteModel`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from studio.domain.errors import (
    Invalid,
    KeyRefused,
    NotSent,
    RateLimited,
    Rejected,
    ServiceFailed,
    StudioError,
    Uncertain,
)
from studio.domain.remote import Answer, ChatRequest, Message, Order, PaintRequest, Reference, RemoteFile, Ticket
from studio.providers.openai_compatible import OpenAICompatibleModel
from tests.servers.openai_compatible import (
    COMPLETIONS,
    MODELS,
    OpenAICompatibleServer,
    Reply,
    answered,
    closes_at_once,
    closes_mid_body,
    failed,
    never_answers,
    said,
    web_page,
)

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "a": {"type": "string"}},
    "required": ["title", "a"],
    "additionalProperties": False,
}
MESSAGES = (Message("system", "Be brief."), Message("user", '{"topic": "hearts"}'))
SCRIPT = ChatRequest(MESSAGES, "script", SCHEMA)
PLAIN = ChatRequest(MESSAGES)

Make = Callable[..., OpenAICompatibleModel]


def read(reference: Reference) -> bytes:
    return b"picture"


@pytest.fixture
def make(text_server: OpenAICompatibleServer) -> Make:
    def model(**options: Any) -> OpenAICompatibleModel:
        return OpenAICompatibleModel(text_server.url, **{"model": "qwen3:8b", "answer_seconds": 0.5, **options})

    return model


def sent(model: OpenAICompatibleModel, request: ChatRequest) -> Answer:
    def accepted(ticket: Ticket) -> None:
        raise AssertionError("these servers give no tickets")

    return model.send(model.prepare(request, read), "call-1", accepted)


def test_an_answer_costs_nothing_on_this_machine(text_server: OpenAICompatibleServer, make: Make) -> None:
    text_server.will(said('<think>hm</think>```json\n{"title": "Hearts"}\n```'))
    model = make()

    answer = sent(model, SCRIPT)

    assert answer == Answer(
        text='{"title": "Hearts"}',
        data={"usage": {"prompt_tokens": 1200, "completion_tokens": 300, "total_tokens": 1500}},
        model="qwen3:8b",
        cost_microusd=0,
    )
    assert (model.is_offline, model.quote(SCRIPT)) == (True, 0)


def test_elsewhere_nobody_knows_what_it_costs(text_server: OpenAICompatibleServer, make: Make) -> None:
    text_server.will(said('{"title": "Hearts"}'))
    model = make()
    # No test can reach another machine, so this one is called another.
    model.is_offline = False

    answer = sent(model, SCRIPT)

    assert (answer.cost_microusd, model.quote(SCRIPT)) == (None, None)


def test_an_address_elsewhere_is_not_this_machine() -> None:
    assert not OpenAICompatibleModel("https://api.openai.com/v1", "key", "gpt").is_offline


def test_the_request_holds_the_model_the_messages_and_the_schema(
    text_server: OpenAICompatibleServer, make: Make
) -> None:
    text_server.will(said("{}"))

    sent(make(api_key="key-of-this-server"), SCRIPT)

    (request,) = text_server.posts
    assert (request.path, request.headers["authorization"]) == (COMPLETIONS, "Bearer key-of-this-server")
    assert request.body == {
        "model": "qwen3:8b",
        "messages": [{"role": message.role, "content": message.text} for message in MESSAGES],
        "stream": False,
        "response_format": {"type": "json_schema", "json_schema": {"name": "script", "strict": True, "schema": SCHEMA}},
    }
    properties = request.body["response_format"]["json_schema"]["schema"]["properties"]
    assert list(properties) == ["title", "a"]


def test_words_without_a_schema_come_as_they_are(text_server: OpenAICompatibleServer, make: Make) -> None:
    text_server.will(said("<think>\nhm\n</think>\n\nIt has {three} hearts."))

    answer = sent(make(), PLAIN)

    assert answer.text == "It has {three} hearts."
    assert text_server.posts[0].format is None


def test_pictures_are_shown_with_the_last_message(text_server: OpenAICompatibleServer, make: Make) -> None:
    text_server.will(said("a cat"))

    sent(make(), ChatRequest(MESSAGES, pictures=(Reference("ab.png", "image/png"),)))

    assert text_server.posts[0].body["messages"][1]["content"] == [
        {"type": "text", "text": '{"topic": "hearts"}'},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,cGljdHVyZQ=="}},
    ]


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_form_is_followed_by_a_simpler_one_and_remembered(
    text_server: OpenAICompatibleServer, make: Make, status: int
) -> None:
    text_server.refused_formats, text_server.refusal_status = {"json_schema"}, status
    text_server.will(said("{}"), said("{}"))
    model = make()

    sent(model, SCRIPT)
    sent(model, SCRIPT)

    assert [request.format for request in text_server.posts] == ["json_schema", "json_object", "json_object"]


def test_a_server_that_takes_no_form_is_asked_in_plain_words(text_server: OpenAICompatibleServer, make: Make) -> None:
    text_server.refused_formats = {"json_schema", "json_object"}
    text_server.will(said("Sure: {}"))

    assert sent(make(), SCRIPT).text == "{}"
    assert [request.format for request in text_server.posts] == ["json_schema", "json_object", None]


def test_a_request_that_is_refused_in_every_form_says_nothing_about_the_forms(
    text_server: OpenAICompatibleServer, make: Make
) -> None:
    text_server.will(*[failed(400, "context too long")] * 3, said("{}"))
    model = make()

    with pytest.raises(Rejected, match="context too long"):
        sent(model, SCRIPT)
    sent(model, SCRIPT)

    assert [request.format for request in text_server.posts][3:] == ["json_schema"]


def test_without_a_model_the_server_is_asked_once(text_server: OpenAICompatibleServer, make: Make) -> None:
    text_server.models = ["nomic-embed-text:latest", "gemma3:4b"]
    text_server.will(said("{}"), said("{}"))
    model = make(model=None)

    sent(model, SCRIPT)
    sent(model, SCRIPT)

    assert (model.name, model.provider) == ("openai/gemma3:4b", "openai")
    assert [request.path for request in text_server.requests] == [MODELS, COMPLETIONS, COMPLETIONS]


VERDICTS = [
    (failed(401, "Incorrect API key"), KeyRefused, "wants a key"),
    (failed(429, "Rate limit reached"), RateLimited, "too many requests"),
    (failed(404, "model 'qwen3:8b' not found"), Rejected, "model 'qwen3:8b' not found"),
    (answered(200, {"error": {"message": "overloaded", "code": 502}}), Rejected, "could not answer: overloaded."),
    (answered(200, {"choices": []}), Rejected, "not OpenAI's"),
    (answered(200, ["surprise"]), Rejected, "not OpenAI's"),
    (said("{", finish_reason="length"), Rejected, "ran out of room"),
    (said(None, refusal="I cannot"), Rejected, "declined"),
    (said("", finish_reason="content_filter"), Rejected, "declined"),
]
LOST = [
    (failed(500, "runner has terminated"), "runner has terminated"),
    (web_page, "did not answer in JSON"),
    (closes_at_once, "broke off"),
    (closes_mid_body, "broke off"),
    (never_answers, r"within 0\.5 seconds"),
]


@pytest.mark.parametrize("is_offline", [True, False])
@pytest.mark.parametrize(("reply", "kind", "sentence"), VERDICTS)
def test_a_verdict_is_a_verdict_wherever_the_server_is(
    text_server: OpenAICompatibleServer,
    make: Make,
    reply: Reply,
    kind: type[StudioError],
    sentence: str,
    is_offline: bool,
) -> None:
    text_server.will(reply)
    model = make()
    model.is_offline = is_offline

    with pytest.raises(kind, match=sentence) as caught:
        sent(model, SCRIPT)

    assert type(caught.value) is kind
    assert len(text_server.posts) == 1


@pytest.mark.parametrize(("is_offline", "kind"), [(True, ServiceFailed), (False, Uncertain)])
@pytest.mark.parametrize(("reply", "sentence"), LOST)
def test_a_lost_answer_leaves_something_open_only_where_it_may_cost_something(
    text_server: OpenAICompatibleServer,
    make: Make,
    reply: Reply,
    sentence: str,
    is_offline: bool,
    kind: type[StudioError],
) -> None:
    text_server.will(reply)
    model = make()
    model.is_offline = is_offline

    with pytest.raises(kind, match=sentence) as caught:
        sent(model, SCRIPT)

    assert type(caught.value) is kind
    assert len(text_server.posts) == 1


def test_nobody_there_means_nothing_was_sent() -> None:
    with pytest.raises(NotSent):
        sent(OpenAICompatibleModel("http://127.0.0.1:9", model="m"), PLAIN)


def test_what_such_servers_cannot_do_is_said(make: Make) -> None:
    model = make()

    assert (model.may_repeat, model.window_seconds) == (True, 0)
    assert model.find(Order("chat/completions", {}), 0) == ()
    assert model.cancel(Ticket("1")) is False
    with pytest.raises(ServiceFailed, match="cannot be asked for an answer again"):
        model.look(Order("chat/completions", {}), Ticket("1"))
    with pytest.raises(Rejected, match="delivers no files"):
        model.fetch(RemoteFile(data=b"x"))
    with pytest.raises(Invalid, match="writes, and does nothing else"):
        model.prepare(PaintRequest("x", 1, 1, 1), read)


def test_the_official_client_understands_the_test_server(text_server: OpenAICompatibleServer) -> None:
    openai = pytest.importorskip("openai")
    text_server.api_key = "right"
    text_server.will(said('{"title": "Hearts"}'), failed(429, "Rate limit reached"))
    official = openai.OpenAI(base_url=text_server.url, api_key="right", max_retries=0)
    wanted = {"type": "json_schema", "json_schema": {"name": "script", "strict": True, "schema": SCHEMA}}
    question = {"model": "qwen3:8b", "messages": [{"role": "user", "content": "hello"}], "response_format": wanted}

    with official:
        listed = [model.id for model in official.models.list()]
        completion = official.chat.completions.create(**question)
        with pytest.raises(openai.RateLimitError, match="Rate limit reached"):
            official.chat.completions.create(**question)
        with pytest.raises(openai.AuthenticationError, match="Incorrect API key"):
            official.with_options(api_key="wrong").models.list()

    assert listed == ["qwen3:8b"]
    assert json.loads(completion.choices[0].message.content) == {"title": "Hearts"}
    assert (completion.choices[0].finish_reason, completion.usage.total_tokens) == ("stop", 1500)
    assert text_server.posts[0].body["response_format"] == wanted
