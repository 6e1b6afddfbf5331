"""Paid calls as a person sees them: priced before, told after, uncertain without loss, and picked up again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Run
from tests.servers.fal.server import FalServer, running_fal
from tests.servers.reaching import settings_of

SCRIPT = '{"title": "Seas", "scenes": [{"narration": "One sea.", "visual": "a sea"}]}'
PAINT = ("shorts", "media", "generate", "seas", "--kind", "picture")
CLIPS = ("shorts", "media", "generate", "seas", "--kind", "video")


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FalServer]:
    with running_fal() as server:
        for name, value in settings_of(server).items():
            monkeypatch.setenv(name, value)
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


def test_deleting_a_short_says_what_is_held_for_it(studio_command: Run, fal: FalServer, seas: None) -> None:
    fal.loses("closes")
    studio_command(*PAINT)
    job = studio_command("jobs", "list", "--json").json["data"][0]["id"]

    asked = studio_command("shorts", "delete", "seas")
    gone = studio_command("shorts", "delete", "seas", "--yes")
    ended = studio_command("jobs", "resolve", job, "--json")

    assert asked.code == 2
    assert "A paid job of it is not over (5 credits held)." in asked.err
    assert f"studio jobs resolve {job} ends it and gives the credits back" in asked.err
    assert gone.code == 0
    assert (ended.json["state"], ended.json["credits_held"]) == ("failed", 0)
    assert studio_command("credits", "show", "--json").json["credits_held"] == 0


def test_a_short_without_open_jobs_is_deleted_as_before(studio_command: Run, seas: None) -> None:
    asked = studio_command("shorts", "delete", "seas")

    assert "Delete seas with its 1 scenes? There is no terminal" in asked.err


def test_clips_without_a_key_are_refused_with_the_way_to_get_one(
    studio_command: Run, fal: FalServer, seas: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio_command("shorts", "edit", "seas", "--video-model", "local")
    chosen = studio_command(*CLIPS)
    free = studio_command(*CLIPS, "--preview")
    monkeypatch.delenv("FAL_KEY")
    without = studio_command(*CLIPS)

    assert (chosen.code, "studio shorts edit seas --video-model" in chosen.err) == (1, True)
    assert (free.code, "Leave out --preview." in free.err) == (1, True)
    assert (without.code, "Set FAL_KEY to a key from fal.ai" in without.err) == (1, True)
    assert fal.posts == []


def test_no_more_is_spent_than_allowed(studio_command: Run, fal: FalServer, seas: None) -> None:
    refused = studio_command("shorts", "render", "seas", "--max-credits", "10")

    assert refused.code == 1
    assert "--max-credits allows 10" in refused.err
    assert fal.posts == []


def test_bills_are_held_against_what_was_quoted(studio_command: Run, fal: FalServer, seas: None) -> None:
    studio_command(*PAINT)
    fal.percent_discount = 50

    told = studio_command("jobs", "reconcile", "--dry-run")
    found = studio_command("jobs", "reconcile", "--json").json
    job = studio_command("jobs", "list", "--json").json["data"][0]

    assert told.code == 0
    assert "1 of 1 calls are billed: $0.08 quoted, $0.08 reported, $0.04 billed." in told.err
    assert "Nothing was written down." in told.err
    assert (found["applied"], found["differences"][0]["job"]) == (True, job["id"])
    assert (job["cost_usd"], job["is_billed"]) == ("0.04", True)


def test_a_day_that_is_none_is_refused(studio_command: Run, fal: FalServer) -> None:
    refused = studio_command("jobs", "reconcile", "--since", "yesterday")

    assert refused.code == 1
    assert "since" in refused.err
