"""The HTTP client: one request, a bounded answer, and failures a person can act on."""

from __future__ import annotations

import logging

import pytest

from studio.domain.errors import (
    Misconfigured,
    NotAllowed,
    NotSent,
    RateLimited,
    Rejected,
    ServiceFailed,
    StudioError,
    Uncertain,
)
from studio.providers.http import Answer, Client, canonical
from tests.servers.openai_compatible import (
    OpenAICompatibleServer,
    Reply,
    answered,
    closes_at_once,
    closes_mid_body,
    dripping,
    endless,
    failed,
    never_answers,
    only_comments,
    said,
    streamed,
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


def ordered(server: OpenAICompatibleServer, reply: Reply, **options: object) -> object:
    server.will(reply)
    asking = client(server, **options)
    return asking.ordered(asking.post("chat/completions", QUESTION))


def heard(server: OpenAICompatibleServer, reply: Reply, *, idle_seconds: float = 5, **options: object) -> list[str]:
    server.will(reply)
    with client(server, **options).events("chat/completions", QUESTION, idle_seconds=idle_seconds) as events:
        return [*events.data]


@pytest.mark.parametrize(
    ("reply", "kind", "sentence", "hint"),
    [
        (failed(401, "no such key"), NotAllowed, "wants a key: no such key.", "Set THE_KEY."),
        (failed(403, "not yours"), NotAllowed, "wants a key: not yours.", "Set THE_KEY."),
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
    [(400, Rejected), (401, NotAllowed), (402, Rejected), (404, Rejected), (413, Rejected), (422, Rejected)],
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


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/v1/models",
        "https://127.0.0.1:{port}/v1/models",
        "http://evil.example/v1/models",
        "http://127.0.0.1:{port}@evil.example/v1/models",
        "http://me:secret@127.0.0.1:{port}/v1/models",
        "http://127.0.0.1:{port}\\@evil.example/",
        "http://[bad",
        "http://127.0.0.1:{port}\n.evil.example/",
    ],
)
def test_an_address_of_another_server_is_refused_before_the_key_goes_there(
    text_server: OpenAICompatibleServer, address: str
) -> None:
    with pytest.raises(Rejected):
        client(text_server, api_key=KEY).get(address.format(port=text_server.port))

    assert text_server.requests == []


def test_an_address_of_the_server_itself_is_taken(text_server: OpenAICompatibleServer) -> None:
    asking = client(text_server, api_key=KEY)

    listed = asking.content(asking.get(f"{text_server.url}/models"))

    assert listed["data"][0]["id"] == "qwen3:8b"
    assert text_server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_the_query_and_the_scheme_of_the_key_are_sent(text_server: OpenAICompatibleServer) -> None:
    client(text_server, api_key=KEY, scheme="Key").get("models", {"q": "a b&c"})

    assert text_server.requests[0].path == "/v1/models?q=a+b%26c"
    assert text_server.requests[0].headers["authorization"] == f"Key {KEY}"


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


def test_events_come_with_the_headers_of_the_answer(text_server: OpenAICompatibleServer) -> None:
    text_server.will(
        streamed(b'data: {"a": 1}\n\n', b": still there\n\ndata: [DO", b"NE]\n\n", X_Generation_Id="gen-1")
    )

    with client(text_server).events("chat/completions", QUESTION, headers={"X-Title": "studio"}) as events:
        heard = [*events.data]

    assert (heard, events.headers["x-generation-id"]) == (['{"a": 1}', "[DONE]"], "gen-1")
    assert text_server.posts[0].headers["x-title"] == "studio"
    assert text_server.posts[0].headers["accept"].startswith("text/event-stream")


def test_headers_are_there_before_the_first_event(text_server: OpenAICompatibleServer) -> None:
    text_server.will(only_comments)

    with client(text_server).events("chat/completions", QUESTION) as events:
        begun = events.headers["content-type"]

    assert begun == "text/event-stream"


def test_comments_do_not_keep_a_stream_alive(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match=r"within 0\.2 seconds"):
        heard(text_server, only_comments, idle_seconds=0.2)


def test_a_stream_that_says_nothing_at_all_is_given_up(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match=r"within 0\.2 seconds"):
        heard(text_server, never_answers, idle_seconds=0.2)


def test_a_stream_that_breaks_off_is_uncertain(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match="broke off"):
        heard(text_server, streamed(b"data: 1\n\n", breaks=True))


def test_a_stream_is_cut_off_where_it_is_too_large(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match="more than 1,000 bytes"):
        heard(text_server, streamed(b"data: " + b"x" * 2_000 + b"\n\n"), maximum_bytes=1_000)


def test_one_document_in_place_of_a_stream_is_one_event(text_server: OpenAICompatibleServer) -> None:
    assert heard(text_server, answered(200, {"error": {"code": 429}})) == ['{"error": {"code": 429}}']


@pytest.mark.parametrize(("status", "kind"), [(401, NotAllowed), (402, Rejected), (429, RateLimited), (502, Uncertain)])
def test_a_stream_that_never_begins_says_why(
    text_server: OpenAICompatibleServer, status: int, kind: type[StudioError]
) -> None:
    with pytest.raises(kind, match="no luck"):
        heard(text_server, failed(status, "no luck"))


def test_a_redirect_is_not_followed(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Rejected, match="points to another address"):
        asked(text_server, lambda handler: handler.bytes(307, b"", "text/plain", Location=text_server.url + "/models"))

    assert [request.method for request in text_server.requests] == ["POST"]


def test_nobody_listening_is_said_in_so_many_words() -> None:
    with pytest.raises(ServiceFailed, match=r"The model at 127.0.0.1:9 cannot be reached\."):
        Client("http://127.0.0.1:9/v1", service="The model").get("models")


@pytest.mark.parametrize("reply", [never_answers, dripping])
def test_an_order_that_takes_too_long_is_given_up(text_server: OpenAICompatibleServer, reply: Reply) -> None:
    with pytest.raises(Uncertain, match=r"no whole answer within 0.2 seconds"):
        asked(text_server, reply, answer_seconds=0.2)

    assert len(text_server.posts) == 1


def test_an_endless_answer_is_cut_off(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match="more than 100,000 bytes"):
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
