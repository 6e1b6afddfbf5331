"""`studio admin credits`, as an administrator's scripts use it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run

GRANT = ("admin", "credits", "grant")
WHY = ("--reason", "gift", "--key", "gift-1")


@pytest.fixture
def ana(studio_command: Run) -> str:
    return str(studio_command("admin", "users", "create", "--email", "ana@example.com", "--json").json["email"])


def test_a_grant_is_given_once(studio_command: Run, ana: str) -> None:
    first = studio_command(*GRANT, ana, "50", *WHY, "--expires", "90d", "--json")
    again = studio_command(*GRANT, ana, "50", *WHY, "--expires", "90d", "--json")

    assert first.code == again.code == 0
    assert first.json == again.json
    assert studio_command("admin", "users", "show", ana, "--json").json["credits_remaining"] == 50


@pytest.mark.parametrize(
    ("amount", "code"), [("0", 1), ("-5", 2), ("1.5", 2), ("NaN", 2), ("true", 2), ("1000000000000000000", 1)]
)
def test_bad_amounts_give_nothing(studio_command: Run, ana: str, amount: str, code: int) -> None:
    result = studio_command(*GRANT, ana, amount, *WHY)

    assert result.code == code
    assert studio_command("admin", "users", "show", ana, "--json").json["credits_remaining"] == 0


def test_a_reason_and_a_key_are_wanted(studio_command: Run, ana: str) -> None:
    result = studio_command(*GRANT, ana, "5")

    assert result.code == 2
    assert "Missing: reason, key." in result.err


def test_a_correction_takes_a_minus(studio_command: Run, ana: str) -> None:
    studio_command(*GRANT, ana, "50", *WHY)

    result = studio_command("admin", "credits", "adjust", ana, "-20", "--reason", "twice", "--key", "t", "--json")

    assert result.json["credits_remaining"] == 30


def test_a_misspelt_option_of_a_correction_is_wrong_usage(studio_command: Run, ana: str) -> None:
    result = studio_command("admin", "credits", "adjust", ana, "-20", "--raeson", "twice", "--key", "t")

    assert result.code == 2


def test_verify_proves_and_fails_loudly(studio_command: Run, ana: str, sqlite_url: str) -> None:
    import sqlite3

    studio_command(*GRANT, ana, "50", *WHY)
    sound = studio_command("admin", "credits", "verify", "--json")
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE creditbalance SET balance = balance + 1")
    connection.close()

    found = studio_command("admin", "credits", "verify", "--json")
    doctor = studio_command("doctor", "--json")

    assert (sound.code, sound.json) == (0, {"healthy": True, "violations": []})
    assert (found.code, found.json["healthy"]) == (1, False)
    ledger = next(each for each in doctor.json["findings"] if each["check"] == "ledger")
    assert (doctor.code, ledger["level"]) == (1, "error")
