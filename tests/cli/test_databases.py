"""`studio admin db backup` and `restore` as a person types them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_a_backup_can_be_restored(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "monday.sqlite3"
    studio_command("admin", "plans", "edit", "free", "--credits", "50")

    made = studio_command("admin", "db", "backup", str(file))
    studio_command("admin", "plans", "edit", "free", "--credits", "70")
    done = studio_command("admin", "db", "restore", str(file), "--yes", "--json")

    assert (made.code, made.out, done.code) == (0, f"{file}\n", 0)
    assert made.err.endswith("checked and whole.\n")
    assert sorted(done.json) == ["kept", "path", "revision"]
    assert Path(done.json["kept"]).exists()
    assert studio_command("admin", "plans", "show", "free", "--json").json["credits"] == 50


def test_a_restoration_asks_first(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "monday.sqlite3"
    studio_command("plans", "list")
    studio_command("admin", "db", "backup", str(file))

    result = studio_command("admin", "db", "restore", str(file))

    assert (result.code, result.out) == (2, "")
    assert "Add --yes to go on without asking." in result.err


def test_a_second_backup_replaces_nothing_unasked(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "monday.sqlite3"
    studio_command("admin", "db", "backup", str(file))

    refused = studio_command("admin", "db", "backup", str(file))
    forced = studio_command("admin", "db", "backup", str(file), "--force", "--json")

    assert (refused.code, forced.code) == (1, 0)
    assert forced.json["path"] == str(file)
