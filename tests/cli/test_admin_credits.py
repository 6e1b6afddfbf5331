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
    ("amount", "code"), [("0", 1), ("-5", 1), ("1.5", 2), ("NaN", 2), ("true", 2), ("1000000000000000000", 1)]
)
def test_bad_amounts_give_nothing(studio_command: Run, ana: str, amount: str, code: int) -> None:
    result = studio_command(*GRANT, ana, amount, *WHY)

    assert result.code == code
    assert studio_command("admin", "users", "show", ana, "--json").json["credits_remaining"] == 0


def test_a_negative_grant_is_a_sentence_about_the_amount(studio_command: Run, ana: str) -> None:
    result = studio_command(*GRANT, ana, "-1", *WHY)

    assert "amount must be greater than or equal to 1" in result.err
    assert "No such option" not in result.err


def test_a_misspelt_option_of_a_grant_is_wrong_usage(studio_command: Run, ana: str) -> None:
    assert studio_command(*GRANT, ana, "5", "--raeson", "gift", "--key", "k").code == 2


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


@pytest.fixture
def rui(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """The API key of an administrator beside bia, who is logged in: the owner let both in."""

    def key_of(email: str) -> str:
        options = ("--email", email, "--role", "admin", "--with-key", "--json")
        return str(studio_command("admin", "users", "create", *options).json["api_key"])

    rui = key_of("rui@example.com")
    monkeypatch.setenv("STUDIO_TOKEN", key_of("bia@example.com"))
    return rui


def test_a_large_grant_waits_for_another_administrator_who_logs_in(
    studio_command: Run, ana: str, rui: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = studio_command(*GRANT, ana, "20000", *WHY, "--json")
    id = asked.json["approval_id"]
    waiting = studio_command("admin", "credits", "approvals")
    own = studio_command("admin", "credits", "approve", id, "--yes")
    monkeypatch.setenv("STUDIO_TOKEN", rui)
    unasked = studio_command("admin", "credits", "approve", id)
    done = studio_command("admin", "credits", "approve", id[:-2], "--yes", "--json")
    left = studio_command("admin", "credits", "approvals", "--json")
    decided = studio_command("admin", "credits", "approvals", "--all", "--json")

    assert (asked.code, asked.json["state"], asked.json["credits_remaining"]) == (8, "pending", 0)
    assert f"studio admin credits approve {id}" in asked.err
    assert waiting.out.split("\t")[:6] == [id, "pending", "grant", ana, "20000", "bia@example.com"]
    assert (own.code, "Nobody approves what they asked for" in own.err) == (4, True)
    assert unasked.code == 2
    assert "bia@example.com asks for +20000 credits for ana@example.com: gift." in unasked.err
    assert (done.code, done.json["state"], done.json["credits_remaining"]) == (0, "done", 20000)
    assert left.json["data"] == []
    assert [each["decided_by"] for each in decided.json["data"]] == ["rui@example.com"]


def test_a_request_is_turned_down_with_a_reason(studio_command: Run, ana: str, rui: str) -> None:
    id = studio_command(*GRANT, ana, "20000", *WHY, "--expires", "30d", "--json").json["approval_id"]

    without = studio_command("admin", "credits", "reject", id)
    rejected = studio_command("admin", "credits", "reject", id, "--reason", "a slip")
    again = studio_command(*GRANT, ana, "20000", *WHY, "--expires", "30d")

    assert without.code == 2
    assert rejected.out == f"Rejected {id}: nothing was moved.\n"
    assert (again.code, "rejected this request: a slip" in again.err) == (4, True)


def test_the_next_page_of_requests_is_named(studio_command: Run, ana: str, rui: str) -> None:
    for number in range(2):
        studio_command(*GRANT, ana, "20000", "--reason", "gift", "--key", f"key-{number}")

    pending = studio_command("admin", "credits", "approvals", "--limit", "1")
    everything = studio_command("admin", "credits", "approvals", "--all", "--limit", "1")

    assert pending.err.startswith("More: studio admin credits approvals --cursor ")
    assert everything.err.startswith("More: studio admin credits approvals --all --cursor ")


def test_an_owner_who_is_alone_is_pointed_to_the_limit(studio_command: Run, ana: str) -> None:
    result = studio_command(*GRANT, ana, "20000", *WHY)

    assert result.code == 4
    assert "try: This studio is yours alone: studio admin settings set limits.adjustment_credits 20000" in result.err


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (("admin", "credits", "adjust", "@last", "0", *WHY), "other than 0", "50 gives them, -50 takes them away"),
        ((*GRANT, "--from", "missing.csv"), "There is no file missing.csv.", "standard input"),
        (("admin", "plans", "archive", "free"), "cannot be taken off the offer", "studio admin plans edit free"),
        (("admin", "plans", "delete", "free", "--yes"), "cannot be removed", "studio admin plans edit free"),
        (("admin", "users", "edit", "owner@localhost", "--role", "creator"), "cannot be demoted", "--role admin"),
        (("admin", "users", "deactivate", "owner@localhost", "--yes"), "cannot be deactivated", "--role admin"),
        ((*GRANT, "@last", "5", "--reason", " ", "--key", "k"), "The reason is empty.", "Say why"),
        (
            ("admin", "settings", "set", "prices.image_generation", "6", "--reason", " "),
            "The reason is empty.",
            "Say why",
        ),
        (("admin", "plans", "edit", "free", "--credits", "5", "--version", "7"), "no version 7 yet", "plans show free"),
        (("admin", "users", "edit", "@last", "--name", "A", "--version", "7"), "no version 7 yet", "users show ana"),
        (
            ("admin", "settings", "unset", "prices.image_generation", "--version", "7"),
            "no version 7 yet",
            "settings show",
        ),
        ((*GRANT, "@last", "5", "--reason", "gift", "--key", "a\x1bb"), "without control characters", "--help"),
    ],
)
def test_a_refusal_says_what_to_do_next(
    studio_command: Run, ana: str, arguments: tuple[str, ...], said: str, hint: str
) -> None:
    result = studio_command(*arguments)

    assert result.code in (1, 2, 4, 6)
    assert said in result.err
    assert hint in result.err.partition("try: ")[2]


def test_a_section_that_is_no_list_of_settings_is_told(studio_command: Run) -> None:
    result = studio_command("admin", "settings", "import", "-", stdin="prices: [1]\n")

    assert "prices is a section: under it stand names with their values" in result.err


def test_broken_rules_come_with_what_to_do(studio_command: Run, ana: str, sqlite_url: str) -> None:
    import sqlite3

    studio_command(*GRANT, ana, "50", *WHY)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE creditbalance SET balance = balance + 1")
    connection.close()

    result = studio_command("admin", "credits", "verify")

    assert "studio admin audit list" in result.err
    assert "studio admin db restore" in result.err
