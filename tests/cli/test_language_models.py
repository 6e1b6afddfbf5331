"""A language model behind the commands: when it is asked, and when it is not."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from studio.domain.script import OUTLINE_HINT, OUTLINE_NOTICE
from tests.cli.conftest import Run
from tests.servers.openai_compatible import OpenAICompatibleServer, failed, running_server, said
from tests.services.writing.scripts import NARRATIONS, script, text

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

    assert plan["lines"][0] == {
        "work": "script",
        "model": "openai/qwen3:8b",
        "quantity": 1,
        "credits": 0,
        "cost_usd": "0.00",
    }
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


def texts(*words: str) -> str:
    return json.dumps({"texts": words})


@pytest.fixture
def short(studio_command: Run, server: OpenAICompatibleServer) -> str:
    """A short with a script of four scenes by the model."""
    server.will(said(text()))
    studio_command("shorts", "create", TOPIC)
    return str(studio_command("shorts", "script", "generate", "@last", "--json").json["handle"])


def test_a_script_is_written_anew_by_instructions(
    studio_command: Run, server: OpenAICompatibleServer, short: str
) -> None:
    server.will(said(text(title="Three hearts")))

    result = studio_command(
        *("shorts", "script", "regenerate", short, "--instructions", "Shorter title.", "--yes", "--json")
    )

    data = json.loads(server.posts[-1].body["messages"][1]["content"])
    assert (result.code, result.json["title"]) == (0, "Three hearts")
    assert data["wishes"] == "Shorter title."
    assert len(data["present_scenes"]) == 4


def test_one_scene_is_written_anew(studio_command: Run, server: OpenAICompatibleServer, short: str) -> None:
    scene = {**script()["scenes"][1], "narration": "Two of the three hearts do nothing but serve the gills."}
    server.will(said(json.dumps(scene)))

    result = studio_command("shorts", "scene", "regenerate", short, "2", "--instructions", "Shorter.", "--json")

    assert result.json["narration"] == scene["narration"]
    assert f"Next: studio shorts render {short}" in result.err


def test_an_assist_is_shown_and_only_a_proposal_changes_nothing(
    studio_command: Run, server: OpenAICompatibleServer, short: str
) -> None:
    server.will(said(texts("Three hearts beat in an octopus.")), said(texts("Three hearts beat in an octopus.")))
    asked = ("shorts", "script", "assist", short, "summarize", "--scene", "1")

    proposed = studio_command(*asked, "--propose")
    words = studio_command("shorts", "scene", "show", short, "1", "--json").json["narration"]
    applied = studio_command(*asked, "--json")

    assert (proposed.out, words) == ("Three hearts beat in an octopus.\n", NARRATIONS[0])
    assert applied.json["applied"]
    after = studio_command("shorts", "scene", "show", short, "1", "--json").json
    assert after["narration"] == "Three hearts beat in an octopus."


def test_a_text_of_ones_own_is_read_from_standard_input(
    studio_command: Run, server: OpenAICompatibleServer, short: str
) -> None:
    server.will(said(texts("The sea rises, and it falls.")))

    result = studio_command("shorts", "script", "assist", short, "expand", "--from", "-", stdin="The sea rises.")

    assert result.out == "The sea rises, and it falls.\n"
    assert "Next:" not in result.err


def test_help_with_words_needs_a_language_model(studio_command: Run) -> None:
    studio_command("shorts", "create", "--from", "-", stdin="The sea rises. The moon pulls it up. It falls again.")
    studio_command("shorts", "script", "generate", "@last")

    for asked in (("script", "assist", "@last", "improve"), ("scene", "regenerate", "@last", "1")):
        result = studio_command("shorts", *asked)
        assert result.code == 1
        assert "There is no language model to ask." in result.err
        assert "studio models list --medium text" in result.err


def test_wishes_have_an_end(studio_command: Run, short: str) -> None:
    result = studio_command("shorts", "scene", "regenerate", short, "1", "--instructions", "x" * 2_001)

    assert (result.code, "Instructions have at most 2000 characters" in result.err) == (1, True)
