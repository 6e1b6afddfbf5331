"""Looking at somebody's credits without moving them."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from studio.domain.credits import Balance, checked_amount
from studio.domain.errors import NotFound
from studio.services.ledger.receipts import refusal

_BALANCE = text(
    "SELECT COALESCE(b.balance, 0), COALESCE(b.held, 0), COALESCE(b.debt, 0), CAST(COALESCE((SELECT SUM(g.remaining)"
    " FROM creditgrant g WHERE g.user_id = u.id AND g.remaining > 0 AND g.expires_at <= :now), 0) AS BIGINT)"
    ' FROM "user" u LEFT JOIN creditbalance b ON b.user_id = u.id WHERE u.id = :user_id'
)


def balance_of(session: Session, user_id: str, *, now: int) -> Balance:
    """How somebody's credits stand at `now` (epoch milliseconds), without what is due to expire. Raises NotFound."""
    row = session.connection().execute(_BALANCE, {"user_id": user_id, "now": now}).one_or_none()
    if row is None:
        raise NotFound(f"There is no user {user_id}.", hint="studio admin users list shows who there is.")
    balance, held, debt, due = row
    return Balance(balance - held - due, held, debt)


def validate(session: Session, user_id: str, amount: int, *, now: int) -> Balance:
    """The balance, if `amount` credits could be reserved now. Raises NotEnoughCredits with the exact shortfall."""
    checked_amount(amount)
    balance = balance_of(session, user_id, now=now)
    if amount > balance.available:
        refusal(amount, balance).require()
    return balance
