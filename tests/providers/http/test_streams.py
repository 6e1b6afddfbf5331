"""Answers that come as events: what is heard, and what is said of a stream that breaks off."""

from __future__ import annotations

import pytest

from studio.domain.errors import KeyRefused, RateLimited, Rejected, StudioError, Uncertain
from tests.providers.http.asking import QUESTION, client, heard
from tests.servers.openai_compatible import OpenAICompatibleServer, answered, failed, only_comments, streamed


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


def test_a_stream_that_breaks_off_is_uncertain(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match="broke off"):
        heard(text_server, streamed(b"data: 1\n\n", breaks=True))


def test_a_stream_is_cut_off_where_it_is_too_large(text_server: OpenAICompatibleServer) -> None:
    with pytest.raises(Uncertain, match="more than 1,000 bytes"):
        heard(text_server, streamed(b"data: " + b"x" * 2_000 + b"\n\n"), maximum_bytes=1_000)


def test_one_document_in_place_of_a_stream_is_one_event(text_server: OpenAICompatibleServer) -> None:
    assert heard(text_server, answered(200, {"error": {"code": 429}})) == ['{"error": {"code": 429}}']


@pytest.mark.parametrize(("status", "kind"), [(401, KeyRefused), (402, Rejected), (429, RateLimited), (502, Uncertain)])
def test_a_stream_that_never_begins_says_why(
    text_server: OpenAICompatibleServer, status: int, kind: type[StudioError]
) -> None:
    with pytest.raises(kind, match="no luck"):
        heard(text_server, failed(status, "no luck"))


def test_a_stream_is_left_when_the_work_is_cancelled(text_server: OpenAICompatibleServer) -> None:
    text_server.will(only_comments)
    looks = iter([False, False, True])

    with (
        client(text_server).events("chat/completions", QUESTION, cancelled=lambda: next(looks)) as events,
        pytest.raises(Uncertain, match="was left while it was answering"),
    ):
        next(events.data)

    assert next(looks, None) is None
