"""The OpenRouter server as a process of its own, which outlives the command that is killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from studio.domain.errors import Uncertain
from studio.domain.remote import ChatRequest, Message, Ticket
from studio.providers.catalogue import find_spec
from studio.providers.http import Client
from studio.providers.openrouter import OpenRouter, OpenRouterChat
from tests.servers.openrouter import KEY


@pytest.fixture
def port() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.servers.openrouter", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def test_it_tells_what_it_was_paid_for_and_fails_as_it_is_told(port: str) -> None:
    steering = Client(f"http://127.0.0.1:{port}/_test", service="The server")
    model = OpenRouterChat(
        OpenRouter(KEY, f"http://127.0.0.1:{port}/api/v1"), find_spec("openrouter/deepseek/deepseek-v3.2")
    )
    order = model.prepare(ChatRequest((Message("user", "Say something."),)), lambda reference: b"")
    tickets: list[Ticket] = []

    steering.get("next/broken_off")
    with pytest.raises(Uncertain):
        model.send(order, "call-1", tickets.append)
    answer = model.send(order, "call-2", tickets.append)

    paid = steering.content(steering.get("paid"))
    assert [work["body"]["session_id"] for work in paid] == ["call-1", "call-2"]
    assert [work["id"] for work in paid] == [ticket.request_id for ticket in tickets]
    assert answer.text
