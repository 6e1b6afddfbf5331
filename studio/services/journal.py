"""The journal of paid calls: each step of a call is one change of its row, made only if nobody else was faster."""

from __future__ import annotations

import base64
import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel import Session, select

from studio.db.models.generation import Generation
from studio.domain.remote import Answer, Order, RemoteFile, Ticket
from studio.services.keys import content_key

SEND_MILLISECONDS = 11 * 60 * 1000
"""The longest an order is on its way. A language model answers in the very request that asks it, and on an ordinary
processor that takes up to ten minutes; connecting and writing come on top."""

LEASE_MILLISECONDS = 15 * 60 * 1000
"""How long a call may be on its way before somebody else may ask what became of it. It covers a whole `SEND` that
began late: what began in time has ended when the lease has. That a sender on this host died shows at once."""

OPEN = ("ready", "submitting", "submitted", "uncertain")
UNDER_WAY = ("submitting", "submitted", "uncertain")

_LONGEST_PICTURE = 200_000
"""Characters of a picture inside an order that are still written down."""


def submitting(session: Session, row: Generation, payload: str, now: int) -> bool:
    """Note that this process is about to send or make it; False when another run has taken the call up meanwhile."""
    return _change(
        session,
        row,
        "(state = 'ready' OR (state = 'submitted' AND ticket IS NULL))",
        state="submitting",
        attempt=row.attempt + 1,
        payload=payload,
        sent_at=now,
        lease_until=now + LEASE_MILLISECONDS,
        lease_owner=this_process(),
    )


def submitted(session: Session, row: Generation, ticket: Ticket) -> bool:
    """Note the ticket; False when the call was closed meanwhile and the provider works for nobody."""
    return _change(
        session,
        row,
        "state IN ('submitting', 'uncertain')",
        state="submitted",
        provider_request_id=ticket.request_id,
        ticket=json.dumps(asdict(ticket)),
        lease_until=None,
        lease_owner=None,
    )


def not_sent(session: Session, row: Generation) -> bool:
    """Back to where the call stood before it was about to be sent."""
    return _change(session, row, "state = 'submitting'", **_unsent(row))


def to_be_repeated(session: Session, row: Generation, cost_microusd: int | None) -> bool:
    """Let an order be sent once more whose answer nobody can find, though it may have cost something."""
    cost = total_cost(row.cost_microusd, cost_microusd)
    return _change(session, row, "state IN ('uncertain', 'submitted')", **_unsent(row), cost_microusd=cost)


def uncertain(session: Session, row: Generation, reason: str) -> bool:
    """Note that nobody knows whether the order arrived. A ticket that there is stays."""
    return _change(
        session,
        row,
        "state IN ('submitting', 'submitted')",
        state="uncertain",
        lease_until=None,
        lease_owner=None,
        error=reason,
    )


def lost_owner(session: Session, row: Generation) -> bool:
    """The same, when whoever was sending it is gone."""
    return _change(
        session,
        row,
        "state = 'submitting' AND lease_until = :lease",
        state="uncertain",
        lease_until=None,
        lease_owner=None,
        error="The run that sent it ended before the answer came.",
    )


def answered(session: Session, row: Generation, answer: Answer) -> bool:
    """Keep an answer and what it cost. What is still to come is decided from all answers so far."""
    answers = [*answers_of(row), answer]
    return _change(
        session,
        row,
        "state IN ('submitting', 'submitted', 'uncertain')",
        state="submitted",
        # A server without ids of its own gets ours: a submitted call always has one.
        provider_request_id=row.provider_request_id if row.ticket else f"{row.id}/{row.attempt}",
        ticket=None,
        answers=_written(answers),
        cost_microusd=total_cost(row.cost_microusd, answer.cost_microusd),
        lease_until=None,
        lease_owner=None,
    )


def closed(session: Session, row: Generation, state: str, now: int, error: str | None = None, **more: Any) -> bool:
    """End the call as `succeeded` or `failed`; False when it had ended already."""
    return _change(
        session,
        row,
        "state IN ('ready', 'submitting', 'submitted', 'uncertain')",
        state=state,
        error=error,
        closed_at=now,
        ticket=None,
        lease_until=None,
        lease_owner=None,
        # Files have been stored or were of no use; the words stay, to explain what was paid for.
        answers=_written([_without_files(answer) for answer in answers_of(row)]),
        **more,
    )


def _change(session: Session, row: Generation, condition: str, **values: Any) -> bool:
    """Change the row if it still stands where it was read, and bring `row` up to date with it."""
    session.flush()
    known = {f"new_{name}": value for name, value in values.items()}
    place = {"id": row.id, "attempt": row.attempt, "lease": row.lease_until}
    used = {name: value for name, value in place.items() if name != "lease" or ":lease" in condition}
    if session.connection().execute(_statement(tuple(values), condition), known | used).rowcount != 1:
        return False
    for name, value in values.items():
        setattr(row, name, value)
    return True


@cache
def _statement(names: tuple[str, ...], condition: str) -> TextClause:
    """An update in plain SQL: building one out of objects takes longer than running it."""
    changes = ", ".join(f"{name} = :new_{name}" for name in names)
    return text(f"UPDATE generation SET {changes} WHERE id = :id AND attempt = :attempt AND {condition}")


def _unsent(row: Generation) -> dict[str, Any]:
    state = "submitted" if answers_of(row) else "ready"
    return {"state": state, "ticket": None, "lease_until": None, "lease_owner": None}


def total_cost(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more


def ticket_of(row: Generation) -> Ticket | None:
    return Ticket(**json.loads(row.ticket)) if row.ticket else None


def order_of(row: Generation) -> Order:
    """The last order, as it was sent."""
    return Order(**json.loads(row.payload))


def payload_of(order: Order) -> str:
    body = _without_pictures(order.body)
    return json.dumps({"endpoint": order.endpoint, "body": body}, sort_keys=True, ensure_ascii=False)


def answers_of(row: Generation) -> list[Answer]:
    return [_answer(fields) for fields in json.loads(row.answers)]


def _answer(fields: Mapping[str, Any]) -> Answer:
    files = tuple(
        RemoteFile(file["url"], base64.b64decode(file["data"]), file["media_type"]) for file in fields["files"]
    )
    return Answer(**{**fields, "files": files})


def _written(answers: Sequence[Answer]) -> str:
    return json.dumps([{**asdict(answer), "files": [*_files(answer)]} for answer in answers], ensure_ascii=False)


def _files(answer: Answer) -> Iterator[dict[str, str]]:
    for file in answer.files:
        yield {"url": file.url, "data": base64.b64encode(file.data).decode(), "media_type": file.media_type}


def _without_files(answer: Answer) -> Answer:
    kept = tuple(RemoteFile(file.url, b"", file.media_type) for file in answer.files)
    return Answer(answer.text, kept, answer.data, answer.model, answer.request_id, answer.cost_microusd)


def _without_pictures(value: Any) -> Any:
    """The body without large pictures: an order is found again by its words."""
    if isinstance(value, str) and value.startswith("data:") and len(value) > _LONGEST_PICTURE:
        return f"{value.partition(',')[0]},sha256:{content_key(value)}"
    if isinstance(value, Mapping):
        return {name: _without_pictures(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_pictures(part) for part in value]
    return value


@cache
def _host() -> str:
    return socket.gethostname()


def this_process() -> str:
    return f"{_host()}/{os.getpid()}"


def is_abandoned(row: Generation, now: int) -> bool:
    """Whether nobody is sending the order any more: the lease is over, or its process on this host has ended."""
    if (row.lease_until or 0) <= now:
        return True
    host, _, process = (row.lease_owner or "").rpartition("/")
    return host == _host() and process.isdigit() and not _is_alive(int(process))


def _is_alive(process: int) -> bool:
    if os.name == "nt":  # there signal 0 is Ctrl-C, not a question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def latest(session: Session, user_id: str, key: str) -> Generation | None:
    """The newest attempt at a wish: `key`, `key:2`, `key:3` … Each gets its own once the one before it ended."""
    found = None
    while row := _numbered(session, user_id, key, number(found) + 1):
        found = row
    return found


def _numbered(session: Session, user_id: str, key: str, number: int) -> Generation | None:
    client_key = key if number == 1 else f"{key}:{number}"
    own = select(Generation).where(Generation.user_id == user_id)
    return session.exec(own.where(Generation.client_key == client_key)).first()


def number(row: Generation | None) -> int:
    return 0 if row is None else int(row.client_key.partition(":")[2] or 1)


def next_key(session: Session, user_id: str, key: str) -> str:
    following = number(latest(session, user_id, key)) + 1
    return key if following == 1 else f"{key}:{following}"
