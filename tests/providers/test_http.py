"""The HTTP client: one request, a bounded answer, and failures a person can act on."""

from __future__ import annotations

import logging

import pytest

from studio.domain.errors import Misconfigured, NotAllowed, RateLimited, ServiceFailed, StudioError
from studio.providers.http import Client
from tests.servers.openai_compatible import (
    OpenAICompatibleServer,
    Reply,
    answered,
    closes_mid_body,
    dripping,
    endless,
    failed,
    never_answers,
    said,
    web_page,
)

KEY = "sk-test-0123456789abcdef"
QUESTION = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}


def client(server: OpenAICompatibleServer, **options: object) -> Client:
    return Client(server.url, service="The model", key_hint="Set THE_KEY.", **options)  # type: ignore[arg-type]


def asked(server: OpenAICompatibleServer, reply: Reply, **options: object) -> object:
    server.will(reply)
    asking = client(server, **options)
    return asking.content(asking.post("chat/completions", QUESTION))


@pytest.mark.parametrize(
    ("reply", "kind", "sentence", "hint"),
    [
        (failed(401, "no such key"), NotAllowed, "wants a key: no such key.", "Set THE_KEY."),
        (failed(403, "not yours"), NotAllowed, "wants a key: not yours.", "Set THE_KEY."),
        (failed(429, "slow down", Retry_After="7"), RateLimited, "too many requests: slow down.", "Try again in 7 s"),
        (failed(429, "slow down", Retry_After="soon"), RateLimited, "too many requests", "Try again later."),
        (failed(500, "CUDA error"), ServiceFailed, "failed with status 500: CUDA error.", "Try again later."),
        (failed(404, "no model x"), ServiceFailed, "refused the request with status 404: no model x.", None),
        (answered(400, {"error": "plain words"}), ServiceFailed, "status 400: plain words.", None),
        (answered(400, ["odd"]), ServiceFailed, "refused the request with status 400.", None),
        (web_page, ServiceFailed, "did not answer in JSON.", "Check the address"),
        (closes_mid_body, ServiceFailed, "broke off before its answer was complete.", "try again"),
    ],
)
def test_each_failure_is_a_sentence_with_a_way_on(
    text_server: OpenAICompatibleServer, reply: Reply, kind: type[StudioError], sentence: str, hint: str | None
) -> None:
    with pytest.raises(kind) as caught:
        asked(text_server, reply)

    assert sentence in caught.value.message
    assert f"The model at 127.0.0.1:{text_server.port}" in caught.value.message
    assert (hint or "") in (caught.value.hint or "")
    assert len(text_server.posts) == 1


def test_a_redirect_is_not_followed(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(ServiceFailed, match="points to another address"):
        asked(text_server, lambda handler: handler.bytes(307, b"", "text/plain", Location=text_server.url + "/models"))

    assert [request.method for request in text_server.requests] == ["POST"]


def test_nobody_listening_is_said_in_so_many_words() -> None:
    with pytest.raises(ServiceFailed, match=r"The model at 127.0.0.1:9 cannot be reached\."):
        Client("http://127.0.0.1:9/v1", service="The model").get("models")


@pytest.mark.parametrize("reply", [never_answers, dripping])
def test_an_answer_that_takes_too_long_is_given_up(text_server: OpenAICompatibleServer, reply: Reply) -> None:
    with pytest.raises(ServiceFailed, match=r"no whole answer within 0.2 seconds"):
        asked(text_server, reply, answer_seconds=0.2)

    assert len(text_server.posts) == 1


def test_an_endless_answer_is_cut_off(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(ServiceFailed, match="more than 100,000 bytes"):
        asked(text_server, endless, maximum_bytes=100_000)


def test_deeply_nested_json_is_no_answer(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(ServiceFailed, match="did not answer in JSON"):
        asked(text_server, lambda handler: handler.bytes(200, b"[" * 200_000, "application/json"))


def test_the_key_is_sent_as_a_bearer_and_shown_nowhere(
    text_server: OpenAICompatibleServer, caplog: pytest.LogCaptureFixture
) -> None:
    text_server.api_key = "another-key"
    asking = client(text_server, api_key=f" {KEY}\n")

    with caplog.at_level(logging.DEBUG), pytest.raises(NotAllowed) as caught:
        asking.content(asking.post("chat/completions", QUESTION))

    assert text_server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "refused the key: Incorrect API key provided: Bearer ********." in caught.value.message
    assert KEY not in repr(asking) + caplog.text


def test_without_a_key_no_authorization_is_sent(text_server: OpenAICompatibleServer) -> None:
    asked(text_server, said("hello"))

    assert "authorization" not in text_server.requests[0].headers


def test_proxies_of_the_environment_are_not_used(
    text_server: OpenAICompatibleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert asked(text_server, said("hello"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:11434",
        "ftp://127.0.0.1/v1",
        "http://",
        "http://me:secret@host/v1",
        "http://host/v1?key=1",
        "http://h:x",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Client(address, service="The model")

    assert "secret" not in caught.value.message


@pytest.mark.parametrize("key", ["two words", "clé", "line\nbreak"])
def test_what_is_no_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Client("http://127.0.0.1/v1", service="The model", api_key=key)

    assert key not in caught.value.message
