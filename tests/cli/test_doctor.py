"""`studio doctor` finds what is wrong, and `studio config` tells where things are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Result, Run


def test_a_healthy_studio_has_no_error(studio_command: Run) -> None:
    result = studio_command("doctor", "--json")

    checks = {finding["check"]: finding["level"] for finding in result.json["findings"]}
    assert result.code == 0
    assert result.json["healthy"]
    assert checks.keys() >= {"database", "migrations", "storage", "disk", "voices", "fonts"}
    assert "error" not in checks.values()


def test_a_damaged_database_is_found(studio_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "broken.sqlite3"
    file.write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    monkeypatch.setenv("STUDIO_DATABASE_URL", f"sqlite:///{file}")

    result = studio_command("doctor")

    assert result.code == 1
    assert "FAIL  database" in result.out
    assert "is not a studio database" in result.out


def test_a_lost_file_is_a_warning(studio_command: Run, tmp_path: Path) -> None:
    studio_command("shorts", "create", "--from", "-", stdin="title: Tides\nscenes:\n  - narration: The sea rises.\n")
    studio_command("shorts", "media", "generate", "tides")
    for file in (tmp_path / "data" / "files").rglob("*.png"):
        file.unlink()

    result = studio_command("doctor")

    assert result.code == 0
    assert "are gone from the storage" in result.out


def test_config_tells_each_value_and_its_origin(studio_command: Run, tmp_path: Path) -> None:
    rows = {row["name"]: row for row in studio_command("config", "show", "--json").json["data"]}

    assert rows["STUDIO_DATA_DIR"]["value"] == str(tmp_path / "data")
    assert rows["STUDIO_DATA_DIR"]["origin"] == "environment"
    assert rows["STUDIO_WORKERS"]["origin"] == "default"
    assert all(row["description"] for row in rows.values())


def test_config_path_names_the_places(studio_command: Run, tmp_path: Path) -> None:
    places = studio_command("config", "path", "--json").json

    assert places["data_folder"] == str(tmp_path / "data")
    assert places["log_file"].endswith("studio.log")


def test_a_setting_that_is_wrong_is_a_sentence(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_WORKERS", "many")

    result = studio_command("shorts", "list")

    assert result.code == 1
    assert "STUDIO_WORKERS" in result.err


def test_database_status_and_upgrade(studio_command: Run) -> None:
    assert studio_command("admin", "db", "upgrade").code == 0

    status = studio_command("admin", "db", "status", "--json").json

    assert (status["state"], status["engine"]) == ("current", "sqlite")


def findings(result: Result) -> dict[str, dict[str, str]]:
    return {finding["check"]: finding for finding in result.json["findings"]}


def test_config_shows_every_setting_although_one_is_wrong(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_WORKERS", "abc")

    result = studio_command("config", "show")

    rows = {row.split("\t")[0]: row.split("\t")[1:] for row in result.out.splitlines()}
    assert result.code == 1
    assert rows["STUDIO_WORKERS"][:2] == ["abc", "environment"]
    assert rows["STUDIO_WORKERS"][2].startswith("WRONG: must be a whole number. ")
    assert rows["STUDIO_DEBUG"][:2] == ["false", "default"]


def test_config_path_answers_although_a_setting_is_wrong(
    studio_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_WORKERS", "abc")

    places = studio_command("config", "path", "--json").json

    assert places["data_folder"] == str(tmp_path / "data")


def test_doctor_reports_a_wrong_setting_and_looks_at_the_rest(
    studio_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_WORKERS", "abc")

    result = studio_command("doctor", "--json")

    found = findings(result)
    assert result.code == 1
    assert found["settings"]["level"] == "error"
    assert found["settings"]["message"] == "STUDIO_WORKERS must be a whole number."
    assert found["database"]["level"] == "ok"


def test_a_data_folder_that_cannot_be_made_is_a_finding(
    studio_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path / "file" / "data"))

    result = studio_command("doctor", "--json")

    disk = findings(result)["disk"]
    assert result.code == 1
    assert disk["message"] == f"The data folder {tmp_path}/file/data cannot be made: Not a directory."
    assert "studio doctor" not in result.out


def test_a_database_that_does_not_answer_is_reported_once(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/studio")

    result = studio_command("doctor", "--json")

    found = findings(result)
    message = found["database"]["message"]
    assert message.startswith("The database cannot be reached: ")
    assert message.endswith(".")
    assert "\n" not in message
    for check in ("migrations", "storage", "ledger"):
        assert found[check]["message"] == "Not looked at: the database does not answer."
