"""`studio plans` and `studio admin plans` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Result, Run

FIELDS = [
    *("id", "key", "name", "credits", "price_monthly", "price_yearly", "currency", "features", "limits"),
    *("checkout_url", "active", "sort_order", "badge", "version", "created_at", "updated_at"),
]


def make_pro(run: Run, *options: str) -> Result:
    return run(
        *("admin", "plans", "create", "--name", "Pro", "--key", "pro", "--credits", "500", "--price-monthly", "4990"),
        *options,
    )


def test_everybody_sees_the_plans_on_offer(studio_command: Run) -> None:
    make_pro(studio_command, "--feature", "No watermark", "--feature", "Two voices", "--badge", "Popular")

    assert studio_command("plans", "list").out == (
        "free\tFree\t100\t0.00 BRL\t\t\t\npro\tPro\t500\t49.90 BRL\t\tPopular\tNo watermark; Two voices\n"
    )


def test_json_has_every_field(studio_command: Run) -> None:
    options = ("--price-yearly", "49900", "--limits", "characters=20", "--limits", "storage_megabytes=5000")

    plan = make_pro(studio_command, *options, "--json").json

    assert sorted(plan) == sorted(FIELDS)
    assert (plan["price_monthly"], plan["price_yearly"], plan["credits"]) == (4990, 49900, 500)
    assert plan["limits"] == {"characters": 20, "storage_megabytes": 5000}
    assert studio_command("plans", "list", "--json").json["data"][1] == plan


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", "1e3", "true", "nan", "1" + "0" * 18])
def test_an_amount_that_is_none_makes_no_plan(studio_command: Run, amount: str) -> None:
    result = studio_command(
        "admin", "plans", "create", "--name", "A", "--key", "a", f"--credits={amount}", "--price-monthly", "1"
    )

    assert result.code in (1, 2)
    assert result.err.startswith("error: ")
    assert studio_command("admin", "plans", "list").out.count("\n") == 1


def test_what_is_missing_is_named_all_at_once(studio_command: Run) -> None:
    result = studio_command("admin", "plans", "create", "--key", "pro", "--limits", "Characters")

    assert (result.code, result.out) == (1, "")
    for fault in (
        "name is missing",
        "credits is missing",
        "price_monthly is missing",
        "limits.Characters is not a limit; there are characters, storage_megabytes",
    ):
        assert f"  - {fault}" in result.err
    assert result.err.endswith("  try: studio admin plans create --help lists the options.\n")


def test_a_stale_version_is_a_conflict(studio_command: Run) -> None:
    make_pro(studio_command)
    studio_command("admin", "plans", "edit", "pro", "--credits", "600", "--version", "1")

    result = studio_command("admin", "plans", "edit", "pro", "--credits", "700", "--version", "1", "--json")

    error = json.loads(result.err)
    assert (result.code, error["error"]) == (1, "conflict")
    assert "changed by owner@localhost" in error["message"]
    assert error["details"] == {"key": "pro", "version": 2}


def test_prices_of_a_year_and_badges_can_be_taken_away(studio_command: Run) -> None:
    make_pro(studio_command, "--price-yearly", "49900", "--badge", "New")

    plan = studio_command("admin", "plans", "edit", "pro", "--no-yearly", "--badge", "", "--json").json

    assert (plan["price_yearly"], plan["badge"], plan["version"]) == (None, None, 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("edit", "pro"), "There is nothing to change."),
        (("edit", "pro", "--version", "1"), "There is nothing to change."),
        (("edit", "--credits", "1"), "No plan is named."),
        (("edit", "pro", "--from", "-"), "--from takes everything from the file."),
        (("create", "--key", "a", "--from", "-"), "--from takes everything from the file."),
    ],
)
def test_half_a_wish_is_a_usage_error(studio_command: Run, arguments: tuple[str, ...], words: str) -> None:
    result = studio_command("admin", "plans", *arguments)

    assert (result.code, result.err.splitlines()[0]) == (2, f"error: {words}")


def test_archives_and_deletes(studio_command: Run) -> None:
    make_pro(studio_command)

    archived = studio_command("admin", "plans", "archive", "pro")
    asked = studio_command("admin", "plans", "delete", "pro")
    deleted = studio_command("admin", "plans", "delete", "pro", "--yes")

    assert (archived.out, asked.code, deleted.out) == ("Archived pro.\n", 2, "Deleted pro.\n")
    assert studio_command("admin", "plans", "show", "pro").code == 1


def test_what_list_writes_as_csv_can_be_changed_and_given_back(studio_command: Run) -> None:
    make_pro(studio_command, "--badge", "=1+1", "--limits", "characters=5")

    written = studio_command("admin", "plans", "list", "--csv").out
    changed = studio_command("admin", "plans", "edit", "--from", "-", "--json", stdin=written.replace(",500,", ",600,"))

    assert ",'=1+1\n" in written
    assert [(plan["key"], plan["credits"], plan["badge"], plan["version"]) for plan in changed.json["data"]] == [
        ("free", 100, None, 1),
        ("pro", 600, "=1+1", 2),
    ]


def test_a_file_with_a_bad_row_changes_nothing(studio_command: Run, tmp_path: Path) -> None:
    file = tmp_path / "plans.jsonl"
    rows = [{"key": key, "name": key, "credits": credits, "price_monthly": 0} for key, credits in (("a", 1), ("b", 0))]
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")

    result = studio_command("admin", "plans", "create", "--from", str(file))

    assert result.code == 1
    assert result.err.splitlines()[1:] == [
        "  - line 2: credits must be greater than or equal to 1",
        "  try: Correct these lines and give the whole file again.",
    ]
    assert studio_command("admin", "plans", "list").out.count("\n") == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("key,name\na,Olá\n".encode("latin-1"), "standard input is not UTF-8 text: line 2 cannot be read."),
        (b"key\n" + b"a" * 10_000_000, "standard input is larger than 1 MB."),
        (b"", "There is nothing in standard input."),
    ],
)
def test_files_that_cannot_be_taken_are_a_sentence(studio_command: Run, data: bytes, words: str) -> None:
    result = studio_command("admin", "plans", "create", "--from", "-", stdin=data)

    assert (result.code, result.err.splitlines()[0]) == (1, f"error: {words}")


def test_a_file_that_is_not_there_is_named(studio_command: Run) -> None:
    result = studio_command("admin", "plans", "create", "--from", "none.csv")

    assert result.err.startswith("error: There is no file none.csv.\n")
