"""How lots come and go: giving credits, taking them back, letting them expire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from studio.domain.credits import Lot, burn, burn_order
from studio.domain.errors import Conflict
from studio.domain.ids import new_id
from studio.services.ledger.accounts import Account, lock
from studio.services.ledger.entries import Cause, allocate, append, pay, repay
from studio.services.ledger.receipts import insert_once

GRACE_MILLISECONDS = 7 * 24 * 60 * 60 * 1000
"""How long credits live on that came back from a hold after their lot had expired."""

STUDIO = "studio"
"""The actor of what the ledger does by itself."""


@dataclass(frozen=True)
class Origin:
    """Where a lot comes from, and how it is to be spent."""

    source: str
    source_id: str
    priority: int
    expires_at: int | None = None


_INSERT = text(
    "INSERT INTO creditgrant (id, user_id, source, source_id, amount, remaining, priority, effective_at, expires_at,"
    " voided_at, created_at) VALUES (:id, :user_id, :source, :source_id, :amount, :remaining, :priority, :now,"
    " :expires_at, NULL, :now) ON CONFLICT (source, source_id) DO NOTHING"
)


def open_account(session: Session, user_id: str, now: int) -> Account:
    """Lock a person's credits and let expire what is due, so that nobody spends what is no longer there."""
    account = lock(session, user_id, now)
    account.load_lots()
    expire_due(account)
    return account


def expire_due(account: Account) -> None:
    """Let every loaded lot whose time has come expire."""
    due = [lot for lot in account.lots if lot.is_due(account.now)]
    for lot in due:
        cause = Cause(_expiry_key(lot), STUDIO, event_at=lot.expires_at)
        entry_id = append(account, "expire", -lot.remaining, cause, grant_id=lot.id)
        pay(account, [(lot, lot.remaining)], entry_id)
    if due:
        account.lots = [lot for lot in account.lots if lot.remaining]
        account.save()


_EXPIRED = text("SELECT 1 FROM creditentry WHERE idem_key = :key")


def _expiry_key(lot: Lot) -> str:
    """The key of the first entry that lets this lot expire; only a lot that has expired has it."""
    return f"expire:{lot.id}"


def _has_expired(account: Account, lot: Lot) -> bool:
    """Whether the lot was let expire, by whatever clock; a lot that never does is not looked for."""
    if lot.expires_at is None:
        return False
    return account.connection.execute(_EXPIRED, {"key": _expiry_key(lot)}).first() is not None


def give(account: Account, amount: int, origin: Origin, kind: str, cause: Cause) -> tuple[str, str]:
    """Add a lot of `amount` credits, debts repaid from it first; gives the ids of the lot and of its entry.

    Raises Conflict when this source gave under the same id before."""
    lot = Lot(new_id(), amount - min(amount, account.debt), origin.priority, origin.expires_at, account.now)
    values = {
        "id": lot.id,
        "user_id": account.user_id,
        "source": origin.source,
        "source_id": origin.source_id,
        "amount": amount,
        "remaining": lot.remaining,
        "priority": lot.priority,
        "now": account.now,
        "expires_at": lot.expires_at,
    }
    insert_once(account.connection, _INSERT, values, _given_before(origin))
    entry_id = append(account, kind, amount, cause, grant_id=lot.id)
    account.balance += amount - repay(account, lot.id, amount)
    account.lots = sorted([*account.lots, lot], key=burn_order)
    return lot.id, entry_id


def _given_before(origin: Origin) -> Conflict:
    return Conflict(
        f"The credits of {origin.source} {origin.source_id} were given before, under another key.",
        details={"source": origin.source, "source_id": origin.source_id},
    )


def take_back(
    account: Account, amount: int, kind: str, cause: Cause, *, lots: Sequence[Lot], grant_id: str | None = None
) -> str:
    """Take `amount` credits out of the lots, in their order; what they lack becomes debt. Gives the entry's id."""
    parts = burn(lots, amount)
    entry_id = append(account, kind, -amount, cause, grant_id=grant_id)
    pay(account, parts, entry_id)
    account.debt += amount - sum(part for _, part in parts)
    return entry_id


def give_back(account: Account, lot: Lot, amount: int, hold_id: str) -> None:
    """Return credits that a hold had pinned to their lot, debts repaid from them first.

    A lot that expired meanwhile cannot take them: they expire and are given anew for GRACE_MILLISECONDS, since it
    was not the person who kept them from being spent. What has expired stays so: the clock of another machine may be
    behind, and of this one may have been set back."""
    has_expired = _has_expired(account, lot)
    if has_expired or lot.is_due(account.now):
        _give_anew(account, lot, amount, hold_id, again=has_expired)
        return
    repaid = repay(account, lot.id, amount)
    account.balance -= repaid
    account.change_lot(lot.id, amount - repaid)


def _give_anew(account: Account, lot: Lot, amount: int, hold_id: str, *, again: bool) -> None:
    name = f"{lot.id}:{hold_id}"
    key = f"expire:{name}" if again else _expiry_key(lot)
    entry_id = append(account, "expire", -amount, Cause(key, STUDIO), grant_id=lot.id)
    allocate(account, lot.id, amount, entry_id=entry_id)
    account.balance -= amount
    origin = Origin("regrant", name, lot.priority, account.now + GRACE_MILLISECONDS)
    give(account, amount, origin, "grant", Cause(f"regrant:{name}", STUDIO, "The lot expired while it was held."))
