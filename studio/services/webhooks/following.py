"""Following a source that has the say about people: who comes, changes, is kept out, and leaves.

Plans and credits are never touched. A person known by the same proven address is linked and not made twice. Whoever
is gone at the source stays as a tombstone, because messages arrive late and in any order: an older change than the
newest that was taken over is ignored."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, or_, select

from studio.db.models.external_identity import ExternalIdentity
from studio.db.models.user import User
from studio.db.upsert import insert_if_new
from studio.domain.clock import Clock, system_clock
from studio.domain.outside import OutsidePerson
from studio.domain.people import Role
from studio.domain.text import one_line
from studio.services.audit import audit
from studio.services.principal import Principal
from studio.services.user_changes import decided, lock_administrators, refuse_last, save, subject_of

CLERK = "clerk"
LONGEST_NAME = 120
_NEVER = -1

_log = logging.getLogger("studio.people")


class Change(StrEnum):
    """What became of a person."""

    CREATED = "created"
    UPDATED = "updated"
    DEACTIVATED = "deactivated"
    UNCHANGED = "unchanged"
    IGNORED = "ignored"
    """It is older than what is known, or of somebody who is gone."""


@dataclass(frozen=True)
class Followed:
    """What became of a person, and the row they are now; None where this studio does not have them."""

    change: Change
    user: User | None = None


class Following:
    """The people of one source. `admin_emails` are administrators from the moment they are made."""

    def __init__(self, source: str, admin_emails: frozenset[str] = frozenset(), clock: Clock = system_clock) -> None:
        self.source = source
        self.admin_emails = admin_emails
        self.clock = clock
        self._actor = Principal(source, source, Role.ADMIN.value)

    def take_over(self, session: Session, person: OutsidePerson, *, revives: bool = False) -> Followed:
        """Make, link or change somebody as the source describes them.

        `revives` is for a source that uses the id of somebody who left again. Raises Refused when the only
        administrator would be kept out."""
        if person.is_barred:
            lock_administrators(session)
        identity = self._identity(session, person.id)
        is_late = person.changed_at < identity.changed_at or (identity.state == "gone" and not revives)
        user, is_new = self._row_of(session, identity, person, may_change=not is_late)
        if is_late:
            return Followed(Change.IGNORED, user)
        identity.changed_at = person.changed_at
        change = Change.IGNORED if user is None else self._follow(session, identity, user, person)
        session.add(identity)
        session.flush()
        return Followed(Change.CREATED if is_new else change, user)

    def depart(self, session: Session, external_id: str, *, at: int | None = None) -> Followed:
        """Keep somebody out who is gone at the source; their work and credits stay.

        `at` is since when, in epoch milliseconds: older than the newest change it is ignored. None where nobody ever
        comes back under the same id. Raises Refused for the only administrator."""
        lock_administrators(session)
        identity = self._identity(session, external_id)
        user = self._linked(session, identity)
        if identity.state == "gone" or (at is not None and at < identity.changed_at):
            return Followed(Change.IGNORED, user)
        change = (self._keep_out(session, identity, user) if user is not None else None) or Change.UNCHANGED
        identity.state, identity.changed_at = "gone", identity.changed_at if at is None else at
        session.add(identity)
        session.flush()
        return Followed(change, user)

    def _identity(self, session: Session, external_id: str) -> ExternalIdentity:
        """The row of this person at the source, made if need be, and locked until the transaction ends."""
        insert_if_new(
            session,
            ExternalIdentity(source=self.source, external_id=external_id, changed_at=_NEVER),
            "source",
            "external_id",
        )
        wanted = select(ExternalIdentity).where(
            ExternalIdentity.source == self.source, ExternalIdentity.external_id == external_id
        )
        return session.exec(wanted.with_for_update().execution_options(populate_existing=True)).one()

    def _row_of(
        self, session: Session, identity: ExternalIdentity, person: OutsidePerson, *, may_change: bool
    ) -> tuple[User | None, bool]:
        """The person's row, and whether it was made for them."""
        linked = self._linked(session, identity)
        if linked is not None or not may_change:
            return linked, False
        known = self._known(session, person.email)
        if known is None and identity.user_id is not None:
            # They were deleted here, with all their work: that the source still has them does not bring them back.
            return None, False
        found, is_new = (known, False) if known is not None else self._made(session, person)
        self._link(session, identity, found)
        return found, is_new

    def _linked(self, session: Session, identity: ExternalIdentity) -> User | None:
        same = [col(User.id) == identity.user_id, col(User.clerk_id) == identity.external_id]
        if self.source != CLERK:
            # Another system may know people by the ids that studio or Clerk gave them.
            same.append(col(User.id) == identity.external_id)
        wanted = select(User).where(or_(*same), col(User.deleted_at).is_(None)).order_by(col(User.id))
        found = session.exec(wanted.with_for_update().execution_options(populate_existing=True)).first()
        if found is not None and identity.user_id is None:
            self._link(session, identity, found)
        return found

    def _known(self, session: Session, email: str | None) -> User | None:
        """Somebody with this address whom the source does not call otherwise."""
        if email is None:
            return None
        wanted = select(User).where(User.email == email, col(User.deleted_at).is_(None))
        found = session.exec(wanted.with_for_update().execution_options(populate_existing=True)).first()
        return None if found is None or self._is_taken(session, found) else found

    def _is_taken(self, session: Session, user: User) -> bool:
        others = select(ExternalIdentity.external_id).where(
            ExternalIdentity.source == self.source,
            ExternalIdentity.user_id == user.id,
            ExternalIdentity.state != "gone",
        )
        return session.exec(others.limit(1)).first() is not None

    def _link(self, session: Session, identity: ExternalIdentity, user: User) -> None:
        identity.user_id = user.id
        if self.source == CLERK and user.clerk_id != identity.external_id:
            user.clerk_id = identity.external_id
            save(session, user, now=self.clock())
        session.add(identity)

    def _made(self, session: Session, person: OutsidePerson) -> tuple[User, bool]:
        role = Role.ADMIN if person.email in self.admin_emails else Role.CREATOR
        row = User(email=person.email or "", name=_name(person), role=role.value)
        row.created_at = row.updated_at = self.clock()
        row.email = person.email or _no_address(row)
        if not insert_if_new(session, row, "email"):
            known = self._known(session, person.email)
            if known is not None:
                return known, False
            _log.warning("%s of %s has the address of somebody else", person.id, self.source)
            row.email, row.role = _no_address(row), Role.CREATOR.value
            insert_if_new(session, row, "email")
        created = session.get_one(User, row.id)
        audit(session, self._actor, "user.created", subject_of(created), None, decided(created), now=self.clock())
        return created, True

    def _follow(self, session: Session, identity: ExternalIdentity, user: User, person: OutsidePerson) -> Change:
        name, email = _name(person) or user.name, self._address(session, user, person.email)
        change = Change.UNCHANGED
        if (name, email) != (user.name, user.email):
            user.name, user.email = name, email
            # The audit trail keeps what it is told for good: that somebody is called otherwise, not how.
            change = self._changed(session, user, decided(user), {"name": "changed"})
        if person.is_barred:
            change = self._keep_out(session, identity, user) or change
        elif identity.state != "present" and not user.active and user.deactivated_at == identity.deactivated_at:
            before = decided(user)
            user.active = True
            change = self._changed(session, user, before)
        identity.state = "barred" if person.is_barred else "present"
        return change

    def _changed(
        self, session: Session, user: User, before: dict[str, Any], more: dict[str, Any] | None = None
    ) -> Change:
        save(session, user, now=self.clock())
        after = decided(user) | (more or {})
        audit(session, self._actor, "user.edited", subject_of(user), before, after, now=self.clock())
        return Change.UPDATED

    def _address(self, session: Session, user: User, email: str | None) -> str:
        if email is None or email == user.email:
            return user.email
        if session.exec(select(User.id).where(User.email == email)).first() is not None:
            _log.warning("%s keeps their address: somebody else has the one that %s says", user.id, self.source)
            return user.email
        return email

    def _keep_out(self, session: Session, identity: ExternalIdentity, user: User) -> Change | None:
        """None where they are out already, whoever has done it."""
        if not user.active:
            return None
        refuse_last(session, user, "deactivated")
        before = decided(user)
        user.active = False
        save(session, user, now=self.clock())
        identity.deactivated_at = user.deactivated_at
        reason = f"{self.source} keeps them out."
        audit(
            session, self._actor, "user.deactivated", subject_of(user), before, decided(user), reason, now=self.clock()
        )
        return Change.DEACTIVATED


def _name(person: OutsidePerson) -> str:
    return one_line(person.name)[:LONGEST_NAME].strip()


def _no_address(row: User) -> str:
    """What stands for the address of somebody who has proven none; nobody can log in or be linked by it."""
    return f"no-address-{row.id}@no-address.invalid"
