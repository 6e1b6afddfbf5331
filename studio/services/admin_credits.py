"""Credits as administrators move them: granting, correcting and proving, each with a reason and a key.

Above the cap nothing moves: the wish is written down, and waits for another administrator (`approvals`)."""

from __future__ import annotations

from sqlmodel import Session

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
from studio.contracts.rows import Rows, read_rows
from studio.db.models.approval import Approval
from studio.db.models.user import User
from studio.domain.errors import Conflict, NotAllowed
from studio.services import ledger
from studio.services.administrators import has_administrator_but, has_independent_administrator
from studio.services.approvals import earlier_request, is_pending, write_request
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.ledger.accounts import lock
from studio.services.movements import (
    ADJUST,
    DONE,
    GRANT,
    Movement,
    cap_exceeded,
    cap_in_force,
    carry_out,
    moved,
    present,
    was_answered,
)
from studio.services.people import find_user

SECOND = "studio admin users create --email EMAIL --role admin"


class AdminCreditsService(Service, AdminCredits):
    def grant(self, data: GrantCredits) -> MovementView:
        return self._moved(data.user, GRANT, data)

    def adjust(self, data: AdjustCredits) -> MovementView:
        return self._moved(data.user, ADJUST, data)

    def grant_many(self, data: GrantFile) -> MovementList:
        found = read_rows(GrantCredits, data.text, source=data.source)
        found.refuse_repeated("key", ignores_case=False)
        with self.database.write() as session:
            people = _people(session, found)
            cap = cap_in_force(session)
            for line, amount in found.values_beside_faults("amount"):
                if type(amount) is int and amount > cap:
                    found.refuse(line, _not_from_a_file(amount, cap).message)
            # Everybody locks balances in the same order, so that two files never wait for each other.
            for user_id in sorted({user.id for user in people.values()}):
                lock(session, user_id, self.clock())
            return MovementList(data=found.take(data.source, lambda row: self._of_file(session, people[row.user], row)))

    def verify(self, user: str | None = None) -> VerifyView:
        with self.database.read() as session:
            found = ledger.verify(session, None if user is None else find_user(session, user).id)
        return VerifyView(healthy=not found, violations=[ViolationView(rule=each.rule, who=each.who) for each in found])

    def _moved(self, reference: str, action: str, data: GrantCredits | AdjustCredits) -> MovementView:
        with self.database.write() as session:
            user = present(find_user(session, reference))
            movement = _movement(action, user, data)
            lock(session, user.id, self.clock())
            asked = self._request(session, user, movement)
            if asked is not None and is_pending(asked):
                return self._waiting(session, user, asked)
            receipt = self._carried_out(session, movement)
        # A refusal is kept like every answer: it is told after the commit.
        return moved(user, receipt, None if asked is None else asked.id)

    def _of_file(self, session: Session, user: User, data: GrantCredits) -> MovementView:
        movement = _movement(GRANT, user, data)
        asked = earlier_request(session, movement)
        if asked is not None and is_pending(asked):
            raise Conflict(f"the key {movement.key!r} waits for a second administrator as request {asked.id}")
        if asked is None and self._needs_a_second(session, movement):
            raise _not_from_a_file(movement.amount, cap_in_force(session))
        return moved(user, self._carried_out(session, movement), None if asked is None else asked.id)

    def _request(self, session: Session, user: User, movement: Movement) -> Approval | None:
        """The request that stands for the movement, made where one is needed; None where one administrator is enough.

        Raises NotAllowed where there is nobody who could approve it."""
        asked = earlier_request(session, movement)
        if asked is not None or not self._needs_a_second(session, movement):
            return asked
        if not has_independent_administrator(session, self.principal.user_id, user.id):
            raise self._nobody_to_approve(session, movement)
        return write_request(session, self.principal, movement, now=self.clock())

    def _needs_a_second(self, session: Session, movement: Movement) -> bool:
        """Whether one administrator is not enough. Raises NotAllowed for credits for oneself."""
        if was_answered(session, movement):
            return False
        if movement.amount > 0 and movement.user_id == self.principal.user_id and not self._is_alone(session):
            raise NotAllowed(
                "Nobody gives credits to themselves.",
                hint="Ask another administrator for them; where there is none: " + SECOND,
            )
        return abs(movement.amount) > cap_in_force(session)

    def _is_alone(self, session: Session) -> bool:
        """Whether this is the one owner of an embedded studio: whoever holds its file holds all of it anyway."""
        is_embedded = self.database.engine.dialect.name == "sqlite"
        return is_embedded and not has_administrator_but(session, self.principal.user_id)

    def _nobody_to_approve(self, session: Session, movement: Movement) -> NotAllowed:
        more = "; there is nobody who could approve it."
        hint = f"Two others have to: one asks and the other approves, neither let in by the other. {SECOND}"
        if self._is_alone(session):
            limit = f"studio admin settings set limits.adjustment_credits {abs(movement.amount)} --reason WHY"
            hint = f"This studio is yours alone: {limit}"
        return cap_exceeded(movement.amount, cap_in_force(session), more, hint=hint)

    def _carried_out(self, session: Session, movement: Movement) -> ledger.Receipt:
        is_new = not was_answered(session, movement)
        receipt = carry_out(session, movement, actor=self.principal.email, now=self.clock())
        if is_new and not receipt.refused:
            subject = Subject("user", movement.user_id)
            what, why = DONE[movement.action], movement.reason
            audit(session, self.principal, what, subject, None, movement.audited, why, now=self.clock())
        return receipt

    def _waiting(self, session: Session, user: User, asked: Approval) -> MovementView:
        stand = ledger.balance_of(session, user.id, now=self.clock())
        return MovementView(
            state="pending",
            approval_id=asked.id,
            user=user.email,
            entry_id=None,
            grant_id=None,
            credits_remaining=stand.available,
            credits_held=stand.held,
            credits_debt=stand.debt,
        )


def _movement(action: str, user: User, data: GrantCredits | AdjustCredits) -> Movement:
    days = data.expires_days if isinstance(data, GrantCredits) else None
    return Movement(action, user.id, data.amount, data.reason, data.key, days)


def _people(session: Session, found: Rows[GrantCredits]) -> dict[str, User]:
    """Whom the file names; who is not there is a fault of the line."""
    people = {}

    def look(reference: str) -> None:
        people[reference] = present(find_user(session, reference))

    found.check("user", look)
    return people


def _not_from_a_file(amount: int, cap: int) -> NotAllowed:
    return cap_exceeded(amount, cap, "; ask for this grant by itself, and another administrator approves it")
