"""Every kind of failure ends with its exit code and a sentence, as text or as JSON."""

from __future__ import annotations

import json

import pytest

from studio.cli import context as context_module
from studio.domain import errors
from tests.cli.conftest import Run

KINDS = [
    (errors.Refused, 1, "refused"),
    (errors.Invalid, 1, "invalid"),
    (errors.NotFound, 1, "not_found"),
    (errors.Conflict, 1, "conflict"),
    (errors.TooLarge, 1, "too_large"),
    (errors.RateLimited, 1, "rate_limited"),
    (errors.Misconfigured, 1, "misconfigured"),
    (errors.UsageError, 2, "usage"),
    (errors.NotAllowed, 4, "not_allowed"),
    (errors.NotLoggedIn, 4, "not_logged_in"),
    (errors.NotEnoughCredits, 5, "not_enough_credits"),
    (errors.ServiceFailed, 6, "service_failed"),
    (errors.KeyRefused, 6, "key_refused"),
    (errors.Partial, 8, "partial"),
    (errors.Uncertain, 75, "uncertain"),
    (errors.Interrupted, 130, "interrupted"),
]


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def open_studio(self: object) -> object:
        raise error

    monkeypatch.setattr(context_module.Context, "studio", property(open_studio))


@pytest.mark.parametrize(("kind", "code", "name"), KINDS)
def test_an_error_is_a_sentence_a_hint_and_a_code(
    studio_command: Run, monkeypatch: pytest.MonkeyPatch, kind: type[errors.StudioError], code: int, name: str
) -> None:
    failing(monkeypatch, kind("It is so.", hint="do this"))

    result = studio_command("shorts", "list")

    assert (result.code, result.out, result.err) == (code, "", "error: It is so.\n  try: do this\n")


@pytest.mark.parametrize(("kind", "code", "name"), KINDS)
def test_with_json_an_error_is_one_object_on_standard_error(
    studio_command: Run, monkeypatch: pytest.MonkeyPatch, kind: type[errors.StudioError], code: int, name: str
) -> None:
    failing(monkeypatch, kind("It is so.", hint="do this"))

    result = studio_command("shorts", "list", "--json")

    assert (result.code, result.out) == (code, "")
    assert json.loads(result.err) == {"error": name, "message": "It is so.", "hint": "do this", "details": {}}


def test_a_bug_is_one_line_and_the_log_has_the_rest(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("secret=hunter2000"))

    result = studio_command("shorts", "list")

    assert result.code == 70
    assert result.err.startswith("error: studio made a mistake (ZeroDivisionError). The details are in ")
    log_file = result.err.split("details are in ")[1].split(".log")[0] + ".log"
    with open(log_file, encoding="utf-8") as stream:
        entry = json.loads(stream.read())
    assert "ZeroDivisionError" in entry["traceback"]
    assert "hunter2000" not in json.dumps(entry)


def test_ctrl_c_ends_with_130(studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())

    assert studio_command("shorts", "list").code == 130


def test_wrong_usage_in_json_is_json(studio_command: Run) -> None:
    result = studio_command("shorts", "list", "--limit", "none", "--json")

    assert result.code == 2
    assert json.loads(result.err)["error"] == "usage"


def test_user_text_in_an_error_cannot_steer_the_terminal(studio_command: Run) -> None:
    result = studio_command("shorts", "show", "\x1b]0;owned\x07\x9b2J\u202e[/nope]")

    assert result.code == 1
    assert "\x1b" not in result.err
    assert "\x9b" not in result.err
    assert "\u202e" not in result.err
    assert "[/nope]" in result.err
