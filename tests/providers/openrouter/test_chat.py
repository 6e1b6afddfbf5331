"""Chat through OpenRouter: what is asked, what is understood, and every way in which it goes wrong."""

from __future__ import annotations

import json

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
from studio.domain.remote import ChatRequest, Message, Order, RemoteFile, Ticket
from studio.providers.catalogue import find_spec
from studio.providers.openrouter import OpenRouter, OpenRouterChat
from tests.providers.openrouter.conftest import MESSAGES, PHOTO, PLAIN, PORTRAIT, SCHEMA, SCRIPT, Asked, read
from tests.servers.openrouter import UPSTREAM_USD, OpenRouterServer, Reply, replies

OVERLOADED = "DeepInfra: The model is overloaded, come back later."


def test_a_structured_answer_comes_with_its_id_its_model_and_its_cost(chat: Asked, router: OpenRouterServer) -> None:
    answer = chat.send(SCRIPT)

    (work,) = router.paid
    script = json.loads(answer.text)
    assert script["title"] == "Polvos: três corações"
    assert [scene["shot"] for scene in script["scenes"]] == ["wide", "close"]
    assert (answer.request_id, answer.model) == (work.id, "deepseek/deepseek-v3.2-20260217")
    assert answer.cost_microusd == -(-round(work.usage["cost"] * 1_000_000_000) // 1000)
    assert answer.data["usage"]["total_tokens"] == work.usage["total_tokens"]
    assert chat.tickets == [Ticket(work.id)]


def test_the_request_asks_for_the_schema_and_for_nobody_who_ignores_it(chat: Asked, router: OpenRouterServer) -> None:
    chat.send(SCRIPT, marker="01JCALL")

    (request,) = router.posts
    assert request.body == {
        "model": "deepseek/deepseek-v3.2",
        "messages": [{"role": message.role, "content": message.text} for message in MESSAGES],
        "stream": True,
        "max_tokens": 16_000,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "script", "strict": True, "schema": SCHEMA},
        },
        "provider": {"require_parameters": True},
        "session_id": "01JCALL",
    }
    assert request.headers["authorization"] == f"Bearer {router.key}"
    assert request.headers["x-openrouter-title"] == "studio"
    assert request.headers["x-openrouter-categories"] == "video-gen,creative-writing"
    assert "http-referer" not in request.headers


def test_the_fields_of_the_schema_keep_their_order(chat: Asked, router: OpenRouterServer) -> None:
    chat.send(SCRIPT)

    asked = json.loads(router.posts[0].raw)["response_format"]["json_schema"]["schema"]
    assert list(asked["properties"]) == ["title", "scenes"]


def test_equal_orders_are_equal_bytes(chat: Asked, router: OpenRouterServer) -> None:
    chat.send(SCRIPT)
    chat.send(SCRIPT)

    first, second = router.posts
    assert first.raw == second.raw


def test_a_site_is_named_where_there_is_one(router: OpenRouterServer) -> None:
    service = OpenRouter(router.key, router.url, site_url="https://studio.example")

    Asked(OpenRouterChat(service, find_spec("openrouter/deepseek/deepseek-v3.2"))).send(PLAIN)

    assert router.posts[0].headers["http-referer"] == "https://studio.example"


def test_a_question_without_a_schema_is_answered_in_words(chat: Asked, router: OpenRouterServer) -> None:
    answer = chat.send(PLAIN)

    assert answer.text == router.paid[0].text
    assert router.posts[0].body.keys() == {"model", "messages", "stream", "max_tokens", "session_id"}


def test_pictures_are_shown_with_the_last_message(seeing: Asked, router: OpenRouterServer) -> None:
    seeing.send(ChatRequest((Message("system", "Look."), Message("user", "Who is it?")), pictures=(PHOTO,)))

    assert router.posts[0].body["messages"] == [
        {"role": "system", "content": "Look."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Who is it?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,Ynl0ZXMgb2YgYWIxMi5wbmc="}},
            ],
        },
    ]


def test_a_model_without_eyes_is_shown_nothing(chat: Asked, router: OpenRouterServer) -> None:
    with pytest.raises(Invalid, match="sees no pictures"):
        chat.model.prepare(ChatRequest(MESSAGES, pictures=(PHOTO,)), read)

    assert router.requests == []


def test_a_model_that_writes_paints_nothing(chat: Asked) -> None:
    with pytest.raises(Invalid, match="writes, and does nothing else"):
        chat.model.prepare(PORTRAIT, read)


def test_the_same_call_again_is_answered_from_the_cache_for_nothing(chat: Asked, router: OpenRouterServer) -> None:
    first = chat.send(SCRIPT, marker="call-1")
    second = chat.send(SCRIPT, marker="call-1")

    assert (second.text, second.cost_microusd) == (first.text, 0)
    assert second.request_id != first.request_id
    assert len(router.paid) == 1


def test_another_call_with_the_same_words_is_made_anew(chat: Asked, router: OpenRouterServer) -> None:
    chat.send(SCRIPT, marker="call-1")
    chat.send(SCRIPT, marker="call-2")

    assert len(router.paid) == 2


@pytest.mark.parametrize(
    "reply",
    [
        replies.byte_by_byte,
        replies.with_windows_lines,
        replies.usage_beside_words,
        replies.without_end,
        replies.with_unknown_words,
    ],
)
def test_every_form_of_stream_is_understood(chat: Asked, router: OpenRouterServer, reply: Reply) -> None:
    router.will(reply)

    answer = chat.send(SCRIPT)

    (work,) = router.paid
    assert json.loads(answer.text) == json.loads(work.text)
    assert answer.cost_microusd is not None
    assert answer.cost_microusd > 0


def test_separators_inside_the_words_end_no_line(chat: Asked, router: OpenRouterServer) -> None:
    router.will(replies.said("olá \u2028 e \u0085 até \u2029 logo"))

    assert chat.send(PLAIN).text == "olá \u2028 e \u0085 até \u2029 logo"


def test_an_answer_that_is_not_streamed_is_understood_too(chat: Asked, router: OpenRouterServer) -> None:
    order = chat.model.prepare(SCRIPT, read)

    answer = chat.model.send(Order(order.endpoint, {**order.body, "stream": False}), "call-1", chat.tickets.append)

    assert answer is not None
    assert json.loads(answer.text)["title"] == "Polvos: três corações"
    assert answer.cost_microusd is not None


def test_with_a_key_of_ones_own_the_vendor_s_price_is_the_cost(chat: Asked, router: OpenRouterServer) -> None:
    router.will(replies.with_own_key)

    assert chat.send(SCRIPT).cost_microusd == 326
    assert UPSTREAM_USD == 0.0003253


def test_a_cost_that_is_not_told_is_not_known_until_the_books_say_it(
    chat: Asked, router: OpenRouterServer, service: OpenRouter
) -> None:
    router.will(replies.without_usage)
    router.unlisted_looks = 1

    answer = chat.send(SCRIPT)

    assert answer.cost_microusd is None
    assert service.settled_cost(answer.request_id) is None
    assert service.settled_cost(answer.request_id) == -(-round(router.paid[0].usage["cost"] * 1_000_000_000) // 1000)


def test_without_a_header_the_first_chunk_gives_the_ticket(chat: Asked, router: OpenRouterServer) -> None:
    router.names_generations = False

    answer = chat.send(SCRIPT)

    assert chat.tickets == [Ticket(answer.request_id)] == [Ticket(router.paid[0].id)]


@pytest.mark.parametrize(
    ("reply", "kind", "sentence", "hint"),
    [
        (replies.failed(400, "Invalid input"), Rejected, "refused the request: Invalid input.", None),
        (replies.failed(401, "User not found."), KeyRefused, "refused the key: User not found.", "OPENROUTER_API_KEY"),
        (replies.no_credit, Rejected, "has no credit left for this: Insufficient credits", "settings/credits"),
        (
            replies.failed(403, "Flagged", {"reasons": ["violence", "hate"], "flagged_input": "…"}),
            Rejected,
            "declined these words: flagged for violence, hate.",
            "Change the words",
        ),
        (replies.failed(403, "Guardrail", {"patterns": ["x"]}), Rejected, "declined these words: Guardrail.", "words"),
        (replies.failed(403, "Key is disabled"), KeyRefused, "does not allow this: Key is disabled.", "KEY"),
        (
            replies.failed(404, "Gone", more={"availability": {"fallback_models": ["a/b"]}}),
            Rejected,
            "does not have this model: Gone.",
            "Use openrouter/a/b.",
        ),
        (replies.failed(404, "No endpoints"), Rejected, "does not have this model", "studio models list"),
        (
            replies.failed(400, "Too long", {"error_type": "context_length_exceeded"}),
            Rejected,
            "finds this too long: Too long.",
            "shorter text",
        ),
        (replies.too_many, RateLimited, "too many requests: Rate limit exceeded.", "Try again in 2 seconds."),
        (replies.failed(503, "No provider", Retry_After="9"), Rejected, "could not answer: No provider.", "later"),
        (replies.failed(500, "masked"), Uncertain, "failed: masked.", None),
        (replies.failed(529, "overloaded", replies.RAW), Uncertain, OVERLOADED, None),
        (replies.failed(408, "time-out"), Uncertain, "failed: time-out.", None),
        (replies.error_in_200(502, "Provider returned error", replies.RAW), Rejected, OVERLOADED, "Try again later"),
        (replies.error_in_200("402", "No money"), Rejected, "has no credit left for this: No money.", "credits"),
        (replies.error_in_200(429, "Slow down"), Rejected, "too many requests: Slow down.", "Try again later"),
        (replies.error_in_200("server_error", "Broke"), Rejected, "could not answer: Broke.", "later"),
        (replies.error_in_200(None, ""), Rejected, "refused the request.", None),
        (replies.error_in_choice, Rejected, OVERLOADED, "later"),
        (replies.error_as_documented, Rejected, "could not answer: Provider disconnected unexpectedly.", "later"),
        (replies.error_as_recorded, Rejected, OVERLOADED, "later"),
        (replies.error_then_silence, Rejected, "could not answer: Upstream went away.", "later"),
        (replies.said('{"title": "x', finish_reason="length"), Rejected, "ran out of room", "another model"),
        (replies.said("", finish_reason="content_filter"), Rejected, "declined to answer", "Change the words"),
        (replies.said("", refusal="I cannot help with that."), Rejected, "declined to answer", "Change the words"),
        (replies.said("", finish_reason="error"), Rejected, "refused the request", None),
        (replies.said("  \n"), Rejected, "answered nothing", "Try again"),
        (replies.truncated, Uncertain, "broke off before its answer was complete", None),
        (replies.broken_off, Uncertain, "broke off before its answer was complete", None),
        (replies.no_json, Uncertain, "cannot be read", None),
        (replies.only_comments, Uncertain, r"within 0\.3 seconds", None),
        (replies.closes, Uncertain, "broke off", None),
        (replies.never_answers, Uncertain, r"within 0\.3 seconds", None),
        (replies.bad_gateway, Uncertain, "failed with status 502", None),
        (replies.half_a_body, Uncertain, "broke off", None),
    ],
)
def test_each_failure_says_what_is_known_of_the_order(
    chat: Asked, router: OpenRouterServer, reply: Reply, kind: type[StudioError], sentence: str, hint: str | None
) -> None:
    router.will(reply)

    with pytest.raises(kind, match=sentence) as caught:
        chat.send(SCRIPT)

    assert type(caught.value) is kind
    assert (hint or "") in (caught.value.hint or "")
    assert router.key not in str(caught.value.details) + caught.value.message
    assert len(router.posts) == 1


@pytest.mark.parametrize("reply", [replies.error_in_choice, replies.error_as_recorded])
def test_a_failure_after_words_tells_what_they_cost(chat: Asked, router: OpenRouterServer, reply: Reply) -> None:
    router.will(reply)

    with pytest.raises(Rejected) as caught:
        chat.send(SCRIPT)

    assert caught.value.details["cost_microusd"] > 0
    assert caught.value.details["request_id"] == router.paid[0].id


def test_how_long_to_wait_is_told_in_seconds(chat: Asked, router: OpenRouterServer) -> None:
    router.will(replies.too_many)

    with pytest.raises(RateLimited) as caught:
        chat.send(SCRIPT)

    assert caught.value.details == {"status": 429, "error_type": "rate_limit_exceeded", "retry_after": 2.0}
    assert router.paid == []


def test_a_key_in_the_server_s_words_is_hidden(chat: Asked, router: OpenRouterServer) -> None:
    router.will(replies.failed(401, f"Bad key {router.key}"))

    with pytest.raises(KeyRefused, match=r"Bad key \*{8}\."):
        chat.send(SCRIPT)


def test_nobody_there_means_nothing_was_sent() -> None:
    nowhere = OpenRouter("key", "http://127.0.0.1:9/api/v1")
    chat = Asked(OpenRouterChat(nowhere, find_spec("openrouter/deepseek/deepseek-v3.2")))

    with pytest.raises(NotSent, match="cannot be reached"):
        chat.send(SCRIPT)

    assert chat.tickets == []


LOST = [replies.truncated, replies.broken_off, replies.only_comments, replies.half_a_body]


@pytest.mark.parametrize("reply", LOST)
def test_a_lost_answer_has_a_ticket_from_the_first_byte(chat: Asked, router: OpenRouterServer, reply: Reply) -> None:
    router.will(reply)

    with pytest.raises(Uncertain):
        chat.send(SCRIPT)

    assert chat.tickets == [Ticket(router.paid[0].id)]


def test_a_lost_answer_is_paid_for_and_gone(chat: Asked, router: OpenRouterServer) -> None:
    router.will(replies.broken_off)
    with pytest.raises(Uncertain):
        chat.send(SCRIPT)

    with pytest.raises(Rejected, match="has made the answer and does not keep it") as caught:
        chat.look()

    assert caught.value.details["cost_microusd"] > 0
    assert "is_unknown" not in caught.value.details


def test_a_lost_answer_is_found_again_where_it_is_kept(chat: Asked, router: OpenRouterServer) -> None:
    router.stores_text = True
    router.will(replies.broken_off)
    with pytest.raises(Uncertain):
        chat.send(SCRIPT)

    found = chat.look()

    assert found is not None
    assert json.loads(found.text)["title"] == "Polvos: três corações"
    assert found.cost_microusd is not None
    assert len(router.paid) == 1


def test_a_generation_is_unknown_until_it_is_listed(chat: Asked, router: OpenRouterServer) -> None:
    router.unlisted_looks = 1
    router.will(replies.truncated)
    with pytest.raises(Uncertain):
        chat.send(SCRIPT)

    with pytest.raises(Rejected, match="knows nothing of the request") as first:
        chat.look()
    with pytest.raises(Rejected, match="does not keep it"):
        chat.look()

    assert first.value.details["is_unknown"] is True


def test_a_refused_question_about_an_order_is_no_verdict_on_it(chat: Asked, router: OpenRouterServer) -> None:
    chat.send(SCRIPT)
    router.key = "another"

    with pytest.raises(StudioError) as caught:
        chat.look()

    assert not isinstance(caught.value, Rejected)


def test_what_openrouter_cannot_do_is_said(chat: Asked) -> None:
    assert chat.model.find(Order("chat/completions", {}), 0) == ()
    assert chat.model.cancel(Ticket("gen-1")) is False
    with pytest.raises(Rejected, match="delivers no files"):
        chat.model.fetch(RemoteFile(data=b"x"))


def test_what_may_be_repeated_and_when_is_told(chat: Asked) -> None:
    assert (chat.model.name, chat.model.provider) == ("openrouter/deepseek/deepseek-v3.2", "openrouter")
    assert chat.model.may_repeat
    assert chat.model.window_seconds == 300


def test_a_silent_question_about_an_order_says_nothing_about_it(router: OpenRouterServer) -> None:
    gone = OpenRouter("key", "http://127.0.0.1:9/api/v1")
    model = OpenRouterChat(gone, find_spec("openrouter/deepseek/deepseek-v3.2"))

    with pytest.raises(ServiceFailed) as caught:
        model.look(Order("chat/completions", {}), Ticket("gen-1"))

    assert type(caught.value) is ServiceFailed
