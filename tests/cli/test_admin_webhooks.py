"""`studio admin webhooks` as a person types it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from studio.db.engine import Database, open_database
from studio.domain.errors import Invalid
from studio.services.webhooks.clerk import ClerkSource
from studio.services.webhooks.following import Following
from studio.services.webhooks.inbox import Inbox
from tests.cli.conftest import Run
from tests.servers.clerk import SIGNING_SECRET, clerk_user, delivery, message

FIELDS = [
    *("id", "source", "event_id", "type", "state", "attempts", "error", "received_at", "finished_at", "retry_at"),
]


@pytest.fixture
def inbox(sqlite_url: str, studio_command: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    monkeypatch.setenv("CLERK_WEBHOOK_SIGNING_SECRET", SIGNING_SECRET)
    database: Database = open_database(sqlite_url)
    yield Inbox(database, {"clerk": ClerkSource(SIGNING_SECRET, Following("clerk"))})
    database.close()


def deliver(inbox: Inbox, id: str, data: dict[str, object], *, process: bool = True) -> None:
    body = message("user.created", data)
    inbox.take("clerk", delivery(body, id), body)
    if process:
        inbox.process("clerk", id)


def test_messages_are_listed_by_source_and_state(inbox: Inbox, studio_command: Run) -> None:
    deliver(inbox, "msg_good", clerk_user("user_ana", "ana@example.com"))
    deliver(inbox, "msg_bad", {"id": "user_eve", "name": "\x1b[31mred"})
    deliver(inbox, "msg_new", clerk_user("user_rui", "rui@example.com"), process=False)

    listed = studio_command("admin", "webhooks", "list", "--json").json["data"]
    dead = studio_command("admin", "webhooks", "list", "--state", "dead")
    first = studio_command("admin", "webhooks", "list", "--limit", "1")

    assert [sorted(each) for each in listed] == [sorted(FIELDS)] * 3
    assert {each["id"]: each["state"] for each in listed} == {
        "clerk:msg_good": "applied",
        "clerk:msg_bad": "dead",
        "clerk:msg_new": "received",
    }
    assert dead.out.count("\n") == 1
    assert "\tclerk:msg_bad\tuser.created\tdead\t1\tThe message does not say when the user was changed.\n" in dead.out
    assert studio_command("admin", "webhooks", "list", "--source", "asaas").out == ""
    cursor = first.err.split("--cursor ")[1].strip()
    following = studio_command("admin", "webhooks", "list", "--cursor", cursor, "--json").json["data"]
    assert [each["id"] for each in following] == [each["id"] for each in listed[1:]]


def test_a_message_is_shown_with_what_it_says_and_nothing_of_it_steers_the_terminal(
    inbox: Inbox, studio_command: Run
) -> None:
    deliver(inbox, "msg_bad", {"id": "user_eve", "name": "\x1b[31mred"})

    shown = studio_command("admin", "webhooks", "show", "msg_bad")
    as_json = studio_command("admin", "webhooks", "show", "clerk:msg_bad", "--json").json

    assert "error        The message does not say when the user was changed.\n" in shown.out
    assert '"name": "\\u001b[31mred"' in shown.out
    assert "\x1b" not in shown.out
    assert json.loads(as_json["body"])["data"]["id"] == "user_eve"
    assert sorted(as_json) == sorted([*FIELDS, "body", "body_sha256"])


def test_a_dead_message_takes_effect_once_its_cause_is_gone(
    inbox: Inbox, studio_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise Invalid("Not yet.")

    with monkeypatch.context() as patch:
        patch.setattr(inbox.sources["clerk"], "apply", refuse)
        deliver(inbox, "msg_1", clerk_user("user_ana", "ana@example.com"))

    replayed = studio_command("admin", "webhooks", "replay", "msg_1", "--json")
    again = studio_command("admin", "webhooks", "replay", "msg_1")

    assert (replayed.json["state"], replayed.json["attempts"], replayed.json["error"]) == ("applied", 2, None)
    assert studio_command("admin", "users", "show", "ana@example.com", "--json").json["clerk_id"] == "user_ana"
    assert again.code == 1
    assert again.err == (
        "error: The message msg_1 has taken effect already; nothing was done.\n"
        "  try: studio admin webhooks show clerk:msg_1\n"
    )
    trail = studio_command("admin", "audit", "list", "--action", "webhook.replayed", "--json").json["data"]
    assert [(each["subject_id"], each["before"]) for each in trail] == [("clerk:msg_1", {"state": "dead"})]


def test_what_nobody_sent_is_not_found(inbox: Inbox, studio_command: Run) -> None:
    result = studio_command("admin", "webhooks", "show", "clerk:msg_9")

    assert result.code == 1
    assert result.err == (
        "error: There is no message clerk:msg_9.\n  try: studio admin webhooks list shows what came.\n"
    )


def test_the_check_up_names_what_waits_and_what_is_wrong(
    inbox: Inbox, studio_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(inbox, "msg_bad", {"id": "user_eve"})
    monkeypatch.setenv("STUDIO_USERS_WEBHOOK_SECRET", "not-a-secret")

    found = studio_command("doctor", "--json").json["findings"]

    messages = {each["message"]: each["level"] for each in found if each["check"] == "webhooks"}
    assert messages == {
        "STUDIO_USERS_WEBHOOK_SECRET must be whsec_ and 24 random bytes or more in base64;"
        " several with commas between.": "error",
        "Messages that could not take effect: 1.": "warning",
    }
