"""`--dry-run` wherever credits may be spent: the price is told, nothing is sent, and nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.db.engine import open_database
from studio.domain.clock import system_clock
from studio.services import ledger
from tests.cli.conftest import Run
from tests.servers.fal import media as files
from tests.servers.fal.server import FalServer, running_fal
from tests.servers.openrouter.running import running_openrouter
from tests.servers.openrouter.server import OpenRouterServer
from tests.servers.reaching import settings_of

SCRIPT = '{"title": "Seas", "scenes": [{"narration": "One sea.", "visual": "a sea"}]}'
COSTS = {"lines", "credits", "credits_held", "credits_missing", "cost_usd"}

SPENDING = {
    "make": ("shorts", "make", "Why octopuses have three hearts", "--duration", "15"),
    "resume": ("shorts", "make", "--resume", "seas"),
    "render": ("shorts", "render", "seas"),
    "media": ("shorts", "media", "generate", "seas"),
    "script": ("shorts", "script", "generate", "empty"),
    "another script": ("shorts", "script", "regenerate", "seas", "--instructions", "Shorter."),
    "assist": ("shorts", "script", "assist", "seas", "improve"),
    "scene": ("shorts", "scene", "regenerate", "seas", "1"),
    "portrait": ("characters", "generate", "vega"),
    "traits": ("characters", "analyze", "vega.png"),
    "style": ("styles", "suggest", "The deep sea"),
}


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FalServer]:
    with running_fal() as server:
        for name, value in settings_of(server).items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def router(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenRouterServer]:
    with running_openrouter() as server:
        monkeypatch.setenv("OPENROUTER_API_KEY", server.key)
        monkeypatch.setenv("STUDIO_OPENROUTER_URL", server.url)
        yield server


@pytest.fixture
def seas(studio_command: Run, fal: FalServer, router: OpenRouterServer) -> None:
    studio_command("shorts", "create", "Empty")
    studio_command("shorts", "create", "--from", "-", stdin=SCRIPT)
    studio_command("characters", "create", "--name", "Vega")
    Path("vega.png").write_bytes(files.picture(180, 320, (10, 90, 160), "png"))


def written(sqlite_url: str) -> list[str]:
    """Every row there is."""
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        return list(database.iterdump())


def spend_all(sqlite_url: str, user: str) -> None:
    database = open_database(sqlite_url)
    with database.write() as session:
        ledger.adjust(session, user, -100, key="test", actor="test", reason="test", now=system_clock())
    database.close()


@pytest.mark.parametrize("what", SPENDING)
def test_a_dry_run_tells_the_price_and_does_nothing(
    studio_command: Run, seas: None, fal: FalServer, router: OpenRouterServer, sqlite_url: str, what: str
) -> None:
    before = written(sqlite_url)

    told = studio_command(*SPENDING[what], "--dry-run", "--json")

    assert told.code == 0, told.err
    assert told.json.keys() >= COSTS
    assert told.json["credits"] == sum(line["credits"] for line in told.json["lines"]) > 0
    assert written(sqlite_url) == before
    assert (fal.posts, router.posts) == ([], [])


@pytest.mark.parametrize("what", ["media", "assist", "scene", "portrait", "style"])
def test_what_a_dry_run_tells_is_charged(studio_command: Run, seas: None, what: str) -> None:
    told = studio_command(*SPENDING[what], "--dry-run", "--json").json["credits"]

    done = studio_command(*SPENDING[what], "--max-credits", str(told), "--json")
    left = studio_command("credits", "show", "--json").json

    assert done.code == 0, done.err
    assert (100 - left["credits_remaining"], left["credits_held"]) == (told, 0)


def test_a_dry_run_reads_well(studio_command: Run, seas: None) -> None:
    told = studio_command("shorts", "media", "generate", "seas", "--kind", "picture", "--dry-run")

    line, total = told.out.splitlines()
    assert line.startswith("picture\tfal/")
    assert total.startswith("Total: 5 credits, 0.")


@pytest.mark.parametrize("what", SPENDING)
def test_too_few_credits_are_told_before_any_question(
    studio_command: Run, seas: None, fal: FalServer, router: OpenRouterServer, sqlite_url: str, what: str
) -> None:
    spend_all(sqlite_url, str(studio_command("whoami", "--json").json["id"]))

    told = studio_command(*SPENDING[what], "--dry-run", "--json").json
    refused = studio_command(*SPENDING[what])

    assert told["credits_missing"] == told["credits"] > 0
    assert refused.code == 5, refused.err
    assert (fal.posts, router.posts) == ([], [])


def test_a_piece_of_music_is_not_kept_by_a_dry_run(studio_command: Run, seas: None, sqlite_url: str) -> None:
    Path("mine.wav").write_bytes(files.wav(files.tone(2.0)))
    asked = ("--from", "-", "--music", "mine.wav", "--json")
    before = written(sqlite_url)

    planned = studio_command("shorts", "make", *asked, "--dry-run", stdin=SCRIPT).json
    estimated = studio_command("credits", "estimate", *asked, stdin=SCRIPT).json
    after = written(sqlite_url)
    studio_command("shorts", "create", *asked, stdin=SCRIPT)
    known = studio_command("credits", "estimate", *asked, stdin=SCRIPT).json

    assert "music" not in {line["work"] for line in planned["lines"]}
    assert (planned, after) == (estimated, before)
    assert known["handle"] == planned["handle"]


@pytest.mark.parametrize("name", ["@last", "seas"])
def test_an_estimate_of_a_short_is_what_is_left_of_it(studio_command: Run, seas: None, name: str) -> None:
    whole = studio_command("credits", "estimate", name, "--json").json
    studio_command("shorts", "media", "generate", "seas", "--kind", "picture")

    rest = studio_command("credits", "estimate", name, "--json")
    resumed = studio_command("shorts", "make", "--resume", name, "--dry-run", "--json").json

    assert "what is left of seas" in rest.err
    assert (rest.json["title"], rest.json["credits"]) == ("Seas", whole["credits"] - 5)
    assert resumed == rest.json


def test_a_topic_that_only_resembles_a_handle_is_a_topic(studio_command: Run, seas: None) -> None:
    assert studio_command("credits", "estimate", "Seas", "--json").json["handle"] == "seas-2"
    assert studio_command("credits", "estimate", "seas", "--duration", "15", "--json").json["handle"] == "seas-2"
    assert studio_command("credits", "estimate", "tides", "--json").json["handle"] == "tides"


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (("shorts", "make", "@last"), "studio shorts make --resume @last"),
        (("credits", "estimate", "@last", "--style", "story"), "studio credits estimate @last"),
        (("shorts", "script", "assist", "seas", "translate"), "--language"),
        (("shorts", "script", "assist", "seas", "improve", "--language", "pt"), "Leave --language out"),
    ],
)
def test_wrong_usage_is_named_with_a_way_out(studio_command: Run, asked: tuple[str, ...], hint: str) -> None:
    result = studio_command(*asked)

    assert (result.code, hint in result.err) == (2, True), result.err


def test_a_film_tells_what_was_quoted_and_what_was_charged(studio_command: Run, seas: None) -> None:
    studio_command("shorts", "media", "generate", "seas", "--kind", "picture")

    shown = studio_command("shorts", "show", "seas")
    record = studio_command("shorts", "show", "seas", "--json").json
    job = studio_command("jobs", "list", "--json").json["data"][0]

    assert "5 quoted, 5 charged" in shown.out
    assert (record["credits_quoted"], record["credits_used"]) == (5, 5)
    assert record["quoted_usd"] == record["cost_usd"] != "0.00"
    assert "5 quoted, 5 charged, 0 held" in studio_command("jobs", "show", job["id"]).out
