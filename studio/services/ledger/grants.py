"""Giving credits, correcting them by hand, and taking a payment's credits back."""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import text
from sqlmodel import Session

from studio.domain.credits import checked_amount, checked_change, in_credits
from studio.domain.errors import Invalid, NotAllowed, NotFound, Refused
from studio.services.ledger.accounts import Account
from studio.services.ledger.entries import Cause
from studio.services.ledger.lots import Origin, give, open_account, take_back
from studio.services.ledger.receipts import Receipt, keep, recall, refusal, request

PRIORITIES = MappingProxyType({"plan": 20, "promo": 30, "payment": 50, "admin": 60})
"""What may be granted from outside the ledger, and how soon each is spent: the lowest first."""

ADJUSTMENT_CAP = 10_000
"""Credits that one administrator may move alone."""

LEDGER = "ledger"
"""The scope of keys that are unique among all users."""


def grant(
    session: Session,
    user_id: str,
    amount: int,
    *,
    source: str,
    source_id: str,
    key: str,
    actor: str,
    now: int,
    priority: int | None = None,
    expires_at: int | None = None,
    event_at: int | None = None,
    reason: str | None = None,
) -> Receipt:
    """Give credits as a new lot, debts repaid from it first; the same key gives the same answer and nothing more.

    `source_id` and `key` are the payment's id, not an event's: one payment is announced by several events. Times
    are epoch milliseconds; take `expires_at` from the payment or the period, not from the present, or a repetition
    asks for something else. Raises Conflict, Invalid and NotFound."""
    checked_amount(amount)
    origin = Origin(source, source_id, _checked_priority(source, priority), expires_at)
    asked = request(LEDGER, key, "grant", user=user_id, amount=amount, origin=vars(origin))
    account = open_account(session, user_id, now)
    earlier = recall(account.connection, asked)
    if earlier:
        return earlier
    # Only now: by the time of a repetition the credits may have expired, and its answer is still the same.
    if expires_at is not None and (type(expires_at) is not int or expires_at <= now):
        raise Invalid("Credits can only expire in the future.")
    cause = Cause(f"grant:{key}", actor, reason, event_at)
    grant_id, entry_id = give(account, amount, origin, "grant", cause)
    account.save()
    return keep(account.connection, asked, Receipt(account.stand(), None, grant_id, entry_id), user_id, now)


def _checked_priority(source: str, priority: int | None) -> int:
    if source not in PRIORITIES:
        raise Invalid(f"Credits come from {', '.join(PRIORITIES)}, not from {source!r}.")
    if priority is None:
        return PRIORITIES[source]
    if type(priority) is not int or not 0 <= priority <= 100:
        raise Invalid(f"A priority is a whole number from 0 to 100, not {priority!r}.")
    return priority


def adjust(
    session: Session,
    user_id: str,
    amount: int,
    *,
    reason: str,
    actor: str,
    key: str,
    now: int,
    approved_by: str | None = None,
    cap: int = ADJUSTMENT_CAP,
) -> Receipt:
    """Correct somebody's credits by hand, up or down. Nobody gets into debt by it: too much down is a refusal.

    Raises NotAllowed above `cap` unless a second administrator approved; Invalid without a reason."""
    checked_change(amount)
    if not reason.strip():
        raise Invalid("An adjustment needs a reason.", hint="Say why with --reason.")
    asked = request(LEDGER, key, "adjust", user=user_id, amount=amount, reason=reason)
    account = open_account(session, user_id, now)
    earlier = recall(account.connection, asked)
    if earlier:
        return earlier
    # Only now: a repetition gets its answer also when the cap is lower by then.
    check_approval(amount, actor=actor, approved_by=approved_by, cap=cap)
    if -amount > account.available:
        return keep(account.connection, asked, refusal(-amount, account.stand()), user_id, now)
    cause = Cause(f"adjust:{key}", actor, f"{reason} (approved by {approved_by})" if approved_by else reason)
    receipt = _adjusted(account, amount, key, cause)
    account.save()
    return keep(account.connection, asked, receipt, user_id, now)


def check_approval(amount: int, *, actor: str, approved_by: str | None, cap: int = ADJUSTMENT_CAP) -> None:
    """Raise NotAllowed when so many credits need a second administrator and there is none."""
    if abs(amount) > cap and approved_by in (None, actor):
        raise NotAllowed(
            f"One administrator alone may move {in_credits(cap)}, and not {abs(amount)}.",
            hint="A second administrator has to approve it.",
        )


def _adjusted(account: Account, amount: int, key: str, cause: Cause) -> Receipt:
    if amount > 0:
        origin = Origin("admin", f"adjust:{key}", PRIORITIES["admin"])
        grant_id, entry_id = give(account, amount, origin, "adjust", cause)
        return Receipt(account.stand(), None, grant_id, entry_id)
    entry_id = take_back(account, -amount, "adjust", cause, lots=account.lots)
    return Receipt(account.stand(), entry_id=entry_id)


_OWNER = text("SELECT user_id FROM creditgrant WHERE source = :source AND source_id = :source_id")
_GIVEN = text(
    # PostgreSQL sums whole numbers to a decimal.
    "SELECT g.id, g.amount, CAST(COALESCE((SELECT -SUM(e.amount) FROM creditentry e"
    " WHERE e.kind = 'clawback' AND e.grant_id = g.id), 0) AS BIGINT) AS taken_back"
    " FROM creditgrant g WHERE g.source = :source AND g.source_id = :source_id"
)
_VOID = text("UPDATE creditgrant SET voided_at = :now WHERE id = :id")


def clawback(
    session: Session,
    source: str,
    source_id: str,
    amount: int,
    *,
    key: str,
    actor: str,
    now: int,
    event_at: int | None = None,
    reason: str | None = None,
) -> Receipt:
    """Take back what a payment had given, after a refund or a chargeback.

    Its own lot pays first, then the others, and what is missing becomes debt, which the next grants repay. Raises
    NotFound when nothing was given for it, Refused when more would be taken back than was given."""
    checked_amount(amount)
    origin = {"source": source, "source_id": source_id}
    asked = request(LEDGER, key, "clawback", amount=amount, **origin)
    # A lot never changes its owner, so this read needs no lock.
    owner = session.connection().execute(_OWNER, origin).scalar_one_or_none()
    if owner is None:
        raise NotFound(f"No credits were given for {source} {source_id}.")
    account = open_account(session, owner, now)
    earlier = recall(account.connection, asked)
    if earlier:
        return earlier
    given = account.connection.execute(_GIVEN, origin).one()
    if given.taken_back + amount > given.amount:
        raise Refused(
            f"{amount} credits cannot be taken back: {source} {source_id} gave {given.amount},"
            f" and {given.taken_back} of them were taken back before."
        )
    lots = sorted(account.lots, key=lambda lot: lot.id != given.id)
    cause = Cause(f"clawback:{key}", actor, reason, event_at)
    entry_id = take_back(account, amount, "clawback", cause, lots=lots, grant_id=given.id)
    if given.taken_back + amount == given.amount:
        account.connection.execute(_VOID, {"id": given.id, "now": now})
    account.save()
    return keep(account.connection, asked, Receipt(account.stand(), None, given.id, entry_id), owner, now)
