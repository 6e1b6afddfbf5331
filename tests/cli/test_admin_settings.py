"""`studio admin settings` and `studio admin audit` as a person types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PICTURES = "prices.image_generation"


def test_sets_shows_and_unsets(studio_command: Run) -> None:
    put = studio_command("admin", "settings", "set", PICTURES, "7", "--reason", "dearer")
    shown = studio_command("admin", "settings", "show", PICTURES)
    gone = studio_command("admin", "settings", "unset", PICTURES)

    assert put.out == f"{PICTURES}: 5 → 7\n"
    assert shown.out == f"{PICTURES}\t7\t5\tCredits for a picture.\n"
    assert gone.out == f"{PICTURES}: 7 → 5 (default)\n"


def test_json_of_a_setting_has_every_field(studio_command: Run) -> None:
    studio_command("admin", "settings", "set", "multipliers.fal-ai/veo3", "1.5")

    found = studio_command("admin", "settings", "show", "multipliers", "--json").json["data"]

    assert [sorted(each) for each in found] == [
        ["default", "description", "is_default", "key", "updated_at", "value", "version"]
    ]
    assert (found[0]["key"], found[0]["value"], found[0]["default"], found[0]["version"]) == (
        "multipliers.fal-ai/veo3",
        1.5,
        1,
        1,
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (PICTURES, "1.5"),
        (PICTURES, "-1"),
        (PICTURES, "true"),
        (PICTURES, "1e3"),
        ("multipliers.a", "nan"),
        ("a.b", "1"),
    ],
)
def test_a_value_that_is_none_is_refused(studio_command: Run, key: str, value: str) -> None:
    result = studio_command("admin", "settings", "set", "--", key, value)

    assert (result.code, result.out) == (1, "")
    assert f"  - {key} " in result.err


def test_a_stale_version_is_a_conflict(studio_command: Run) -> None:
    studio_command("admin", "settings", "set", PICTURES, "7", "--version", "0")

    result = studio_command("admin", "settings", "set", PICTURES, "8", "--version", "0", "--json")

    assert (result.code, json.loads(result.err)["error"]) == (1, "conflict")


def test_an_export_is_tried_dry_and_then_taken(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    studio_command("admin", "settings", "export", "-o", str(file))
    file.write_text(file.read_text("utf-8").replace("# image_generation: 5", "image_generation: 9"), "utf-8")

    dry = studio_command("admin", "settings", "import", str(file), "--dry-run")
    between = studio_command("admin", "settings", "show", PICTURES, "--json").json["data"][0]["value"]
    done = studio_command("admin", "settings", "import", str(file), "--json")

    assert (dry.out, dry.err) == (f"{PICTURES}: 5 → 9\n", "Nothing was changed: this was a dry run.\n")
    assert between == 5
    assert done.json == {
        "applied": True,
        "changes": [{"key": PICTURES, "before": 5, "after": 9, "is_default": False}],
    }


def test_an_export_does_not_replace_a_file_unasked(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("mine", "utf-8")

    result = studio_command("admin", "settings", "export", "-o", str(file))

    assert (result.code, file.read_text("utf-8")) == (1, "mine")


def test_a_bad_file_tells_everything_and_changes_nothing(studio_command: Run) -> None:
    text = "prices:\n  image_generation: 9\n  video_generation: -1\nunknown: 1\n"

    result = studio_command("admin", "settings", "import", "-", stdin=text)

    assert result.code == 1
    assert result.err.splitlines()[:3] == [
        "error: standard input was not taken: nothing was changed.",
        "  - prices.video_generation must be a whole number from 0 to 1000000, not -1",
        "  - unknown is not a setting",
    ]
    assert studio_command("admin", "settings", "show", PICTURES).out.startswith(f"{PICTURES}\t5\t")


def test_the_audit_trail_tells_what_was_done(studio_command: Run) -> None:
    studio_command("admin", "settings", "set", PICTURES, "7", "--reason", "=dearer")
    studio_command("admin", "plans", "edit", "free", "--credits", "50")

    told = studio_command("admin", "audit", "list", "--json").json["data"]
    found = studio_command(
        "admin", "audit", "list", "--subject", f"setting:{PICTURES}", "--since", "2026-01-01", "--csv"
    )

    assert [(each["action"], each["subject_id"], each["actor_email"]) for each in told] == [
        ("plan.edited", "free", "owner@localhost"),
        ("setting.set", PICTURES, "owner@localhost"),
    ]
    assert (told[0]["before"], told[0]["after"]) == ({"credits": 100}, {"credits": 50})
    header, row = csv.reader(io.StringIO(found.out))
    assert dict(zip(header, row, strict=True))["reason"] == "'=dearer"


def test_an_audit_search_that_makes_no_sense_is_refused(studio_command: Run) -> None:
    result = studio_command("admin", "audit", "list", "--since", "yesterday", "--actor", "")

    assert (result.code, result.out) == (1, "")
    assert "  - actor must" in result.err
    assert "  - since must be a valid datetime" in result.err
