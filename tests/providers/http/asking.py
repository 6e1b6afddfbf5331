"""Asking a scripted server, each time through a new client."""

from __future__ import annotations

from studio.providers.http import Client
from tests.servers.openai_compatible import OpenAICompatibleServer, Reply

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
