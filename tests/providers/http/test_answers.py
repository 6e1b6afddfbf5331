"""One request, one bounded answer, and failures a person can act on."""

from __future__ import annotations

import pytest

from studio.domain.errors import KeyRefused, NotSent, RateLimited, Rejected, ServiceFailed, StudioError, Uncertain
from studio.providers.http import Answer, Client, canonical
from tests.providers.http.asking import KEY, QUESTION, asked, client, ordered
from tests.servers.openai_compatible import (
    OpenAICompatibleServer,
    Reply,
    answered,
    closes_at_once,
    closes_mid_body,
    endless,
    failed,
    never_answers,
    web_page,
)


@pytest.mark.parametrize(
    ("reply", "kind", "sentence", "hint"),
    [
        (failed(401, "no such key"), KeyRefused, "wants a key: no such key.", "Set THE_KEY."),
        (failed(403, "not yours"), KeyRefused, "wants a key: not yours.", "Set THE_KEY."),
        (failed(429, "slow down", Retry_After="7"), RateLimited, "too many requests: slow down.", "Try again in 7 s"),
        (failed(429, "slow down", Retry_After="soon"), RateLimited, "too many requests", "Try again later."),
        (failed(500, "CUDA error"), ServiceFailed, "failed with status 500: CUDA error.", "Try again later."),
        (failed(404, "no model x"), Rejected, "refused the request with status 404: no model x.", None),
        (answered(400, {"error": "plain words"}), Rejected, "status 400: plain words.", None),
        (answered(400, ["odd"]), Rejected, "refused the request with status 400.", None),
        (web_page, ServiceFailed, "did not answer in JSON.", "Check the address"),
        (closes_mid_body, Uncertain, "broke off before its answer was complete.", None),
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


@pytest.mark.parametrize(
    "reply",
    [
        closes_at_once,
        closes_mid_body,
        never_answers,
        failed(500, "CUDA error"),
        failed(502, "bad gateway"),
        failed(408, "time-out"),
        failed(409, "conflict"),
        web_page,
    ],
)
def test_an_order_whose_answer_is_lost_is_uncertain_and_sent_once(
    text_server: OpenAICompatibleServer, reply: Reply
) -> None:
    with pytest.raises(Uncertain):
        ordered(text_server, reply, answer_seconds=0.3)

    assert len(text_server.posts) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Rejected), (401, KeyRefused), (402, Rejected), (404, Rejected), (413, Rejected), (422, Rejected)],
)
def test_a_refused_order_is_a_verdict(
    text_server: OpenAICompatibleServer, status: int, kind: type[StudioError]
) -> None:
    with pytest.raises(kind) as caught:
        ordered(text_server, failed(status, "no"))

    assert type(caught.value) is kind
    assert caught.value.details == {"status": status}


def test_how_long_to_wait_is_told_in_seconds(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(RateLimited) as caught:
        ordered(text_server, failed(429, "slow down", Retry_After="1.5"))

    assert caught.value.details == {"status": 429, "retry_after": 1.5}


def test_what_a_failure_means_is_for_the_server_to_say(text_server: OpenAICompatibleServer) -> None:
    def meaning(answer: Answer, is_order: bool) -> StudioError | None:
        return Rejected(f"Broke, {is_order}.") if answer.status == 402 else None

    with pytest.raises(Rejected, match=r"Broke, True\."):
        ordered(text_server, failed(402, "no money"), meaning=meaning)
    with pytest.raises(RateLimited):
        ordered(text_server, failed(429, "slow down"), meaning=meaning)


def test_an_order_that_nobody_takes_was_not_sent() -> None:
    with pytest.raises(NotSent, match=r"The model at 127.0.0.1:9 cannot be reached\."):
        Client("http://127.0.0.1:9/v1", service="The model").post("chat/completions", QUESTION)


def test_a_change_is_asked_for_without_a_body(text_server: OpenAICompatibleServer) -> None:
    answer = client(text_server, api_key=KEY).put("requests/1/cancel")

    # The server of language models knows no PUT; what counts here is what was sent.
    assert answer.status == 501


def test_equal_payloads_are_equal_bytes() -> None:
    assert (
        canonical({"b": 1, "a": ["é", None]})
        == canonical({"a": ["é", None], "b": 1})
        == '{"a":["é",null],"b":1}'.encode()
    )


def test_a_redirect_is_not_followed(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Rejected, match="points to another address"):
        asked(text_server, lambda handler: handler.bytes(307, b"", "text/plain", Location=text_server.url + "/models"))

    assert [request.method for request in text_server.requests] == ["POST"]


def test_nobody_listening_is_said_in_so_many_words() -> None:
    with pytest.raises(ServiceFailed, match=r"The model at 127.0.0.1:9 cannot be reached\."):
        Client("http://127.0.0.1:9/v1", service="The model").get("models")


def test_an_endless_answer_is_cut_off(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match="more than 100,000 bytes"):
        asked(text_server, endless, maximum_bytes=100_000)


def test_deeply_nested_json_is_no_answer(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(ServiceFailed, match="did not answer in JSON"):
        asked(text_server, lambda handler: handler.bytes(200, b"[" * 200_000, "application/json"))
