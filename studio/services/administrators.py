"""Who else is an administrator, and whether two of them are two: nobody is the second one beside a login they made.

Whoever creates, promotes or gives a key to somebody could act in their name. The audit trail keeps that for good."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlmodel import Session, and_, col, or_, select

from studio.db.models.api_key import ApiKey
from studio.db.models.audit_entry import AuditEntry
from studio.db.models.user import User
from studio.domain.people import Role

OPERATOR = "operator"
"""Who lets the first administrator in, with the database itself in hand."""


def administrators_but(session: Session, *user_ids: str) -> list[str]:
    """The ids of the others who may log in as administrators."""
    others = select(User.id).where(User.role == Role.ADMIN.value, col(User.active), col(User.id).not_in(user_ids))
    return list(session.exec(others.order_by(User.id)).all())


def has_administrator_but(session: Session, *user_ids: str) -> bool:
    """Whether somebody else may log in as an administrator."""
    return bool(administrators_but(session, *user_ids))


def is_studio_of_one(session: Session) -> bool:
    """Whether one administrator owns all of it: whoever holds the file of an embedded database does anyway."""
    return session.connection().dialect.name == "sqlite" and len(administrators_but(session)) <= 1


def has_independent_administrator(session: Session, requester_id: str, receiver_id: str) -> bool:
    """Whether somebody could approve what one administrator wants for somebody."""
    others = administrators_but(session, requester_id, receiver_id)
    return any(are_independent(session, requester_id, other) for other in others)


def are_independent(session: Session, one: str, other: str) -> bool:
    """Whether neither of two administrators let the other in, and no third one both of them, directly or through
    others. One whom nobody let in, the first administrator or the local owner, may have let both in: otherwise a
    studio that one person began could never have two."""
    above_one, above_other = _above(session, one), _above(session, other)
    if one in above_other or other in above_one:
        return False
    return not any(_let_in_by(session, each) for each in above_one & above_other)


def _above(session: Session, user_id: str) -> set[str]:
    """Everybody who let this person in, and who let those in."""
    found: set[str] = set()
    waiting = [user_id]
    while waiting:
        new = _let_in_by(session, waiting.pop()) - found
        found |= new
        waiting += new
    return found


def _let_in_by(session: Session, user_id: str) -> set[str]:
    """Who created or promoted this person or made them an API key."""
    return {entry.actor_id for entry in _entries(session, user_id)} - {user_id, OPERATOR}


def _entries(session: Session, user_id: str) -> Iterator[AuditEntry]:
    keys = select(ApiKey.id).where(ApiKey.owner_id == user_id)
    type, id, action = col(AuditEntry.subject_type), col(AuditEntry.subject_id), col(AuditEntry.action)
    wanted = or_(
        and_(type == "user", id == user_id, action.in_(("user.created", "user.edited"))),
        and_(type == "key", id.in_(keys), action == "key.created"),
    )
    for entry in session.exec(select(AuditEntry).where(wanted)):
        if entry.action != "user.edited" or _is_promotion(entry):
            yield entry


def _is_promotion(entry: AuditEntry) -> bool:
    # An edit says what changed only, so a role that stands there is a new one.
    return entry.after is not None and json.loads(entry.after).get("role") == Role.ADMIN.value
