"""Looking at the messages that came, and asking for one of them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select, tuple_

from studio.contracts.base import Page
from studio.contracts.webhooks import (
    ALL_WEBHOOKS,
    WebhookDetail,
    WebhookFilter,
    Webhooks,
    WebhookState,
    WebhookView,
)
from studio.db.engine import Database
from studio.db.models.webhook_event import WebhookEvent
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.errors import Conflict, NotFound, Refused
from studio.domain.text import one_line, safe
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.pages import cursor_of, page_size, position_of
from studio.services.principal import Principal
from studio.services.webhooks.inbox import Inbox

_ORDER = (col(WebhookEvent.received_at), col(WebhookEvent.source), col(WebhookEvent.event_id))
_OVER = (WebhookState.APPLIED, WebhookState.IGNORED)


class WebhooksService(Service, Webhooks):
    """`inbox` is where the messages are worked on."""

    def __init__(
        self, database: Database, principal: Principal, inbox: Callable[[], Inbox], clock: Clock = system_clock
    ) -> None:
        super().__init__(database, principal, clock)
        self.inbox = inbox

    def list(
        self, wanted: WebhookFilter = ALL_WEBHOOKS, *, limit: int = 20, cursor: str | None = None
    ) -> Page[WebhookView]:
        size = page_size(limit)
        # The bodies stay where they are: a page of them may have megabytes.
        columns = [each for each in WebhookEvent.__table__.c if each.name != "body"]  # type: ignore[attr-defined]
        statement = select(*columns).where(*_conditions(wanted))
        if cursor is not None:
            statement = statement.where(tuple_(*_ORDER) < _position(cursor))
        newest_first = statement.order_by(*(each.desc() for each in _ORDER)).limit(size + 1)
        with self.database.read() as session:
            rows = session.connection().execute(newest_first).all()
        last = rows[size - 1] if len(rows) > size else None
        return Page(
            data=[_view(row) for row in rows[:size]],
            next_cursor=cursor_of(last.received_at, f"{last.source}:{last.event_id}") if last else None,
        )

    def show(self, id: str) -> WebhookDetail:
        with self.database.read() as session:
            row = _find(session, id)
            body = safe(row.body.decode("utf-8", "replace"))
            return WebhookDetail(**_view(row).model_dump(), body=body, body_sha256=row.body_sha256)

    def replay(self, id: str) -> WebhookView:
        with self.database.write() as session:
            row = _find(session, id)
            source, event_id = row.source, row.event_id
            if row.state in _OVER:
                raise _over(row)
            before = {"state": row.state}
            self._revive(session, row)
            audit(session, self.principal, "webhook.replayed", _subject(row), before, now=self.clock())
        self.inbox().process(source, event_id)
        with self.database.read() as session:
            return _view(session.get_one(WebhookEvent, (source, event_id)))

    def _revive(self, session: Session, row: WebhookEvent) -> None:
        # Only from where it stands: somebody else may have finished it since it was read.
        dead = (
            update(WebhookEvent)
            .where(
                col(WebhookEvent.source) == row.source,
                col(WebhookEvent.event_id) == row.event_id,
                col(WebhookEvent.state) == WebhookState.DEAD.value,
            )
            .values(state=WebhookState.RECEIVED.value, finished_at=None, retry_at=self.clock())
        )
        session.connection().execute(dead)


def _find(session: Session, reference: str) -> WebhookEvent:
    reference = one_line(reference)
    source, _, event_id = reference.partition(":")
    exact = session.get(WebhookEvent, (source, event_id)) if event_id else None
    if exact is not None:
        return exact
    rows = session.exec(select(WebhookEvent).where(WebhookEvent.event_id == reference).limit(2)).all()
    if len(rows) > 1:
        names = " or ".join(f"{row.source}:{row.event_id}" for row in rows)
        raise Refused(f"Several senders have a message {reference}.", hint=f"Give the source too: {names}.")
    if not rows:
        raise NotFound(f"There is no message {reference}.", hint="studio admin webhooks list shows what came.")
    return rows[0]


def _conditions(wanted: WebhookFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.source is not None:
        conditions.append(WebhookEvent.source == safe(wanted.source))
    if wanted.state is not None:
        conditions.append(WebhookEvent.state == wanted.state.value)
    return conditions


def _position(cursor: str) -> tuple[int, str, str]:
    received_at, id = position_of(cursor)
    source, _, event_id = id.partition(":")
    return received_at, source, event_id


def _over(row: WebhookEvent) -> Conflict:
    words = "has taken effect" if row.state == WebhookState.APPLIED else "had nothing new"
    return Conflict(
        f"The message {row.event_id} {words} already; nothing was done.",
        hint=f"studio admin webhooks show {row.source}:{row.event_id}",
    )


def _subject(row: WebhookEvent) -> Subject:
    return Subject("webhook", f"{row.source}:{row.event_id}")


def _view(row: Any) -> WebhookView:
    """Of a row, whether or not its body was read."""
    return WebhookView(
        id=f"{row.source}:{row.event_id}",
        source=row.source,
        event_id=row.event_id,
        type=row.type,
        state=row.state,
        attempts=row.attempts,
        error=row.error,
        received_at=moment(row.received_at),
        finished_at=None if row.finished_at is None else moment(row.finished_at),
        retry_at=moment(row.retry_at) if row.state == WebhookState.RECEIVED else None,
    )
