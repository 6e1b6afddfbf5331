"""How people look from outside, with what their credits stand at."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from studio.contracts.users import UserView
from studio.db.models.credit_balance import CreditBalance
from studio.db.models.credit_grant import CreditGrant
from studio.db.models.user import User
from studio.domain.clock import moment
from studio.domain.credits import Balance

NOTHING = Balance(0, 0, 0)

_TIMES = ("created_at", "updated_at", "deactivated_at", "deleted_at")


def user_view(session: Session, row: User, *, now: int) -> UserView:
    """One person; `now` is in epoch milliseconds."""
    return user_views(session, [row], now=now)[0]


def user_views(session: Session, rows: Sequence[User], *, now: int) -> list[UserView]:
    """Several people at once: two queries, however many they are."""
    session.flush()
    balances = balances_of(session, [row.id for row in rows], now=now)
    return [_view(row, balances.get(row.id, NOTHING)) for row in rows]


def balances_of(session: Session, user_ids: Sequence[str], *, now: int) -> dict[str, Balance]:
    """How these people's credits stand, without what is due to expire; nobody's is absent but who never had any."""
    due_statement = (
        select(CreditGrant.user_id, func.sum(CreditGrant.remaining))
        .where(
            col(CreditGrant.user_id).in_(user_ids), col(CreditGrant.remaining) > 0, col(CreditGrant.expires_at) <= now
        )
        .group_by(CreditGrant.user_id)
    )
    due = dict(session.exec(due_statement).all())
    rows = session.exec(select(CreditBalance).where(col(CreditBalance.user_id).in_(user_ids)))
    return {
        row.user_id: Balance(row.balance - row.held - int(due.get(row.user_id, 0)), row.held, row.debt) for row in rows
    }


def _view(row: User, balance: Balance) -> UserView:
    times = {name: getattr(row, name) for name in _TIMES}
    return UserView(
        **row.model_dump(exclude=set(_TIMES)),
        **{name: None if time is None else moment(time) for name, time in times.items()},
        credits_remaining=balance.available,
        credits_held=balance.held,
        credits_debt=balance.debt,
    )
