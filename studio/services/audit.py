"""Writing down who changed what, in the transaction that changes it, and reading it back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from studio.contracts.audit import EVERYTHING, Audit, AuditFilter, AuditView
from studio.contracts.base import Page
from studio.db.models.audit_entry import AuditEntry
from studio.domain.clock import moment, system_clock
from studio.domain.ids import new_id
from studio.domain.text import safe
from studio.services.base import Service
from studio.services.pages import newest_page
from studio.services.principal import Principal

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered; where nobody set one, each transaction is a request of its own."""


class Subject(NamedTuple):
    """What was changed: `plan` and `pro`, `user` and an id."""

    type: str
    id: str


def audit(
    session: Session,
    principal: Principal,
    action: str,
    subject: Subject,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    *,
    now: int | None = None,
) -> None:
    """Write down a change in the transaction that makes it. Never give secrets: what stands here stays.

    `before` and `after` must be JSON; what is equal in both is left out. `now` is in epoch milliseconds."""
    changed_before, changed_after = differences(before, after)
    entry = AuditEntry(
        created_at=system_clock() if now is None else now,
        actor_id=principal.user_id,
        actor_email=principal.email,
        key_id=principal.key_id,
        action=action,
        subject_type=subject.type,
        subject_id=subject.id,
        before=_json(changed_before),
        after=_json(changed_after),
        reason=None if reason is None else safe(reason),
        request_id=request_id.get() or session.info.setdefault("request_id", new_id()),
    )
    session.add(entry)


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """Both without the fields they agree on; one that stands alone stays whole."""
    if before is None or after is None:
        return before, after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def changed_by(session: Session, subject: Subject) -> str:
    """Who changed this subject last and when, to follow `was changed`: ` by ana@… at 2026-01-31 12:00:00 UTC`."""
    statement = select(AuditEntry).where(AuditEntry.subject_type == subject.type, AuditEntry.subject_id == subject.id)
    # A person's credits are no part of what an editor saw.
    of_itself = statement.where(col(AuditEntry.action).startswith(f"{subject.type}."))
    newest = of_itself.order_by(col(AuditEntry.created_at).desc(), col(AuditEntry.id).desc()).limit(1)
    change = session.exec(newest).first()
    return f" by {change.actor_email} at {moment(change.created_at):%Y-%m-%d %H:%M:%S} UTC" if change else ""


class AuditService(Service, Audit):
    """Reading the audit trail; it is written by `audit` alone."""

    def list(self, wanted: AuditFilter = EVERYTHING, *, limit: int = 20, cursor: str | None = None) -> Page[AuditView]:
        with self.database.read() as session:
            rows, following = newest_page(session, AuditEntry, _conditions(wanted), limit=limit, cursor=cursor)
            return Page(data=[_view(row) for row in rows], next_cursor=following)


def _conditions(wanted: AuditFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.actor is not None:
        # An address always has an @ and an id never does: one column, one index.
        actor = col(AuditEntry.actor_email) if "@" in wanted.actor else col(AuditEntry.actor_id)
        conditions.append(actor == safe(wanted.actor))
    if wanted.action is not None:
        conditions.append(AuditEntry.action == safe(wanted.action))
    if wanted.subject is not None:
        kind, colon, id = safe(wanted.subject).partition(":")
        conditions.append(AuditEntry.subject_type == kind)
        if colon:
            conditions.append(AuditEntry.subject_id == id)
    if wanted.since is not None:
        conditions.append(col(AuditEntry.created_at) >= _milliseconds(wanted.since))
    return conditions


def _milliseconds(since: datetime) -> int:
    aware = since if since.tzinfo else since.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


def _view(row: AuditEntry) -> AuditView:
    fields = row.model_dump(exclude={"created_at", "before", "after"})
    return AuditView(
        **fields,
        created_at=moment(row.created_at),
        before=None if row.before is None else json.loads(row.before),
        after=None if row.after is None else json.loads(row.after),
    )


def _json(fields: Mapping[str, Any] | None) -> str | None:
    return None if fields is None else json.dumps(fields, ensure_ascii=False, allow_nan=False)
