"""A key that a provider does not take is the provider's failure, and not a lack of rights at studio."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from studio.providers.access import FAL_KEY_HINT, OPENAI_KEY_HINT, OPENROUTER_KEY_HINT
from tests.cli.conftest import Run
from tests.servers.fal import running_fal
from tests.servers.openai_compatible import running_server
from tests.servers.openrouter import running_openrouter
from tests.servers.reaching import settings_of

SCRIPT = '{"title": "Seas", "scenes": [{"narration": "One sea.", "visual": "a sea"}]}'
WRONG_ID, WRONG_SECRET = "wrong-key-id", "wrong-secret"
WRONG = f"{WRONG_ID}:{WRONG_SECRET}"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All three providers are set up with a key that their servers do not know."""
    with running_fal() as fal, running_openrouter() as openrouter, running_server() as server:
        server.api_key = "another"
        settings = settings_of(fal) | {
            "FAL_KEY": WRONG,
            "OPENROUTER_API_KEY": WRONG,
            "STUDIO_OPENROUTER_URL": openrouter.url,
            "STUDIO_OPENAI_BASE_URL": server.url,
            "STUDIO_OPENAI_API_KEY": WRONG,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield


@pytest.mark.parametrize(
    ("model", "command", "hint"),
    [
        ("--image-model=fal/fal-ai/flux/schnell", "media generate @last --kind picture", FAL_KEY_HINT),
        ("--text-model=openrouter/deepseek/deepseek-v3.2", "script assist @last improve", OPENROUTER_KEY_HINT),
        ("--text-model=openai/qwen3:8b", "script assist @last improve", OPENAI_KEY_HINT),
    ],
)
def test_a_refused_key_ends_with_6_and_says_which_to_set(
    studio_command: Run, model: str, command: str, hint: str
) -> None:
    studio_command("shorts", "create", "--from", "-", model, stdin=SCRIPT)

    result = studio_command("shorts", *command.split(), "--yes")
    told = json.loads(studio_command("shorts", *command.split(), "--yes", "--json", "--quiet").err)

    assert (result.code, result.out) == (6, "")
    assert "refused the key" in result.err
    assert f"try: {hint}" in result.err
    assert (told["error"], told["hint"]) == ("key_refused", hint)
    assert not {WRONG_ID, WRONG_SECRET} & set(re.split(r"[^\w-]+", result.err))
    assert studio_command("credits", "show", "--json").json["credits_held"] == 0


@pytest.mark.parametrize(
    ("name", "hint"), [("fal", FAL_KEY_HINT), ("openrouter", OPENROUTER_KEY_HINT), ("openai", OPENAI_KEY_HINT)]
)
def test_a_check_of_the_same_key_ends_alike(studio_command: Run, name: str, hint: str) -> None:
    result = studio_command("providers", "check", name)

    assert result.code == 6
    assert "refused the key" in result.out
    assert f"try: {hint}" in result.out
