"""What every change of a person keeps to, whoever asks for it: the version, the last administrator, the audit trail."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from studio.db.models.user import User
from studio.domain.errors import Refused
from studio.domain.people import LOCAL_EMAIL, Role
from studio.services.audit import Subject


def subject_of(row: User) -> Subject:
    return Subject("user", row.id)


def decided(row: User) -> dict[str, Any]:
    """What is decided about a person, without what tells who it is: the audit trail keeps it for good."""
    return row.model_dump(include={"role", "plan", "active", "asaas_customer"})


def save(session: Session, row: User, *, now: int) -> None:
    """Write a changed row as its next version; `now` is in epoch milliseconds."""
    row.updated_at = now
    row.deactivated_at = None if row.active else row.deactivated_at or now
    row.version += 1
    session.add(row)
    session.flush()


def administrators() -> Any:
    """The ids of those who may log in as administrators."""
    return select(User.id).where(User.role == Role.ADMIN.value, col(User.active))


def lock_administrators(session: Session) -> None:
    """Let nobody else change an administrator until the transaction ends, so that two cannot remove each other.

    The first lock on people of a transaction and in order of id, so that nobody waits in a circle."""
    session.exec(administrators().order_by(User.id).with_for_update()).all()


def refuse_last(session: Session, row: User, done: str) -> None:
    """Raise Refused when nobody could look after the studio without this person."""
    if row.role != Role.ADMIN:
        return
    if row.email == LOCAL_EMAIL:
        raise Refused(
            f"This studio belongs to {LOCAL_EMAIL}, who cannot be {done}.",
            hint="Others can be administrators beside them: studio admin users edit USER --role admin",
        )
    if session.exec(administrators().where(User.id != row.id).limit(1)).first() is None:
        raise Refused(
            f"{row.email} is the only administrator and cannot be {done}.",
            hint="Make somebody else one first: studio admin users edit USER --role admin",
        )
