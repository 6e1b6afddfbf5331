"""A language model behind the commands: when it is asked, and when it is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.domain.script import OUTLINE_HINT, OUTLINE_NOTICE
from tests.cli.conftest import Run
from tests.providers.openai_compatible.scripts import NARRATIONS, text
from tests.servers.openai_compatible import OpenAICompatibleServer, failed, running_server, said

TOPIC = "Why octopuses have three hearts"
KEY = "sk-key-of-this-server"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAICompatibleServer]:
    with running_server() as running:
        running.api_key = KEY
        monkeypatch.setenv("STUDIO_OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("STUDIO_OPENAI_API_KEY", KEY)
        yield running


def test_a_topic_is_written_by_the_configured_model(studio_command: Run, server: OpenAICompatibleServer) -> None:
    server.will(said(text()))
    studio_command("shorts", "create", TOPIC)

    result = studio_command("shorts", "script", "generate", "@last", "--json")

    assert "Writing the script with openai/qwen3:8b" in result.err
    assert tuple(scene["narration"] for scene in result.json["scenes"]) == NARRATIONS
    assert (result.json["status"], result.json["is_outline"]) == ("SCRIPT_READY", False)


def test_own_words_are_not_sent_anywhere(studio_command: Run, server: OpenAICompatibleServer) -> None:
    studio_command("shorts", "create", "--from", "-", stdin="The sea rises. The moon pulls it up. It falls again.")

    studio_command("shorts", "script", "generate", "@last")

    assert server.requests == []


def test_a_failing_model_fails_the_script_and_can_be_tried_again(
    studio_command: Run, server: OpenAICompatibleServer
) -> None:
    server.will(failed(500, "out of memory"), said(text()))
    studio_command("shorts", "create", TOPIC)

    refused = studio_command("shorts", "script", "generate", "@last")
    again = studio_command("shorts", "script", "generate", "@last", "--json")

    assert refused.code == 6
    assert "failed with status 500: out of memory." in refused.err
    assert (again.code, again.json["status"]) == (0, "SCRIPT_READY")


def test_a_dry_run_names_the_model_and_does_not_have_it_write(
    studio_command: Run, server: OpenAICompatibleServer
) -> None:
    plan = studio_command("shorts", "make", TOPIC, "--dry-run", "--json").json

    assert plan["lines"][0] == {"work": "script", "model": "openai/qwen3:8b", "quantity": 1, "credits": 0}
    assert (plan["scene_count"], plan["is_outline"]) == (4, False)
    assert 24 <= plan["duration_seconds"] <= 40
    assert server.posts == []


def test_a_preview_is_planned_offline(studio_command: Run, server: OpenAICompatibleServer) -> None:
    plan = studio_command("shorts", "make", TOPIC, "--dry-run", "--preview", "--json").json

    assert (plan["lines"][0]["model"], plan["is_outline"]) == ("local", True)
    assert server.requests == []


def test_an_outline_is_told_in_one_line_with_the_way_out(studio_command: Run) -> None:
    result = studio_command("shorts", "make", TOPIC, "--dry-run")

    assert f"Note: {OUTLINE_NOTICE} {OUTLINE_HINT}" in result.err.splitlines()


def test_the_key_is_masked_where_settings_are_shown(studio_command: Run, server: OpenAICompatibleServer) -> None:
    result = studio_command("config", "show")

    assert "STUDIO_OPENAI_API_KEY" in result.out
    assert KEY not in result.out + result.err
