"""Which writer a name stands for, and what is asked on the way there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from studio.domain.errors import Misconfigured, Refused
from studio.providers import openai_compatible
from studio.providers.registry import Models, TextServer
from tests.servers.openai_compatible import OpenAICompatibleServer


@pytest.fixture
def configured(text_server: OpenAICompatibleServer) -> Models:
    return Models(text_server=TextServer(text_server.url, "a-secret-key", "qwen3:8b"))


def finding(monkeypatch: pytest.MonkeyPatch, url: str | None) -> Models:
    """Models without settings, on a machine where this server (or none) would be found."""
    monkeypatch.setattr(openai_compatible, "find_local_server", lambda: url)
    return Models(text_server=TextServer(api_key="key-of-another"))


def test_a_configured_server_writes_by_itself(configured: Models) -> None:
    assert configured.writer().name == "openai/qwen3:8b"


def test_a_named_model_is_asked_for_at_the_server(configured: Models) -> None:
    assert configured.writer("openai/gemma3:4b").name == "openai/gemma3:4b"
    assert configured.writer("openai/org/model").name == "openai/org/model"


def test_local_is_always_local(configured: Models, text_server: OpenAICompatibleServer) -> None:
    assert configured.writer("local").name == "local"
    assert text_server.requests == []


def test_own_words_stay_local_unless_a_model_is_named(configured: Models) -> None:
    assert configured.writer(has_text=True).name == "local"
    assert configured.writer("openai/qwen3:8b", has_text=True).name == "openai/qwen3:8b"


def test_a_server_that_runs_here_is_used_without_the_key_of_another(
    text_server: OpenAICompatibleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = finding(monkeypatch, text_server.url).writer()

    assert writer.name == "openai/qwen3:8b"
    assert "authorization" not in text_server.requests[0].headers


def test_without_any_server_a_topic_is_outlined_locally(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding(monkeypatch, None).writer().name == "local"


def test_a_named_model_without_a_server_is_a_matter_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match=r"There is no server for openai/qwen3:8b\."):
        finding(monkeypatch, None).writer("openai/qwen3:8b")


@pytest.mark.parametrize("model", ["gpt", "openai/", "fal/x", ""])
def test_an_unknown_name_is_refused(configured: Models, model: str) -> None:
    with pytest.raises(Refused, match="There is no text model called"):
        configured.writer(model)


def test_nothing_is_looked_for_when_that_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_compatible, "find_local_server", lambda: pytest.fail("it was looked for"))

    assert Models(text_server=TextServer(is_looked_for=False)).writer().name == "local"


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(TextServer("http://127.0.0.1/v1", "a-secret-key"))


def test_the_registry_loads_no_http_client_until_a_server_is_used() -> None:
    code = (
        "import sys; from studio.providers.registry import Models; Models().writer('local');"
        "Models().writer(has_text=True); sys.exit('httpx' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
