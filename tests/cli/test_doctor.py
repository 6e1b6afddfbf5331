"""`studio doctor` finds what is wrong, and `studio config` tells where things are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Result, Run
from tests.servers.openai_compatible import running_server


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


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("STUDIO_WORKERS", "many", "STUDIO_WORKERS must be a whole number from 1 to 32, not 'many'."),
        ("STUDIO_WORKERS", "99", "STUDIO_WORKERS must be a whole number from 1 to 32, not '99'."),
        ("STUDIO_CONFIRM_CREDITS", "-1", "STUDIO_CONFIRM_CREDITS must be a whole number of at least 0, not '-1'."),
        ("STUDIO_DEBUG", "perhaps", "STUDIO_DEBUG must be true or false, not 'perhaps'."),
        (
            "STUDIO_LOG_LEVEL",
            "LOUD",
            "STUDIO_LOG_LEVEL must be DEBUG or INFO or WARNING or ERROR, not 'LOUD'.",
        ),
    ],
)
@pytest.mark.parametrize("command", [("shorts", "list"), ("credits", "show"), ("admin", "db", "status"), ("whoami",)])
def test_a_setting_that_is_wrong_is_a_sentence(
    studio_command: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    result = studio_command(*command)

    assert result.code == 1
    assert result.err.startswith(f"error: {sentence}\n")


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
    assert rows["STUDIO_WORKERS"][2].startswith("WRONG: must be a whole number from 1 to 32. ")
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
    assert found["settings"]["message"] == "STUDIO_WORKERS must be a whole number from 1 to 32."
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


def test_without_a_language_model_doctor_names_the_way_out(studio_command: Run) -> None:
    writer = findings(studio_command("doctor", "--json"))["writer"]

    assert writer["level"] == "warning"
    assert "offline outline" in writer["message"]
    assert "STUDIO_OPENAI_BASE_URL" in writer["hint"]


def test_doctor_names_the_language_model(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_server() as server:
        monkeypatch.setenv("STUDIO_OPENAI_BASE_URL", server.url)
        writer = findings(studio_command("doctor", "--json"))["writer"]

    assert writer["level"] == "ok"
    assert writer["message"] == f"A bare topic is written by openai/qwen3:8b at {server.url}."


def test_a_configured_server_that_is_not_there_is_an_error(
    studio_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_OPENAI_BASE_URL", "http://127.0.0.1:9/v1")

    result = studio_command("doctor", "--json")

    assert result.code == 1
    assert findings(result)["writer"]["level"] == "error"


def test_a_machine_without_a_keyring_is_told_what_to_do(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    found = {each["check"]: each for each in studio_command("doctor", "--json").json["findings"]}

    assert (found["keyring"]["level"], found["keyring"]["message"]) == ("warning", "This machine has no keyring.")
    assert "STUDIO_TOKEN" in found["keyring"]["hint"]
