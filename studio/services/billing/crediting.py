"""The credits of one payment: brought to what it is worth now, however often and in whatever order that is asked."""

from __future__ import annotations

from sqlalchemy import bindparam, text
from sqlmodel import Session

from studio.db.models.payment import Payment
from studio.services import ledger

ACTOR = "asaas"
SOURCE = "payment"

_LOTS = text(
    "SELECT g.source_id, CAST(g.amount + COALESCE((SELECT SUM(e.amount) FROM creditentry e"
    " WHERE e.kind = 'clawback' AND e.grant_id = g.id), 0) AS BIGINT) AS given"
    " FROM creditgrant g WHERE g.source = :source AND g.source_id IN :names"
).bindparams(bindparam("names", expanding=True))


def worth(payment: Payment) -> int:
    """Credits for the part of the money that is ours, rounded down."""
    return payment.credits * payment.kept // payment.value if payment.value else 0


def settle(session: Session, payment: Payment, now: int) -> int:
    """Give or take back what is missing between what the payment gave and what it is worth; gives the change.

    The payment's row has to be locked. What was spent already is taken back as debt."""
    given = _given(session, payment)
    before = sum(given.values())
    payment.credits_given = worth(payment)
    if payment.credits_given > before:
        _give(session, payment, payment.credits_given - before, now)
    else:
        _take_back(session, payment, before - payment.credits_given, given, now)
    session.add(payment)
    return payment.credits_given - before


def _given(session: Session, payment: Payment) -> dict[str, int]:
    """What each lot of this payment has given and not had taken back, the newest first."""
    names = [_name(payment, number) for number in range(payment.movements)]
    if not names:
        return {}
    rows = session.connection().execute(_LOTS, {"source": SOURCE, "names": names}).all()
    found = {row.source_id: row.given for row in rows}
    return {name: found[name] for name in reversed(names) if name in found}


def _give(session: Session, payment: Payment, amount: int, now: int) -> None:
    assert payment.user_id is not None
    name = _next_name(payment)
    ledger.grant(
        session,
        payment.user_id,
        amount,
        source=SOURCE,
        source_id=name,
        key=name,
        actor=ACTOR,
        now=now,
        reason=f"Payment {payment.id}, {payment.status}.",
    )


def _take_back(session: Session, payment: Payment, amount: int, given: dict[str, int], now: int) -> None:
    for lot, left in given.items():
        part = min(left, amount)
        if part:
            reason = f"Payment {payment.id}, {payment.status}."
            key = _next_name(payment)
            ledger.clawback(session, SOURCE, lot, part, key=key, actor=ACTOR, now=now, reason=reason)
            amount -= part


def _next_name(payment: Payment) -> str:
    payment.movements += 1
    return _name(payment, payment.movements - 1)


def _name(payment: Payment, number: int) -> str:
    """The key of a movement: the payment's own id for the first, so that it can never be given twice."""
    return f"{payment.id}:{number}" if number else payment.id
