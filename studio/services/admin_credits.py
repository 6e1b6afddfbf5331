"""Credits as administrators move them: granting, correcting and proving, each with a reason and a key."""

from __future__ import annotations

from operator import itemgetter

from sqlmodel import Session, col, select

from studio.contracts.credits import (
    AdjustCredits,
    AdminCredits,
    GrantCredits,
    GrantFile,
    MovementList,
    MovementView,
    VerifyView,
    ViolationView,
)
from studio.contracts.rows import read_rows
from studio.db.models.credit_entry import CreditEntry
from studio.db.models.credit_grant import CreditGrant
from studio.db.models.user import User
from studio.domain.errors import NotAllowed, Refused, StudioError
from studio.domain.people import Role
from studio.services import ledger
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.ledger import Receipt
from studio.services.ledger.accounts import lock
from studio.services.people import find_user
from studio.services.settings import limit_in_force

DAY_MILLISECONDS = 24 * 60 * 60 * 1000
SOURCE = "admin"


class AdminCreditsService(Service, AdminCredits):
    def grant(self, data: GrantCredits) -> MovementView:
        with self.database.write() as session:
            user = _present(find_user(session, data.user))
            return self._granted(session, user, data)

    def grant_many(self, data: GrantFile) -> MovementList:
        found = read_rows(GrantCredits, data.text, source=data.source)
        with self.database.write() as session:
            people = []
            for line, row in found.rows:
                try:
                    people.append((_present(find_user(session, row.user)).id, line, row))
                except StudioError as error:
                    found.refuse(line, error.message)
            given = {}
            # Everybody locks balances in the same order, so that two files never wait for each other.
            for user_id, line, row in sorted(people, key=itemgetter(0, 1)):
                try:
                    given[line] = self._granted(session, session.get_one(User, user_id), row)
                except StudioError as error:
                    found.refuse(line, error.message)
            # Raised inside the transaction, so that it takes back what the good rows did.
            found.require(data.source, hint="Correct these lines and give the whole file again.")
            return MovementList(data=[given[line] for line, _ in found.rows])

    def adjust(self, data: AdjustCredits) -> MovementView:
        with self.database.write() as session:
            user = _present(find_user(session, data.user))
            approved_by = self._approval(session, user, data.amount, data.approved_by)
            lock(session, user.id, self.clock())
            is_repeated = _entry_of(session, f"adjust:{SOURCE}:{data.key}") is not None
            receipt = ledger.adjust(
                session,
                user.id,
                data.amount,
                reason=data.reason,
                actor=self.principal.email,
                key=f"{SOURCE}:{data.key}",
                now=self.clock(),
                approved_by=approved_by,
                cap=limit_in_force(session, "adjustment_credits"),
            )
            if not receipt.refused and not is_repeated:
                self._audit(session, "credits.adjusted", user, data, approved_by)
        # A refusal is kept like every answer: it is told after the commit.
        return _view(user, receipt.require())

    def verify(self, user: str | None = None) -> VerifyView:
        with self.database.read() as session:
            found = ledger.verify(session, None if user is None else find_user(session, user).id)
        return VerifyView(healthy=not found, violations=[ViolationView(rule=each.rule, who=each.who) for each in found])

    def _granted(self, session: Session, user: User, data: GrantCredits) -> MovementView:
        approved_by = self._approval(session, user, data.amount, data.approved_by)
        now = self.clock()
        lock(session, user.id, now)
        earlier = _grant_of(session, data.key)
        # Counted from the first time, or a repetition would ask for something else.
        begin = now if earlier is None else earlier.created_at
        receipt = ledger.grant(
            session,
            user.id,
            data.amount,
            source=SOURCE,
            source_id=data.key,
            key=f"{SOURCE}:{data.key}",
            actor=self.principal.email,
            now=now,
            expires_at=None if data.expires_days is None else begin + data.expires_days * DAY_MILLISECONDS,
            reason=f"{data.reason} (approved by {approved_by})" if approved_by else data.reason,
        )
        if earlier is None:
            self._audit(session, "credits.granted", user, data, approved_by)
        return _view(user, receipt)

    def _approval(self, session: Session, user: User, amount: int, approved_by: str | None) -> str | None:
        """The address of the second administrator. Raises NotAllowed where one is needed and there is none."""
        second = None if approved_by is None else _administrator(find_user(session, approved_by))
        if second is not None and second.id == self.principal.user_id:
            raise NotAllowed("Nobody approves what they do themselves.", hint="Name another administrator.")
        address = None if second is None else second.email
        cap = limit_in_force(session, "adjustment_credits")
        ledger.check_approval(amount, actor=self.principal.email, approved_by=address, cap=cap)
        if second is None and user.id == self.principal.user_id and amount > 0 and self._has_colleague(session):
            raise NotAllowed(
                "Giving oneself credits needs a second administrator.", hint="Name one with --approved-by EMAIL."
            )
        return address

    def _has_colleague(self, session: Session) -> bool:
        others = select(User.id).where(
            User.role == Role.ADMIN.value, col(User.active), User.id != self.principal.user_id
        )
        return session.exec(others.limit(1)).first() is not None

    def _audit(
        self,
        session: Session,
        action: str,
        user: User,
        data: GrantCredits | AdjustCredits,
        approved_by: str | None,
    ) -> None:
        after = {"amount": data.amount, "key": data.key, "approved_by": approved_by}
        if isinstance(data, GrantCredits):
            after["expires_days"] = data.expires_days
        audit(session, self.principal, action, Subject("user", user.id), None, after, data.reason, now=self.clock())


def _entry_of(session: Session, key: str) -> CreditEntry | None:
    return session.exec(select(CreditEntry).where(CreditEntry.idem_key == key)).first()


def _grant_of(session: Session, key: str) -> CreditGrant | None:
    statement = select(CreditGrant).where(CreditGrant.source == SOURCE, CreditGrant.source_id == key)
    return session.exec(statement).first()


def _present(user: User) -> User:
    if user.deleted_at is not None:
        raise Refused("This user was deleted.", hint="studio admin users list shows who there is.")
    return user


def _administrator(user: User) -> User:
    if user.role != Role.ADMIN or not user.active:
        raise NotAllowed(f"{user.email} is not an administrator.", hint="Name an administrator who may log in.")
    return user


def _view(user: User, receipt: Receipt) -> MovementView:
    return MovementView(
        user=user.email,
        entry_id=receipt.entry_id,
        grant_id=receipt.grant_id,
        credits_remaining=receipt.balance.available,
        credits_held=receipt.balance.held,
        credits_debt=receipt.balance.debt,
    )
