"""Paid calls as a person sees them: priced before, told after, uncertain without loss, and picked up again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Run
from tests.servers.fal.server import FalServer, running_fal

SCRIPT = '{"title": "Seas", "scenes": [{"narration": "One sea.", "visual": "a sea"}]}'
PAINT = ("shorts", "media", "generate", "seas", "--kind", "picture")


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FalServer]:
    with running_fal() as server:
        monkeypatch.setenv("FAL_KEY", server.key)
        monkeypatch.setenv("STUDIO_FAL_QUEUE_URL", server.queue_url)
        monkeypatch.setenv("STUDIO_FAL_REST_URL", server.rest_url)
        monkeypatch.setenv("STUDIO_FAL_API_URL", server.api_url)
        monkeypatch.setenv("STUDIO_MEDIA_HOSTS", server.media_host)
        monkeypatch.setenv("STUDIO_FIND_LOCAL_SERVER", "false")
        yield server


@pytest.fixture
def seas(studio_command: Run, fal: FalServer) -> None:
    studio_command("shorts", "create", "--from", "-", stdin=SCRIPT)


def test_a_paid_call_tells_what_was_quoted_and_charged(studio_command: Run, fal: FalServer, seas: None) -> None:
    made = studio_command(*PAINT, "--json")
    jobs = studio_command("jobs", "list", "--json").json["data"]
    shown = studio_command("jobs", "show", jobs[0]["id"])

    assert made.code == 0
    assert [(job["state"], job["credits"], job["short"], job["scene"]) for job in jobs] == [("succeeded", 5, "seas", 1)]
    assert jobs[0]["quoted_usd"] == jobs[0]["cost_usd"]
    assert "5 charged, 0 held" in shown.out
    assert "asked        A sea." in shown.out


def test_a_lost_answer_is_75_held_not_spent_and_the_same_command_goes_on(
    studio_command: Run, fal: FalServer, seas: None
) -> None:
    fal.loses("closes")

    lost = studio_command(*PAINT)
    held = studio_command("credits", "show", "--json").json
    uncertain = studio_command("jobs", "list", "--uncertain", "--json").json["data"]
    again = studio_command(*PAINT)

    assert lost.code == 75
    assert "may have reached fal. 5 credits are held, not spent. Known by" in lost.err
    assert f"continues this job ({uncertain[0]['id']})" in lost.err
    assert (held["credits_held"], held["usage_this_month"]) == (5, 0)
    assert again.code == 0
    assert len(fal.posts) == len(fal.paid) == 1
    assert studio_command("credits", "show", "--json").json["usage_this_month"] == 5


def test_a_job_can_be_resolved_by_hand(studio_command: Run, fal: FalServer, seas: None) -> None:
    fal.loses("closes")
    studio_command(*PAINT)
    job = studio_command("jobs", "list", "--json").json["data"][0]["id"]

    found = studio_command("jobs", "resolve", job)
    given_back = studio_command("jobs", "resolve", job, "--release", "--reason", "fal lost it")
    over = studio_command("jobs", "resolve", job)

    assert found.code == 8
    assert "fetches what is made" in found.err
    assert given_back.code == 0
    assert "0 charged, 0 held" in given_back.out
    assert (over.code, "has ended" in over.err) == (1, True)
    assert studio_command("credits", "show", "--json").json["credits_held"] == 0


def test_giving_back_needs_a_reason(studio_command: Run, fal: FalServer, seas: None) -> None:
    fal.loses("closes")
    studio_command(*PAINT)
    job = studio_command("jobs", "list", "--json").json["data"][0]["id"]

    refused = studio_command("jobs", "resolve", job, "--release")

    assert (refused.code, "--reason" in refused.err) == (1, True)


def test_a_job_that_is_not_there_is_named(studio_command: Run, fal: FalServer) -> None:
    missing = studio_command("jobs", "show", "nothing")

    assert missing.code == 1
    assert "There is no job nothing." in missing.err


def test_no_more_is_spent_than_allowed(studio_command: Run, fal: FalServer, seas: None) -> None:
    refused = studio_command("shorts", "render", "seas", "--max-credits", "10")

    assert refused.code == 1
    assert "--max-credits allows 10" in refused.err
    assert fal.posts == []
