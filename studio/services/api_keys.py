"""API keys: making, listing and ending them, and finding out whose key it is that somebody shows."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from studio.contracts.base import Page
from studio.contracts.keys import CreateKey, Keys, KeyView, NewKey
from studio.contracts.registry import scopes as all_scopes
from studio.db.engine import Database
from studio.db.models.api_key import ApiKey
from studio.db.models.audit_entry import AuditEntry
from studio.db.models.user import User
from studio.domain.api_keys import key_hash, key_id, new_key
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.errors import Invalid, NotAllowed, NotFound, NotLoggedIn, Refused
from studio.domain.people import LOCAL_EMAIL, Role
from studio.domain.text import one_line
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.pages import newest_page
from studio.services.people import find_user
from studio.services.principal import Principal

TOUCH_MILLISECONDS = 60_000
"""`last_used_at` is at most this old, so that a busy key does not write with every request."""

BECAME_ADMINISTRATOR = "Its owner became an administrator, and somebody else had made it."

_NO_HASH = "0" * 64


def log_in(database: Database, key: str, clock: Clock = system_clock) -> Principal:
    """Whose key this is. Raises NotLoggedIn, without telling why, for one that is not valid or not valid any more."""
    # What studio never made is turned away before the database is touched.
    if key_id(key) is None:
        raise _refused()
    now = clock()
    with database.read() as session:
        entry = _entry(session, key, now)
    if entry.last_used_at is None or entry.last_used_at <= now - TOUCH_MILLISECONDS:
        with database.write() as session:
            used = update(ApiKey).where(col(ApiKey.id) == entry.key_id).values(last_used_at=now)
            session.connection().execute(used)
    return _principal(entry)


def authenticate(session: Session, key: str, *, now: int) -> Principal:
    """The same in an open session, for whoever does not count the use; `now` is in epoch milliseconds."""
    return _principal(_entry(session, key, now))


# Plain SQL: every request to a server begins with it, and objects would cost more than all the rest of it.
_ENTRY = text(
    "SELECT k.id AS key_id, k.sha256, k.scopes, k.expires_at, k.revoked_at, k.last_used_at,"
    ' u.id AS user_id, u.email, u.role, u.active, u.deleted_at FROM apikey k JOIN "user" u ON u.id = k.owner_id'
    " WHERE k.id = :id"
)


def _principal(entry: Row[Any]) -> Principal:
    return Principal(entry.user_id, entry.email, entry.role, _scopes(entry.scopes), entry.key_id)


def _entry(session: Session, key: str, now: int) -> Row[Any]:
    id = key_id(key)
    if id is None:
        raise _refused()
    found = session.connection().execute(_ENTRY, {"id": id}).one_or_none()
    is_same = hmac.compare_digest(key_hash(key), found.sha256 if found else _NO_HASH)
    if found is None or not is_same or not _may_enter(found, now):
        raise _refused()
    return found


def _may_enter(entry: Row[Any], now: int) -> bool:
    return state_of(entry, now) == "active" and bool(entry.active) and entry.deleted_at is None


def _refused() -> NotLoggedIn:
    return NotLoggedIn("This API key is not valid.", hint="studio login, or another STUDIO_TOKEN")


def _scopes(written: str | None) -> frozenset[str] | None:
    return None if written is None else frozenset(json.loads(written))


def make_key(
    session: Session,
    owner_id: str,
    name: str,
    *,
    now: int,
    scopes: Iterable[str] | None = None,
    until: int | None = None,
) -> tuple[ApiKey, str]:
    """A new key of this person: its row, and the text that nobody can find out later. Times: epoch milliseconds."""
    id, key = new_key()
    row = ApiKey(
        id=id,
        created_at=now,
        owner_id=owner_id,
        name=name,
        sha256=key_hash(key),
        scopes=None if scopes is None else json.dumps(sorted(set(scopes))),
        expires_at=until,
    )
    session.add(row)
    session.flush()
    return row, key


def revoke_foreign_keys(session: Session, principal: Principal, user: User, *, now: int) -> None:
    """End every API key of this person that they did not make themselves; `now` is in epoch milliseconds."""
    made = select(AuditEntry.subject_id).where(
        AuditEntry.subject_type == "key", AuditEntry.action == "key.created", AuditEntry.actor_id == user.id
    )
    rows = select(ApiKey).where(ApiKey.owner_id == user.id, col(ApiKey.revoked_at).is_(None))
    for row in session.exec(rows.where(col(ApiKey.id).not_in(made)).with_for_update()).all():
        row.revoked_at = now
        session.add(row)
        audit(session, principal, "key.revoked", Subject("key", row.id), reason=BECAME_ADMINISTRATOR, now=now)


class KeysService(Service, Keys):
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[KeyView]:
        own = [ApiKey.owner_id == self.principal.user_id]
        with self.database.read() as session:
            rows, following = newest_page(session, ApiKey, own, limit=limit, cursor=cursor)
            return Page(data=[KeyView(**self._fields(row)) for row in rows], next_cursor=following)

    def show(self, id: str) -> KeyView:
        with self.database.read() as session:
            return KeyView(**self._fields(self._named(session, one_line(id))))

    def create(self, data: CreateKey) -> NewKey:
        now = self.clock()
        until = None if data.expires_in_seconds is None else now + 1000 * data.expires_in_seconds
        scopes = self._checked_scopes(data.scopes)
        with self.database.write() as session:
            owner_id = self._owner_id(session, data.user)
            row, key = make_key(session, owner_id, data.name, now=now, scopes=scopes, until=until)
            details = {"owner": owner_id, "name": row.name, "scopes": sorted(scopes) if scopes else None}
            audit(session, self.principal, "key.created", Subject("key", row.id), None, details, now=now)
            return NewKey(**self._fields(row), api_key=key)

    def revoke(self, id: str) -> KeyView:
        with self.database.write() as session:
            row = self._named(session, one_line(id), for_change=True)
            if row.revoked_at is None:
                row.revoked_at = self.clock()
                session.add(row)
                audit(session, self.principal, "key.revoked", Subject("key", row.id), now=row.revoked_at)
            return KeyView(**self._fields(row))

    def _named(self, session: Session, reference: str, *, for_change: bool = False) -> ApiKey:
        """One's own key with this id or, where only one that is not ended has it, this name; locked `for_change`."""
        own = _own(self.principal).with_for_update() if for_change else _own(self.principal)
        rows = session.exec(own.where((ApiKey.id == reference) | (ApiKey.name == reference))).all()
        found = (
            [row for row in rows if row.id == reference]
            or [row for row in rows if row.revoked_at is None]
            or list(rows)
        )
        if not found:
            raise NotFound(f"There is no API key {reference}.", hint="studio keys list shows what there is.")
        if len(found) > 1:
            ids = ", ".join(sorted(row.id for row in found))
            raise Refused(
                f"{len(found)} of your API keys are called {reference}.", hint=f"Give the id of one of them: {ids}."
            )
        return found[0]

    def _owner_id(self, session: Session, reference: str | None) -> str:
        if reference is None:
            return self.principal.user_id
        self.principal.require_admin()
        # Otherwise a key limited to keys would give itself an administrator's.
        self.principal.require_scope("admin:write")
        owner = find_user(session, reference)
        if owner.role == Role.ADMIN and owner.id != self.principal.user_id and self._can_log_in(session, owner):
            # Who cannot log in gets one: its maker is never the second administrator beside them.
            raise NotAllowed(
                f"{owner.email} is an administrator: they make their API keys themselves.",
                hint="They log in and run: studio keys create --name NAME",
            )
        return owner.id

    def _can_log_in(self, session: Session, owner: User) -> bool:
        keys = session.exec(select(ApiKey).where(ApiKey.owner_id == owner.id)).all()
        return owner.email == LOCAL_EMAIL or any(state_of(key, self.clock()) == "active" for key in keys)

    def _checked_scopes(self, wanted: tuple[str, ...] | None) -> frozenset[str] | None:
        own = self.principal.scopes
        if wanted is None:
            return own
        unknown = [scope for scope in wanted if scope not in all_scopes()]
        if unknown:
            raise Invalid(
                f"There is no scope {one_line(unknown[0])}.", hint=f"There are {', '.join(sorted(all_scopes()))}."
            )
        if own is not None and not own.issuperset(wanted):
            raise NotAllowed("A limited API key can only make keys that may do no more than itself.")
        return frozenset(wanted)

    def _fields(self, row: ApiKey) -> dict[str, object]:
        times = {name: getattr(row, name) for name in ("created_at", "expires_at", "last_used_at", "revoked_at")}
        scopes = _scopes(row.scopes)
        return {
            "id": row.id,
            "name": row.name,
            "state": state_of(row, self.clock()),
            "scopes": None if scopes is None else sorted(scopes),
            **{name: None if time is None else moment(time) for name, time in times.items()},
        }


def _own(principal: Principal) -> SelectOfScalar[ApiKey]:
    return select(ApiKey).where(ApiKey.owner_id == principal.user_id)


def state_of(row: ApiKey | Row[Any], now: int) -> str:
    """`active`, `expired` or `revoked` at `now`, in epoch milliseconds."""
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at is not None and row.expires_at <= now else "active"
