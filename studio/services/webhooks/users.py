"""Signed events of a system outside that keeps people and credits too.

A message is one event or a list of them. A list takes effect as a whole or not at all; each of its events takes
effect once by its own id, in whichever messages it comes again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from studio.contracts.user_events import ListedUserEvent, UserEvent, UserEventList
from studio.db.models.webhook_event import WebhookEvent
from studio.db.upsert import insert_if_new
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Conflict, Invalid
from studio.domain.outside import OutsidePerson
from studio.domain.signatures import verify_signed
from studio.domain.text import one_line
from studio.services.user_changes import lock_administrators
from studio.services.webhooks.clerk import keys_of, message_of
from studio.services.webhooks.following import Change, Following
from studio.services.webhooks.source import Incoming
from studio.services.webhooks.user_credits import UserCredits

SECRET = "STUDIO_USERS_WEBHOOK_SECRET"
SOURCE = "users"
LIST_TYPE = "events"
_LIST_ID = "list:"
"""Before the id of a message with a list, so that it is never the id of an event."""
_MOST_FAULTS = 10


class UsersSource:
    """People and credits, as somebody outside counts them. `secrets` is the setting, one or several of them."""

    name = SOURCE

    def __init__(self, secrets: str, following: Following, clock: Clock = system_clock) -> None:
        self._secrets = secrets
        self.following = following
        self.credits = UserCredits(SOURCE, clock)

    def verify(self, headers: Mapping[str, str], body: bytes, now: int) -> Incoming:
        id = verify_signed(headers, body, keys_of(self._secrets, SECRET), now)
        read = _read(message_of(body))
        if isinstance(read, UserEventList):
            return Incoming(SOURCE, f"{_LIST_ID}{id}", LIST_TYPE, body, now)
        return Incoming(SOURCE, id, read.type, body, now)

    def prepare(self, incoming: Incoming) -> object:
        """Nothing has to be asked: the message says all of it."""
        return None

    def apply(self, session: Session, incoming: Incoming, prepared: object) -> str:
        message = message_of(incoming.body)
        read = _read(message)
        if isinstance(read, UserEventList):
            return self._apply_list(session, read.events, message["events"], incoming.received_at)
        return self._effect(session, read, incoming.event_id, incoming.received_at)

    def _apply_list(
        self, session: Session, events: Sequence[ListedUserEvent], raw: Sequence[Any], received_at: int
    ) -> str:
        if any(event.type == "user.deleted" for event in events):
            lock_administrators(session)
        # Noted in the order of their ids, so that two lists with the same events do not wait for each other.
        pairs = sorted(zip(events, raw, strict=True), key=lambda pair: pair[0].id)
        new = {event.id for event, said in pairs if _is_new(session, event, said, received_at)}
        outcomes = {
            event.id: self._effect(session, event, event.id, received_at) for event in events if event.id in new
        }
        for id, outcome in outcomes.items():
            row = session.get_one(WebhookEvent, (SOURCE, id))
            row.state, row.attempts, row.finished_at = outcome, 1, self.credits.clock()
            session.add(row)
        return "applied" if "applied" in outcomes.values() else "ignored"

    def _effect(self, session: Session, event: UserEvent, event_id: str, received_at: int) -> str:
        at = received_at if event.timestamp is None else event.timestamp
        external_id = event.data.id or _id_of(event.data.email)
        if event.type == "user.deleted":
            followed = self.following.depart(session, external_id, at=at)
            return "ignored" if followed.change is Change.IGNORED else "applied"
        person = OutsidePerson(external_id, at, event.data.email, event.data.name or "")
        followed = self.following.take_over(session, person, revives=event.type == "user.created")
        if followed.user is None:
            return "ignored"
        is_moved = self.credits.move(session, followed.user, external_id, event.data, event_id, at)
        return "applied" if is_moved or followed.change is not Change.IGNORED else "ignored"


def _read(message: Mapping[str, Any]) -> UserEvent | UserEventList:
    model = UserEventList if "events" in message else UserEvent
    try:
        return model.model_validate(dict(message))
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:_MOST_FAULTS]]
        raise Invalid("The message is no user event.", faults=[one_line(fault)[:200] for fault in faults]) from error


def _is_new(session: Session, event: ListedUserEvent, raw: Any, received_at: int) -> bool:
    """Note the event under its own id. Raises Conflict when something else was said under it before."""
    body = json.dumps(raw, sort_keys=True).encode()
    row = WebhookEvent(
        source=SOURCE,
        event_id=event.id,
        type=event.type,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        received_at=received_at,
        retry_at=received_at,
    )
    if insert_if_new(session, row, "source", "event_id"):
        return True
    known = _read(message_of(session.get_one(WebhookEvent, (SOURCE, event.id)).body))
    if not isinstance(known, UserEvent) or _said(known) != _said(event):
        raise Conflict(f"Another event was taken under the id {event.id}.", details={"id": event.id})
    return False


def _said(event: UserEvent) -> dict[str, Any]:
    return event.model_dump(exclude={"id"})


def _id_of(email: str | None) -> str:
    """What stands for the id of somebody who is known by address alone; the address itself would outlive them here."""
    return f"email:{hashlib.sha256(str(email).encode()).hexdigest()}"
