"""A message is taken in once, takes effect once, and is never lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.user import User
from studio.db.models.webhook_event import WebhookEvent
from studio.domain.errors import (
    Conflict,
    NotFound,
    NotLoggedIn,
    Refused,
    Rejected,
    ServiceFailed,
    StudioError,
    TooLarge,
)
from studio.services.webhooks.inbox import GRACE_MILLISECONDS, LARGEST_BODY_BYTES, Inbox
from studio.services.webhooks.source import Incoming

MINUTE = 60_000


class Sender:
    """A source whose messages are signed by saying so; each that takes effect leaves a person behind."""

    name = "sender"

    def __init__(self) -> None:
        self.trouble: list[Exception] = []
        self.later_trouble: list[Exception] = []
        self.outcome = "applied"

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> Incoming:
        if headers.get("signed") != "yes":
            raise NotLoggedIn("This message is not signed by its sender.")
        return Incoming(self.name, headers["id"], "person.made", body, now)

    def prepare(self, incoming: Incoming) -> object:
        if self.trouble:
            raise self.trouble.pop(0)
        return incoming.body.decode()

    def apply(self, session: Session, incoming: Incoming, prepared: object) -> str:
        session.add(User(email=str(prepared)))
        if self.later_trouble:
            session.flush()
            raise self.later_trouble.pop(0)
        return self.outcome


class Time:
    now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def inbox(database: Database, sender: Sender, time: Time) -> Inbox:
    return Inbox(database, {"sender": sender}, time)


def deliver(inbox: Inbox, id: str = "msg_1", body: bytes = b"ana@example.com") -> str:
    taken = inbox.take("sender", {"id": id, "signed": "yes"}, body)
    return inbox.process(taken.source, taken.event_id)


def row_of(inbox: Inbox, id: str = "msg_1") -> WebhookEvent:
    with inbox.database.read() as session:
        return session.get_one(WebhookEvent, ("sender", id))


def people(inbox: Inbox) -> list[str]:
    with inbox.database.read() as session:
        return list(session.exec(select(User.email).order_by(col(User.email))))


def test_a_message_is_written_down_before_anything_is_done(inbox: Inbox) -> None:
    body = b"ana@example.com\xff\x00"

    taken = inbox.take("sender", {"id": "msg_1", "signed": "yes"}, body)

    row = row_of(inbox)
    assert (taken.is_new, taken.state, taken.type) == (True, "received", "person.made")
    assert (row.body, row.state, row.attempts) == (body, "received", 0)
    assert people(inbox) == []


def test_a_message_takes_effect_once_however_often_it_comes(inbox: Inbox) -> None:
    states = [deliver(inbox) for _ in range(3)]

    again = inbox.take("sender", {"id": "msg_1", "signed": "yes"}, b"ana@example.com")

    assert states == ["applied"] * 3
    assert (again.is_new, again.state) == (False, "applied")
    assert people(inbox) == ["ana@example.com"]
    assert row_of(inbox).attempts == 1


def test_another_body_under_the_same_id_is_a_conflict_and_an_alarm(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    deliver(inbox)

    with pytest.raises(Conflict):
        deliver(inbox, body=b"eve@example.com")

    assert people(inbox) == ["ana@example.com"]
    assert "msg_1 of sender came again with another body" in caplog.text


@pytest.mark.parametrize(
    ("source", "headers", "body", "error"),
    [
        ("sender", {"id": "msg_1"}, b"", NotLoggedIn),
        ("sender", {"id": "msg_1", "signed": "yes"}, b"x" * (LARGEST_BODY_BYTES + 1), TooLarge),
        ("stranger", {}, b"", NotFound),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    inbox: Inbox, source: str, headers: dict[str, str], body: bytes, error: type[StudioError]
) -> None:
    with pytest.raises(error):
        inbox.take(source, headers, body)

    with inbox.database.read() as session:
        assert session.exec(select(WebhookEvent)).all() == []


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (ServiceFailed("Asaas is down."), "Asaas is down."),
        (IntegrityError("INSERT", {}, Exception("ana@example.com")), "The database failed: IntegrityError."),
        (KeyError("a bug"), "Unexpected error: KeyError."),
    ],
)
def test_what_cannot_take_effect_yet_is_tried_again(
    inbox: Inbox, sender: Sender, time: Time, trouble: Exception, reason: str
) -> None:
    sender.later_trouble = [trouble]

    first = deliver(inbox)

    assert (first, people(inbox)) == ("received", [])
    assert (row_of(inbox).error, row_of(inbox).attempts) == (reason, 1)
    time.now += MINUTE
    assert inbox.process_waiting() == 1
    assert people(inbox) == ["ana@example.com"]
    assert (row_of(inbox).state, row_of(inbox).error, row_of(inbox).attempts) == ("applied", None, 2)


@pytest.mark.parametrize("trouble", [Refused("Nobody is called that."), Rejected("There is no such payment.")])
def test_what_never_can_is_dead_with_its_reason_and_nothing_of_it_stays(
    inbox: Inbox, sender: Sender, time: Time, trouble: StudioError
) -> None:
    sender.later_trouble = [trouble]

    state = deliver(inbox)

    assert (state, people(inbox)) == ("dead", [])
    assert (row_of(inbox).error, row_of(inbox).finished_at) == (trouble.message, time.now)
    time.now += 1000 * MINUTE
    assert inbox.process_waiting() == 0
    assert deliver(inbox) == "dead"


def test_the_pauses_grow_and_end_at_six_hours(inbox: Inbox, sender: Sender, time: Time) -> None:
    sender.trouble = [ServiceFailed("Down.") for _ in range(13)]
    pauses = []

    for _ in range(13):
        deliver(inbox)
        pauses.append((row_of(inbox).retry_at - time.now) // 1000)

    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600, 21600]


def test_those_that_wait_are_left_alone_at_first_and_then_taken_in_order(
    inbox: Inbox, sender: Sender, time: Time
) -> None:
    for number in range(5):
        inbox.take("sender", {"id": f"msg_{number}", "signed": "yes"}, f"{number}@example.com".encode())
        time.now += 1
    sender.trouble = [ServiceFailed("The oldest one fails.")]

    assert inbox.process_waiting() == 0
    time.now += GRACE_MILLISECONDS
    assert [inbox.process_waiting(2) for _ in range(4)] == [2, 2, 1, 0]
    assert people(inbox) == ["1@example.com", "2@example.com", "3@example.com", "4@example.com"]


def test_one_message_from_twenty_threads_takes_effect_once(inbox: Inbox) -> None:
    with ThreadPoolExecutor(20) as pool:
        states = list(pool.map(lambda _: deliver(inbox), range(20)))

    assert states == ["applied"] * 20
    assert people(inbox) == ["ana@example.com"]
    assert row_of(inbox).attempts == 1


def test_several_sweepers_at_once_leave_nothing_and_do_nothing_twice(inbox: Inbox, time: Time) -> None:
    for number in range(12):
        inbox.take("sender", {"id": f"msg_{number}", "signed": "yes"}, f"{number}@example.com".encode())
    time.now += GRACE_MILLISECONDS
    sweep: Callable[[int], int] = lambda _: inbox.process_waiting()  # noqa: E731

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(sweep, range(4)))

    assert done == 12
    assert len(people(inbox)) == 12
