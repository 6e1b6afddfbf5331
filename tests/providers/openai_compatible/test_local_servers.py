"""Finding a server that runs already."""

from __future__ import annotations

import time

from studio.providers.openai_compatible import find_local_server
from tests.servers.openai_compatible import OpenAICompatibleServer, running_server

NOBODY = "http://127.0.0.1:9/v1"


def test_a_running_server_is_found_by_its_list_of_models(text_server: OpenAICompatibleServer) -> None:
    found = find_local_server(addresses=(NOBODY, text_server.url))

    assert found == text_server.url
    assert [(request.method, request.path) for request in text_server.requests] == [("GET", "/v1/models")]


def test_the_first_of_several_is_taken(text_server: OpenAICompatibleServer) -> None:
    with running_server() as second:
        assert find_local_server(5, (text_server.url, second.url)) == text_server.url


def test_whatever_else_listens_there_is_passed_over(text_server: OpenAICompatibleServer) -> None:
    text_server.models = []

    assert find_local_server(addresses=(NOBODY, text_server.url, text_server.url.replace("/v1", "/page"))) is None


def test_a_server_that_hangs_is_not_waited_for(text_server: OpenAICompatibleServer) -> None:
    text_server.list_waits = True
    started = time.monotonic()

    found = find_local_server(0.2, (text_server.url,))

    assert found is None
    # Not a timing: without a limit this would take the thirty seconds that the server waits.
    assert time.monotonic() - started < 15
