"""`studio models` and `studio providers` as a person types them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.cli.models import price_words
from studio.contracts.models import PriceView
from tests.cli.conftest import Run
from tests.servers.fal import FalServer, running_fal
from tests.servers.reaching import settings_of

KLING = "fal/fal-ai/kling-video/v2.6/pro/text-to-video"


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FalServer]:
    with running_fal() as server:
        for name, value in settings_of(server).items():
            monkeypatch.setenv(name, value)
        yield server


def test_models_are_a_line_each(studio_command: Run) -> None:
    result = studio_command("models", "list", "--medium", "video")

    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in result.out.splitlines()}
    assert lines[KLING] == [
        "video",
        "Kling 2.6 pro",
        "0.07 per second, 0.14 with sound",
        "10 per 5 s of video",
        "no",
        "",
    ]
    assert lines["local"][-2:] == ["yes", "*"]
    assert "studio providers list tells which setting holds it" in result.err


def test_the_same_as_json(studio_command: Run) -> None:
    found = studio_command("models", "list", "--provider", "openrouter", "--json").json

    assert found["next_cursor"] is None
    assert {model["provider"] for model in found["data"]} == {"openrouter"}


def test_an_empty_list_says_so(studio_command: Run) -> None:
    assert "There is no such model." in studio_command("models", "list", "--provider", "openai").err


def test_a_model_is_shown_with_all_of_it(studio_command: Run, fal: FalServer) -> None:
    result = studio_command("models", "show", KLING, "--live")

    assert "price in USD     0.07 per second, 0.14 with sound\n" in result.out
    assert "price now        0.07 per " in result.out
    assert "lengths          5, 10 s\n" in result.out
    assert "key              there\n" in result.out


def test_a_misspelt_model_is_met_with_those_like_it(studio_command: Run) -> None:
    result = studio_command("models", "show", "flux/dev")

    assert result.code == 1
    assert "try: Did you mean fal/fal-ai/flux/dev?" in result.err


def test_prices_are_told_in_words() -> None:
    assert price_words(PriceView(unit="megapixel", usd="0.03", following_usd="0.015")) == (
        "0.03 per megapixel, 0.015 each after the first"
    )
    assert price_words(PriceView(unit="million tokens", usd="3.00", output_usd="15.00")) == (
        "3.00 per million tokens, 15.00 for those of the answer"
    )


def test_providers_are_a_line_each(studio_command: Run, fal: FalServer) -> None:
    result = studio_command("providers", "list")

    assert result.out.splitlines()[-1].split("\t")[3:] == ["yes", fal.queue_url, "FAL_KEY: set"]
    assert fal.key not in result.out + result.err


def test_a_check_says_how_one_stands(studio_command: Run, fal: FalServer) -> None:
    fal.is_admin_key = True

    result = studio_command("providers", "check", "fal")

    assert (result.code, result.out) == (0, "ok    fal         fal takes the key. 24.50 USD left.\n")


def test_a_check_that_fails_ends_with_code_6(studio_command: Run, fal: FalServer) -> None:
    fal.key = "another"

    result = studio_command("providers", "check", "--json")

    assert (result.code, result.json["is_ok"]) == (6, False)


def test_without_any_provider_a_check_says_where_to_begin(studio_command: Run) -> None:
    result = studio_command("providers", "check")

    assert result.code == 0
    assert "No other provider is set up: studio providers list" in result.err


def test_keys_are_masked_where_settings_are_shown(studio_command: Run, fal: FalServer) -> None:
    result = studio_command("config", "show")

    assert "FAL_KEY\t********\t" in result.out
    assert fal.key not in result.out + result.err
