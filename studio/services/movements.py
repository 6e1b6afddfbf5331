"""Movements of credits as administrators make them, in an open transaction: a grant or a correction, once per key."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session, select

from studio.contracts.credits import MovementView
from studio.db.models.credit_grant import CreditGrant
from studio.db.models.idempotency_key import IdempotencyKey
from studio.db.models.user import User
from studio.domain.credits import in_credits
from studio.domain.errors import Conflict, NotAllowed, NotEnoughCredits, Refused
from studio.services import ledger
from studio.services.administrators import is_studio_of_one
from studio.services.keys import content_key
from studio.services.ledger import Receipt
from studio.services.ledger.receipts import used_otherwise
from studio.services.settings import limit_in_force

DAY_MILLISECONDS = 24 * 60 * 60 * 1000
SOURCE = "admin"
GRANT = "grant"
ADJUST = "adjust"
DONE = {GRANT: "credits.granted", ADJUST: "credits.adjusted"}
"""What the audit trail calls them."""


@dataclass(frozen=True)
class Movement:
    """What an administrator wants; `expires_days` count from the moment the credits are given."""

    action: str
    user_id: str
    amount: int
    reason: str
    key: str
    expires_days: int | None = None

    @property
    def ledger_key(self) -> str:
        return f"{SOURCE}:{self.key}"

    @property
    def sha256(self) -> str:
        """Equal for equal wishes."""
        return content_key(asdict(self))

    @property
    def audited(self) -> dict[str, Any]:
        details = {"amount": self.amount, "key": self.key}
        return details | ({"expires_days": self.expires_days} if self.action == GRANT else {})


def carry_out(session: Session, movement: Movement, *, actor: str, now: int, approved_by: str | None = None) -> Receipt:
    """Move the credits, or give the answer of the first time. `now` is in epoch milliseconds.

    Raises NotAllowed for a correction above the cap that nobody approved; a grant's cap is the caller's to ask for.
    Raises Conflict when the key was used for something else."""
    try:
        return _carried_out(session, movement, actor, now, approved_by)
    except Conflict as conflict:
        if conflict.details.get("key") == movement.ledger_key:
            raise used_otherwise(movement.key) from conflict
        raise


def _carried_out(session: Session, movement: Movement, actor: str, now: int, approved_by: str | None) -> Receipt:
    if movement.action == GRANT:
        return _grant(session, movement, actor, now, approved_by)
    return ledger.adjust(
        session,
        movement.user_id,
        movement.amount,
        reason=movement.reason,
        actor=actor,
        key=movement.ledger_key,
        now=now,
        approved_by=approved_by,
        cap=cap_in_force(session),
    )


def _grant(session: Session, movement: Movement, actor: str, now: int, approved_by: str | None) -> Receipt:
    # Counted from the first time, or a repetition would ask for something else.
    begin = _given_at(session, movement.key) or now
    days = movement.expires_days
    return ledger.grant(
        session,
        movement.user_id,
        movement.amount,
        source=SOURCE,
        source_id=movement.key,
        key=movement.ledger_key,
        actor=actor,
        now=now,
        expires_at=None if days is None else begin + days * DAY_MILLISECONDS,
        reason=f"{movement.reason} (approved by {approved_by})" if approved_by else movement.reason,
    )


def _given_at(session: Session, key: str) -> int | None:
    statement = select(CreditGrant.created_at).where(CreditGrant.source == SOURCE, CreditGrant.source_id == key)
    return session.exec(statement).first()


def was_answered(session: Session, movement: Movement) -> bool:
    """Whether the ledger knows the key: it then answers as it did the first time, whatever the rules are now."""
    known = select(IdempotencyKey.key).where(
        IdempotencyKey.scope == ledger.LEDGER, IdempotencyKey.key == movement.ledger_key
    )
    return session.exec(known).first() is not None


def cap_in_force(session: Session) -> int:
    """Credits that one administrator may move alone.

    Where there are several, never more than by default: it may have been raised while there was one."""
    limit = limit_in_force(session, "adjustment_credits")
    return limit if is_studio_of_one(session) else min(limit, ledger.ADJUSTMENT_CAP)


def present(user: User) -> User:
    """This person, unless they were deleted."""
    if user.deleted_at is not None:
        raise Refused("This user was deleted.", hint="studio admin users list shows who there is.")
    return user


def moved(user: User, receipt: Receipt, approval_id: str | None = None) -> MovementView:
    """What a movement did. Raises NotEnoughCredits, about this person, when it is a refusal."""
    if receipt.refused:
        raise _too_much(user, receipt)
    return MovementView(
        state="done",
        approval_id=approval_id,
        user=user.email,
        entry_id=receipt.entry_id,
        grant_id=receipt.grant_id,
        credits_remaining=receipt.balance.available,
        credits_held=receipt.balance.held,
        credits_debt=receipt.balance.debt,
    )


def _too_much(user: User, receipt: Receipt) -> NotEnoughCredits:
    balance = receipt.balance
    owed = f" and owes {balance.debt}" if balance.debt else ""
    return NotEnoughCredits(
        f"{user.email} has {in_credits(balance.available)}{owed}: {receipt.needed} cannot be taken away,"
        f" {receipt.missing} more would be needed.",
        hint=f"studio admin users show {user.email} tells what there is; a correction needs a new key then.",
        details=receipt.details,
    )


def cap_exceeded(amount: int, cap: int, more: str, *, hint: str | None = None) -> NotAllowed:
    return NotAllowed(f"One administrator alone may move {in_credits(cap)}, and not {abs(amount)}{more}", hint=hint)
