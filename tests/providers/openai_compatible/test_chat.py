"""Addresses of servers, and which of their models may be taken without being named."""

from __future__ import annotations

import pytest

from studio.domain.errors import Misconfigured
from studio.providers.http import Client
from studio.providers.openai_compatible import chat
from studio.providers.openai_compatible.chat import ChatServer, api_url, is_loopback
from tests.servers.openai_compatible import OpenAICompatibleServer


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434/", "http://127.0.0.1:11434/v1"),
        ("http://localhost:1234/v1/", "http://localhost:1234/v1"),
        ("https://example.com/openai/v1/chat/completions", "https://example.com/openai/v1"),
        ("https://example.com/api", "https://example.com/api"),
    ],
)
def test_a_bare_host_gets_the_usual_path(given: str, base: str) -> None:
    assert api_url(given) == base


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://localhost:1/v1", True),
        ("http://127.8.0.1/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://127.0.0.1.example.com/v1", False),
        ("https://example.com/v1", False),
    ],
)
def test_this_machine_is_told_from_others(url: str, is_here: bool) -> None:
    assert is_loopback(url) is is_here


def test_a_server_elsewhere_with_several_models_wants_one_to_be_chosen(
    text_server: OpenAICompatibleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    text_server.models = ["large", "small", "text-embedding-3"]
    # No test can reach another machine, so this one is called another.
    monkeypatch.setattr(chat, "is_loopback", lambda url: False)

    with pytest.raises(Misconfigured, match="has 2 models and none was chosen: large, small") as caught:
        ChatServer(Client(text_server.url, service="The model")).only_model()

    assert "STUDIO_OPENAI_MODEL" in (caught.value.hint or "")


def test_models_that_cannot_write_or_be_shown_are_left_out(text_server: OpenAICompatibleServer) -> None:
    text_server.models = [
        "nomic-embed-text",
        "bge-reranker",
        "whisper-1",
        "tts-1",
        "evil\x1b[2J",
        "",
        "m" * 201,
        "qwen3:8b",
    ]

    assert ChatServer(Client(text_server.url, service="The model")).models() == ("qwen3:8b",)
