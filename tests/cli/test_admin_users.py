"""`studio admin users`, as an administrator's script uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.servers.clerk import SECRET_KEY, clerk_user, running_clerk

FIELDS = {
    "id",
    "email",
    "name",
    "role",
    "active",
    "plan",
    "clerk_id",
    "asaas_customer",
    "credits_remaining",
    "credits_held",
    "credits_debt",
    "version",
    "created_at",
    "updated_at",
    "deactivated_at",
    "deleted_at",
}


def test_somebody_is_let_in_changed_and_shown(studio_command: Run) -> None:
    made = studio_command("admin", "users", "create", "--email", "ana@example.com", "--name", "Ana", "--json").json
    edited = studio_command("admin", "users", "edit", made["id"], "--asaas-customer", "cus_1", "--role", "admin")
    shown = studio_command("admin", "users", "show", "ana@example.com", "--json").json

    assert set(made) == FIELDS | {"api_key"}
    assert edited.code == 0
    assert set(shown) == FIELDS
    assert (shown["role"], shown["asaas_customer"], shown["version"]) == ("admin", "cus_1", 2)


def test_the_list_is_one_line_a_person(studio_command: Run) -> None:
    studio_command("admin", "users", "create", "--email", "ana@example.com", "--name", "Ana")

    lines = studio_command("admin", "users", "list", "--search", "ANA").out.splitlines()

    assert [line.split("\t")[:7] for line in lines] == [["ana@example.com", "Ana", "creator", "yes", "free", "0", "0"]]


def test_a_page_says_how_to_go_on(studio_command: Run) -> None:
    studio_command("admin", "users", "create", "--email", "ana@example.com")

    first = studio_command("admin", "users", "list", "--limit", "1", "--json")

    cursor = first.json["next_cursor"]
    assert f"studio admin users list --cursor {cursor}" in first.err
    assert studio_command("admin", "users", "list", "--cursor", cursor).out.startswith("owner@localhost")


@pytest.mark.parametrize("stdin", [False, True])
def test_many_come_from_a_file(studio_command: Run, tmp_path: Path, stdin: bool) -> None:
    text = "email;name\nana@example.com;Ana\nrui@example.com;Rui\n"
    (tmp_path / "people.csv").write_text(text)

    made = studio_command("admin", "users", "create", "--from", "-" if stdin else "people.csv", "--json", stdin=text)

    assert [user["email"] for user in made.json["data"]] == ["ana@example.com", "rui@example.com"]


def test_all_faults_of_a_file_are_told(studio_command: Run) -> None:
    result = studio_command("admin", "users", "create", "--from", "-", stdin="email\nana\nowner@localhost\n")

    assert result.code == 1
    assert result.err.splitlines() == [
        "error: standard input was not taken: nothing was changed.",
        "  - line 2: email must be an e-mail address, such as ana@example.com",
        "  - line 3: email must be an e-mail address, such as ana@example.com",
        "  try: Correct these lines and give the whole file again.",
    ]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["create"], "email is missing"),
        (["create", "--email", "nobody"], "email must be an e-mail address"),
        (["create", "--from", "-", "--name", "Ana"], "--from takes everything from the file"),
        (["create", "--email", "a@example.com", "--role", "boss"], "'boss' is not one of"),
        (["edit", "owner@localhost"], "There is nothing to change"),
        (["edit", "owner@localhost", "--version", "0", "--name", "x"], "version"),
        (["delete", "owner@localhost"], "Deleting somebody has to be confirmed"),
    ],
)
def test_what_makes_no_sense_is_refused(studio_command: Run, arguments: list[str], fault: str) -> None:
    result = studio_command("admin", "users", *arguments)

    assert result.code in (1, 2)
    assert fault in result.err


def test_somebody_goes_with_their_address_typed_again(studio_command: Run) -> None:
    studio_command("admin", "users", "create", "--email", "ana@example.com", "--with-key")

    preview = studio_command("admin", "users", "delete", "ana@example.com", "--dry-run")
    wrong = studio_command("admin", "users", "delete", "ana@example.com", "--confirm", "yes", "--yes")
    done = studio_command("admin", "users", "delete", "ana@example.com", "--confirm", "ana@example.com")

    what = "0 shorts, 0 styles, climates and characters, 0 files and 1 API key."
    assert preview.out == f"Deleting ana@example.com would remove {what}\n"
    assert wrong.code == 1
    assert done.out == f"Deleted ana@example.com with {what}\n"
    assert "deleted.invalid" in studio_command("admin", "users", "list", "--deleted").out


def test_somebody_is_kept_out_and_let_in_again(studio_command: Run) -> None:
    studio_command("admin", "users", "create", "--email", "ana@example.com")

    out = studio_command("admin", "users", "deactivate", "ana@example.com", "--yes", "--json").json
    back = studio_command("admin", "users", "edit", "ana@example.com", "--activate", "--json").json

    assert (out["active"], back["active"]) == (False, True)


def test_the_first_administrator_of_a_shared_studio_logs_in(
    studio_command: Run, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_DATABASE_URL", postgres_url)

    shut = studio_command("shorts", "list")
    made = studio_command("admin", "users", "create", "--email", "ana@example.com", "--role", "admin", "--json").json
    again = studio_command("admin", "users", "create", "--email", "rui@example.com", "--role", "admin")
    login = studio_command("login", "--with-token", "--insecure-storage", stdin=made["api_key"])
    creator = studio_command("admin", "users", "create", "--email", "rui@example.com", "--with-key", "--json").json
    refused = studio_command("login", "--with-token", "--insecure-storage", stdin=creator["api_key"])

    assert (shut.code, again.code) == (4, 4)
    assert "try: studio login" in shut.err
    assert login.code == 0
    assert studio_command("whoami", "--json").json["email"] == "ana@example.com"
    assert refused.code == 4
    assert "do not work on its database" in refused.err
    assert studio_command("admin", "db", "status").code == 0


def test_without_a_clerk_key_nobody_is_taken_over(studio_command: Run) -> None:
    result = studio_command("admin", "users", "sync")

    assert result.code == 1
    assert "does not know a Clerk instance" in result.err
    assert "CLERK_SECRET_KEY" in result.err


def test_the_people_of_clerk_are_taken_over(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_clerk() as clerk:
        clerk.add(clerk_user("user_ana", "ana@example.com"), clerk_user("user_rui", "rui@example.com"))
        monkeypatch.setenv("CLERK_SECRET_KEY", SECRET_KEY)
        monkeypatch.setenv("STUDIO_CLERK_API_URL", clerk.api_url)
        tried = studio_command("admin", "users", "sync", "--dry-run")
        done = studio_command("admin", "users", "sync", "--json")

    assert tried.out == "2 would be created, 0 would be changed, 0 would be deactivated; 0 were up to date.\n"
    assert tried.err == "sync: 2 people at Clerk …\nsync: 2 of 2 done\n"
    assert done.json == {
        "created": 2,
        "updated": 0,
        "deactivated": 0,
        "unchanged": 0,
        "kept": 0,
        "dry_run": False,
    }
    assert SECRET_KEY not in done.out + done.err
