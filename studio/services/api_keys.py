"""API keys: making, listing and ending them, and finding out whose key it is that somebody shows."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable

from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from studio.contracts.base import Page
from studio.contracts.keys import CreateKey, Keys, KeyView, NewKey
from studio.contracts.registry import scopes as all_scopes
from studio.db.engine import Database
from studio.db.models.api_key import ApiKey
from studio.db.models.user import User
from studio.domain.api_keys import key_hash, key_id, new_key
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.errors import Invalid, NotAllowed, NotFound, NotLoggedIn
from studio.domain.text import one_line, safe
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.pages import cursor_of, older_than, page_size
from studio.services.people import find_user
from studio.services.principal import Principal

TOUCH_MILLISECONDS = 60_000
"""`last_used_at` is at most this old, so that a busy key does not write with every request."""

_NO_HASH = "0" * 64


def log_in(database: Database, key: str, clock: Clock = system_clock) -> Principal:
    """Whose key this is. Raises NotLoggedIn, without telling why, for one that is not valid or not valid any more."""
    # What studio never made is turned away before the database is touched.
    if key_id(key) is None:
        raise _refused()
    now = clock()
    with database.read() as session:
        row, user = _entry(session, key, now)
    if row.last_used_at is None or row.last_used_at <= now - TOUCH_MILLISECONDS:
        with database.write() as session:
            used = update(ApiKey).where(col(ApiKey.id) == row.id).values(last_used_at=now)
            session.connection().execute(used)
    return _principal(row, user)


def authenticate(session: Session, key: str, *, now: int) -> Principal:
    """The same in an open session, for whoever does not count the use; `now` is in epoch milliseconds."""
    return _principal(*_entry(session, key, now))


def _principal(row: ApiKey, user: User) -> Principal:
    return Principal(user.id, user.email, user.role, _scopes(row), row.id)


def _entry(session: Session, key: str, now: int) -> tuple[ApiKey, User]:
    id = key_id(key)
    if id is None:
        raise _refused()
    statement = select(ApiKey, User).join(User, col(User.id) == ApiKey.owner_id).where(ApiKey.id == id)
    found = session.exec(statement).one_or_none()
    is_same = hmac.compare_digest(key_hash(key), found[0].sha256 if found else _NO_HASH)
    if found is None or not is_same or not _may_enter(*found, now):
        raise _refused()
    return found


def _may_enter(row: ApiKey, user: User, now: int) -> bool:
    return state_of(row, now) == "active" and user.active and user.deleted_at is None


def _refused() -> NotLoggedIn:
    return NotLoggedIn("This API key is not valid.", hint="studio login, or another STUDIO_TOKEN")


def _scopes(row: ApiKey) -> frozenset[str] | None:
    return None if row.scopes is None else frozenset(json.loads(row.scopes))


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


class KeysService(Service, Keys):
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[KeyView]:
        size = page_size(limit)
        statement = select(ApiKey).where(ApiKey.owner_id == self.principal.user_id)
        if cursor is not None:
            statement = statement.where(older_than(ApiKey, cursor))
        newest_first = statement.order_by(col(ApiKey.created_at).desc(), col(ApiKey.id).desc())
        with self.database.read() as session:
            rows = session.exec(newest_first.limit(size + 1)).all()
            last = rows[size - 1] if len(rows) > size else None
            return Page(
                data=[KeyView(**self._fields(row)) for row in rows[:size]],
                next_cursor=cursor_of(last.created_at, last.id) if last else None,
            )

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
        id = safe(id)
        with self.database.write() as session:
            row = session.exec(_own(self.principal).where(ApiKey.id == id).with_for_update()).first()
            if row is None:
                raise NotFound(f"There is no API key {id}.", hint="studio keys list shows what there is.")
            if row.revoked_at is None:
                row.revoked_at = self.clock()
                session.add(row)
                audit(session, self.principal, "key.revoked", Subject("key", row.id), now=row.revoked_at)
            return KeyView(**self._fields(row))

    def _owner_id(self, session: Session, reference: str | None) -> str:
        if reference is None:
            return self.principal.user_id
        self.principal.require_admin()
        # Otherwise a key limited to keys would give itself an administrator's.
        self.principal.require_scope("admin:write")
        return find_user(session, reference).id

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
        scopes = _scopes(row)
        return {
            "id": row.id,
            "name": row.name,
            "state": state_of(row, self.clock()),
            "scopes": None if scopes is None else sorted(scopes),
            **{name: None if time is None else moment(time) for name, time in times.items()},
        }


def _own(principal: Principal) -> SelectOfScalar[ApiKey]:
    return select(ApiKey).where(ApiKey.owner_id == principal.user_id)


def state_of(row: ApiKey, now: int) -> str:
    """`active`, `expired` or `revoked` at `now`, in epoch milliseconds."""
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at is not None and row.expires_at <= now else "active"
