"""`studio keys`: made once, shown once, ended once."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from tests.cli.conftest import Run

KEY = re.compile(r"stu_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}\n")


def test_the_key_alone_is_the_result(studio_command: Run) -> None:
    result = studio_command("keys", "create", "--name", "CI")

    assert KEY.fullmatch(result.out)
    assert "It is shown this once" in result.err


def test_a_key_as_json(studio_command: Run) -> None:
    key = studio_command(
        "keys",
        "create",
        "--name",
        "CI",
        "--scope",
        "shorts:write",
        "--scope",
        "shorts:read",
        "--expires",
        "90d",
        "--json",
    ).json

    lifetime = datetime.fromisoformat(key["expires_at"]) - datetime.fromisoformat(key["created_at"])
    assert set(key) == {
        "id",
        "name",
        "state",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "api_key",
    }
    assert (key["name"], key["state"], key["scopes"]) == ("CI", "active", ["shorts:read", "shorts:write"])
    assert lifetime.days == 90
    assert key["api_key"].split("_")[2] == key["id"]


@pytest.mark.parametrize("expires", ["90", "d", "0.5d", "-1d", "soon", "1000000d", "١d"])
def test_what_is_no_length_of_time_is_refused(studio_command: Run, expires: str) -> None:
    result = studio_command("keys", "create", "--name", "CI", f"--expires={expires}")

    assert (result.code, result.out) == (2, "")
    assert "Write 30m, 12h, 90d, 8w or 1y." in result.err


def test_a_revoked_key_says_so_in_the_list(studio_command: Run) -> None:
    key = studio_command("keys", "create", "--name", "CI", "--json").json

    done = studio_command("keys", "revoke", key["id"], "--yes")

    assert done.out == f"Revoked {key['id']} (CI).\n"
    assert studio_command("keys", "list").out == f"{key['id']}\tCI\trevoked\tall\t\t\n"


def test_a_key_is_ended_by_its_name(studio_command: Run) -> None:
    key = studio_command("keys", "create", "--name", "CI", "--json").json

    done = studio_command("keys", "revoke", "CI", "--yes", "--json")

    assert (done.json["id"], done.json["state"]) == (key["id"], "revoked")


def test_ending_a_key_asks_first(studio_command: Run) -> None:
    key = studio_command("keys", "create", "--name", "CI", "--json").json

    result = studio_command("keys", "revoke", key["id"])

    assert result.code == 2
    assert studio_command("keys", "list", "--json").json["data"][0]["state"] == "active"


def test_a_key_that_is_not_there_is_noticed_before_anybody_is_asked(studio_command: Run) -> None:
    result = studio_command("keys", "revoke", "nope")

    assert result.code != 2
    assert "There is no API key nope." in result.err
