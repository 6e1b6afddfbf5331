"""`studio credits` and the question before spending, as a person sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli.bars import draw_bars
from studio.db.engine import open_database
from studio.domain.credits import FeatureKey, price
from studio.providers.registry import Models
from studio.services.ledger import Usage, capture, reserve, transact
from tests.cli.conftest import Run
from tests.fakes import FakeModels

TEXT = "One sea. Two moons. Three tides."
MAKE = ("shorts", "make", "--from", "-", "--language", "en")


@pytest.fixture
def paid_models(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    """Models that cost credits, in place of those that the settings describe."""
    database = open_database(sqlite_url)
    fakes = FakeModels(database.engine, model_id="vendor/paint")
    for name in ("writer", "image"):
        monkeypatch.setattr(Models, name, lambda self, *_, **__: fakes)
    for name in ("speech", "music"):
        monkeypatch.setattr(Models, name, lambda self: fakes)
    return fakes


@pytest.fixture
def owner(studio_command: Run) -> str:
    return str(studio_command("whoami", "--json").json["id"])


def spent(sqlite_url: str, owner: str, amount: int = 5) -> None:
    now = 1_795_000_000_000
    usage = Usage("shorts.media", price(FeatureKey.IMAGE_GENERATION), "vendor", "request-7", "vendor/paint")
    database = open_database(sqlite_url)
    held = transact(database, reserve, owner, amount, key="k", expires_at=now + 1000, now=now)
    transact(database, capture, str(held.hold_id), amount, usage, now=now)
    database.close()


def test_show_has_the_fields_that_scripts_rely_on(studio_command: Run) -> None:
    found = studio_command("credits", "show", "--json").json

    assert found.keys() >= {
        "credits_remaining",
        "credits_held",
        "credits_debt",
        "plan",
        "usage_this_month",
        "grants",
    }
    assert found["grants"][0].keys() == {"id", "source", "amount", "remaining", "priority", "expires_at"}


def test_show_reads_well(studio_command: Run) -> None:
    result = studio_command("credits", "show")

    assert result.out == "credits     100\nplan        free\nthis month  0 spent\n\nplan\t100\t100\tnever\n"


def test_history_and_explain_lead_to_the_providers_request(studio_command: Run, sqlite_url: str, owner: str) -> None:
    spent(sqlite_url, owner)

    use = studio_command("credits", "history", "--json").json["data"][0]
    told = studio_command("credits", "explain", use["id"]).out

    assert use["credits"] == 5
    assert "request-7" in told
    assert "image_generation: 1 × 5 = 5" in told
    assert "5 of plan free:local-owner" in told


def test_a_plot_is_plain_text_when_it_is_piped(studio_command: Run, sqlite_url: str, owner: str) -> None:
    spent(sqlite_url, owner)

    lines = studio_command("credits", "history", "--plot", "--since", "2026-11-17", "--until", "2026-11-20").out

    assert lines == "2026-11-17\t0\n2026-11-18\t5\n2026-11-19\t0\n"


def test_bars_have_the_length_of_their_share() -> None:
    first, second, third, least = draw_bars([("a", 8), ("b", 4), ("c", 0), ("d", 0)])

    assert first.count("█") == 2 * second.count("█") > 0
    assert (third, least) == ("c  0", "d  0")
    assert draw_bars([("a", 10_000), ("b", 1)])[1].endswith("▏")
    assert draw_bars([]) == []


def test_a_bad_filter_is_named(studio_command: Run) -> None:
    result = studio_command("credits", "history", "--feature", "gold", "--since", "soon")

    assert result.code == 1
    assert "feature" in result.err
    assert "since" in result.err


def test_an_estimate_offline_is_free(studio_command: Run) -> None:
    found = studio_command("credits", "estimate", "Why the sea is salty", "--json").json

    assert found["credits"] == 0
    assert {line["work"] for line in found["lines"]} == {"script", "picture", "speech", "music"}


def test_a_dry_run_and_an_estimate_tell_the_same_price(studio_command: Run, paid_models: FakeModels) -> None:
    estimated = studio_command("credits", "estimate", "--from", "-", "--language", "en", "--json", stdin=TEXT).json
    planned = studio_command(*MAKE, "--dry-run", "--json", stdin=TEXT).json

    assert estimated["credits"] == planned["credits"] == 21
    assert estimated["lines"] == planned["lines"]


def test_spending_above_the_limit_needs_a_yes_where_nobody_can_be_asked(
    studio_command: Run, paid_models: FakeModels
) -> None:
    result = studio_command(*MAKE, stdin=TEXT)

    assert result.code == 2
    assert "This costs 21 credits" in result.err
    assert "--max-credits 21" in result.err
    assert studio_command("shorts", "list", "--json").json["data"] == []


def test_max_credits_is_the_end_of_it(studio_command: Run, paid_models: FakeModels) -> None:
    result = studio_command(*MAKE, "--max-credits", "20", "--json", stdin=TEXT)

    assert result.code == 1
    assert json.loads(result.err)["message"] == "This costs 21 credits and --max-credits allows 20."


@pytest.mark.parametrize("consent", ["--yes", "--max-credits=21"])
def test_with_consent_the_credits_are_spent(studio_command: Run, paid_models: FakeModels, consent: str) -> None:
    studio_command("shorts", "create", "--from", "-", "--language", "en", stdin=TEXT)

    result = studio_command("shorts", "script", "generate", "@last")
    media = studio_command("shorts", "media", "generate", "@last", consent)

    assert (result.code, media.code) == (0, 0)
    assert studio_command("credits", "show", "--json").json["credits_remaining"] == 79
    assert studio_command("shorts", "show", "@last", "--json").json["credits_used"] == 21


def test_too_few_credits_are_told_before_anybody_is_asked_and_nothing_is_begun(
    studio_command: Run, paid_models: FakeModels, owner: str
) -> None:
    studio_command("admin", "credits", "adjust", owner, "-90", "--reason", "test", "--key", "t")

    result = studio_command(*MAKE, "--json", stdin=TEXT)

    assert result.code == 5
    assert json.loads(result.err.splitlines()[-1])["details"]["missing"] == 11
    assert studio_command("shorts", "list", "--json").json["data"] == []


def test_an_estimate_says_when_the_balance_does_not_reach(
    studio_command: Run, paid_models: FakeModels, owner: str
) -> None:
    estimate = ("credits", "estimate", "--from", "-", "--language", "en")
    enough = studio_command(*estimate, "--json", stdin=TEXT)
    studio_command("admin", "credits", "adjust", owner, "-80", "--reason", "test", "--key", "t")
    words, numbers = studio_command(*estimate, stdin=TEXT), studio_command(*estimate, "--json", stdin=TEXT)

    assert (enough.json["credits_missing"], numbers.json["credits_missing"], numbers.code) == (0, 1, 0)
    assert "You have too few credits for it: 1 more is needed." in words.err


def test_too_few_credits_exit_with_five_and_say_how_many_are_missing(
    studio_command: Run, paid_models: FakeModels, owner: str, tmp_path: Path
) -> None:
    studio_command("admin", "credits", "adjust", owner, "-90", "--reason", "test", "--key", "t")

    result = studio_command(*MAKE, "--yes", "--json", stdin=TEXT)

    assert result.code == 5
    assert json.loads(result.err.splitlines()[-1])["details"] == {
        "needed": 21,
        "missing": 11,
        "available": 10,
        "held": 0,
        "debt": 0,
    }
    assert list(tmp_path.glob("*.mp4")) == []
