"""Users, as administrators look after them: letting people in, changing what they may do, and seeing them off."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

from sqlmodel import Session, col, func, or_, select

from studio.contracts.base import Page
from studio.contracts.rows import read_rows
from studio.contracts.users import (
    EVERYBODY,
    CreateUser,
    DeletedUser,
    EditUser,
    NewUser,
    SyncReport,
    UserFile,
    UserFilter,
    UserList,
    UserRow,
    Users,
    UserView,
)
from studio.db.engine import Database
from studio.db.models.credit_balance import CreditBalance
from studio.db.models.user import User
from studio.db.upsert import insert_if_new
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Conflict, Misconfigured, NotFound, Refused
from studio.domain.outside import Directory
from studio.domain.people import Role, email_address
from studio.domain.progress import Cancelled, Progress, never, silent
from studio.domain.storage import Storage
from studio.domain.text import one_line, safe
from studio.services.administrators import OPERATOR
from studio.services.api_keys import make_key, revoke_foreign_keys
from studio.services.audit import Subject, audit, changed_by
from studio.services.base import Service
from studio.services.billing.states import is_charged
from studio.services.departures import belongings, make_nameless, remove_belongings
from studio.services.pages import newest_page
from studio.services.people import find_user
from studio.services.plans import plan_to_give
from studio.services.principal import Principal
from studio.services.user_changes import administrators, decided, lock_administrators, refuse_last, save, subject_of
from studio.services.user_sync import UserSync
from studio.services.user_views import user_view, user_views
from studio.services.webhooks.following import Following

FIRST_KEY = "first key"


class UsersService(Service, Users):
    """`admin_emails` are administrators from the moment they are made; `directory` knows everybody outside."""

    def __init__(
        self,
        database: Database,
        principal: Principal,
        storage: Storage,
        admin_emails: frozenset[str] = frozenset(),
        clock: Clock = system_clock,
        directory: Callable[[], Directory] | None = None,
    ) -> None:
        super().__init__(database, principal, clock)
        self.directory = directory or _no_directory
        self.storage = storage
        self.admin_emails = admin_emails

    def list(self, wanted: UserFilter = EVERYBODY, *, limit: int = 20, cursor: str | None = None) -> Page[UserView]:
        with self.database.read() as session:
            rows, following = newest_page(session, User, _conditions(wanted), limit=limit, cursor=cursor)
            return Page(data=user_views(session, rows, now=self.clock()), next_cursor=following)

    def show(self, id: str) -> UserView:
        with self.database.read() as session:
            return self._view(session, find_user(session, id))

    def create(self, data: CreateUser) -> NewUser:
        with self.database.write() as session:
            return self._create_in(session, data)

    def _create_in(self, session: Session, data: CreateUser) -> NewUser:
        """The same in an open transaction."""
        row = self._created(session, data)
        key = None
        if data.with_key:
            _, key = make_key(session, row.id, FIRST_KEY, now=self.clock())
        return NewUser(**self._view(session, row).model_dump(), api_key=key)

    def create_many(self, data: UserFile) -> UserList:
        found = read_rows(UserRow, data.text, source=data.source)
        found.refuse_repeated("email")
        with self.database.write() as session:
            found.check("plan", lambda plan: plan_to_give(session, plan))
            found.check("email", lambda email: _refuse_known(session, email))
            rows = found.take(data.source, lambda row: self._created(session, row))
            return UserList(data=user_views(session, rows, now=self.clock()))

    def edit(self, id: str, data: EditUser) -> UserView:
        changes = data.model_dump(mode="json", exclude_unset=True, exclude={"version", "reason"})
        return self._change(id, changes, "user.edited", data.reason, version=data.version)

    def deactivate(self, id: str, *, reason: str | None = None) -> UserView:
        return self._change(id, {"active": False}, "user.deactivated", reason)

    def delete(self, id: str, *, confirm: str, reason: str | None = None, dry_run: bool = False) -> DeletedUser:
        with self.database.write() as session:
            lock_administrators(session)
            row = _present(find_user(session, id, for_change=True))
            gone = belongings(session, row)
            if dry_run:
                return gone
            _check_deletion(session, row, confirm)
            refuse_last(session, row, "deleted")
            keys = remove_belongings(session, row)
            make_nameless(row, self.clock())
            session.add(row)
            gone = gone.model_copy(update={"deleted": True})
            self._audit(session, "user.deleted", row, None, gone.model_dump(exclude={"id", "deleted"}), reason)
        # The rows are gone for certain before their files go: a crash leaves a file too many, never one too few.
        for key in keys:
            self.storage.delete(key)
        return gone

    def sync(
        self,
        *,
        dry_run: bool = False,
        most_gone: int | None = None,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> SyncReport:
        with closing(self.directory()) as directory:
            following = Following(directory.name, self.admin_emails, self.clock)
            run = UserSync(self.database, directory, following, dry_run=dry_run)
            report = run.run(most_gone, progress, cancelled)
        if not dry_run:
            counts, subject = report.model_dump(exclude={"dry_run"}), Subject("users", directory.name)
            with self.database.write() as session:
                audit(session, self.principal, "users.synced", subject, None, counts, now=self.clock())
        return report

    def _created(self, session: Session, data: UserRow) -> User:
        plan_to_give(session, data.plan)
        role = Role.ADMIN if data.email in self.admin_emails else data.role
        row = User(email=data.email, name=data.name, role=role.value, plan=data.plan)
        row.created_at = row.updated_at = self.clock()
        insert_if_new(session, row, "email")
        # Of two who make the same person at once, the second waits for the first and finds that row.
        created = session.get(User, row.id)
        if created is None:
            raise _known(data.email)
        self._audit(session, "user.created", created, None, decided(created))
        return created

    def _change(
        self, id: str, changes: dict[str, Any], action: str, reason: str | None, *, version: int | None = None
    ) -> UserView:
        with self.database.write() as session:
            lock_administrators(session)
            row = _present(find_user(session, id, for_change=True))
            _check_version(session, row, version)
            before, old_name = decided(row), row.name
            if changes.get("plan", row.plan) != row.plan:
                plan_to_give(session, changes["plan"])
            if not changes.get("active", True) or changes.get("role", Role.ADMIN) != Role.ADMIN:
                refuse_last(session, row, "deactivated" if "active" in changes else "demoted")
            for name, value in changes.items():
                setattr(row, name, value)
            # The audit trail keeps what it is told for good: of a name it learns that it changed, not what it is.
            after = decided(row) | ({} if row.name == old_name else {"name": "changed"})
            if after != before:
                save(session, row, now=self.clock())
                self._audit(session, action, row, before, after, reason)
            if before["role"] != row.role == Role.ADMIN:
                # Whoever made them would act as this administrator.
                revoke_foreign_keys(session, self.principal, row, now=self.clock())
            return self._view(session, row)

    def _audit(
        self,
        session: Session,
        action: str,
        row: User,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        reason: str | None = None,
    ) -> None:
        audit(session, self.principal, action, subject_of(row), before, after, reason, now=self.clock())

    def _view(self, session: Session, row: User) -> UserView:
        return user_view(session, row, now=self.clock())


def _no_directory() -> Directory:
    raise Misconfigured(
        "studio does not know a Clerk instance: there is nothing to take people over from.",
        hint="Set CLERK_SECRET_KEY; until then studio admin users create lets people in.",
    )


def needs_first_admin(session: Session) -> bool:
    """Whether nobody could log in as an administrator."""
    return session.exec(administrators().limit(1)).first() is None


def create_first_admin(
    database: Database, data: CreateUser, storage: Storage, admin_emails: frozenset[str], clock: Clock = system_clock
) -> NewUser:
    """Make the first administrator of a shared studio, with a key; whoever reaches the database may.

    Raises Refused for anybody but an administrator, Conflict when there is one already."""
    if data.role is not Role.ADMIN and data.email not in admin_emails:
        raise Refused("The first user of a studio has to be an administrator.", hint="Add --role admin.")
    operator = Principal(OPERATOR, OPERATOR, Role.ADMIN.value)
    service = UsersService(database, operator, storage, admin_emails, clock)
    with database.write() as session:
        _lock_users(session)
        if not needs_first_admin(session):
            raise Conflict("This studio has an administrator already.", hint="studio login")
        return service._create_in(session, data.model_copy(update={"role": Role.ADMIN, "with_key": True}))


def _lock_users(session: Session) -> None:
    # There is no row to lock before the first one; SQLite has one writer at a time anyway.
    if session.connection().dialect.name == "postgresql":
        session.connection().exec_driver_sql('LOCK TABLE "user" IN SHARE ROW EXCLUSIVE MODE')


def _conditions(wanted: UserFilter) -> list[Any]:
    deleted = col(User.deleted_at)
    conditions: list[Any] = [deleted.is_not(None) if wanted.deleted else deleted.is_(None)]
    if wanted.search:
        part = one_line(wanted.search).lower()
        fields = (func.lower(col(User.email)), func.lower(col(User.name)))
        conditions.append(or_(*(field.contains(part, autoescape=True) for field in fields)))
    if wanted.role is not None:
        conditions.append(User.role == wanted.role.value)
    if wanted.plan is not None:
        conditions.append(User.plan == safe(wanted.plan))
    return conditions


def _refuse_known(session: Session, email: str) -> None:
    try:
        address = email_address(email)
    except ValueError:
        # That it is no address is a fault already.
        return
    if session.exec(select(User.id).where(User.email == address)).first() is not None:
        raise _known(address)


def _known(email: str) -> Conflict:
    return Conflict(f"There is a user {email} already.", hint=f"studio admin users show {email}")


def _present(row: User) -> User:
    if row.deleted_at is not None:
        raise NotFound(f"The user {row.id} was deleted.", hint="studio admin users list --deleted")
    return row


def _check_deletion(session: Session, row: User, confirm: str) -> None:
    if confirm.strip().lower() != row.email:
        raise Refused(f"Nothing was deleted: {one_line(confirm)} is not {row.email}.", hint=f"--confirm {row.email}")
    # Locked: nobody sets credits aside between this look and the end of the transaction.
    held = session.exec(select(CreditBalance.held).where(CreditBalance.user_id == row.id).with_for_update()).first()
    if held:
        raise Conflict(
            f"{row.email} has paid calls under way: {held} credits are held.",
            hint="Deactivate them now and delete them when the calls are settled.",
        )
    if is_charged(session, row.id):
        raise Conflict(
            f"{row.email} has a subscription that Asaas goes on charging.",
            hint="Have it canceled first: by studio subscription cancel, or at Asaas, which tells this studio.",
        )


def _check_version(session: Session, row: User, expected: int | None) -> None:
    if expected is None or expected == row.version:
        return
    if expected > row.version:
        raise Conflict(
            f"{row.email} is at version {row.version}: there is no version {expected} yet.",
            hint=f"studio admin users show {row.email} tells what they are now.",
            details={"id": row.id, "version": row.version},
        )
    raise Conflict(
        f"{row.email} was changed{changed_by(session, subject_of(row))}:"
        f" they are at version {row.version} and you changed version {expected}.",
        hint=f"studio admin users show {row.email} tells what they are; then edit with --version {row.version}.",
        details={"id": row.id, "version": row.version},
    )
