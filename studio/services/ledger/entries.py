"""Writing down what happened: entries of the ledger, and the allocations that say which lot paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from studio.domain.credits import Lot
from studio.domain.ids import new_id
from studio.services.ledger.accounts import Account
from studio.services.ledger.receipts import insert_once, used_otherwise


@dataclass(frozen=True)
class Cause:
    """Why credits move: the key under which it happens once, who did it, and what for."""

    key: str
    actor: str
    reason: str | None = None
    event_at: int | None = None
    """When it happened outside, in epoch milliseconds; None is now."""


APPEND = text(
    "INSERT INTO creditentry (id, user_id, seq, kind, amount, net_after, grant_id, hold_id, idem_key, actor, reason,"
    # The lock on the balance row makes the highest number safe to read.
    " event_at, created_at) VALUES (:id, :user_id,"
    " (SELECT COALESCE(MAX(seq), 0) + 1 FROM creditentry WHERE user_id = :user_id),"
    " :kind, :amount, :net_after, :grant_id, :hold_id, :idem_key, :actor, :reason, :event_at, :now)"
)
_APPEND_ONCE = text(f"{APPEND.text} ON CONFLICT (idem_key) DO NOTHING")
ALLOCATE = text(
    "INSERT INTO creditallocation (id, grant_id, kind, hold_id, entry_id, ord, amount, captured)"
    " VALUES (:id, :grant_id, :kind, :hold_id, :entry_id, :ord, :amount, 0)"
)


def append(account: Account, kind: str, amount: int, cause: Cause, *, grant_id: str | None = None) -> str:
    """Append an entry of `amount` credits and give its id; call it before the account itself changes."""
    values = entry_row(account, kind, amount, cause, grant_id=grant_id)
    values |= {"user_id": account.user_id, "hold_id": None, "now": account.now}
    insert_once(account.connection, _APPEND_ONCE, values, used_otherwise(cause.key))
    return str(values["id"])


def entry_row(account: Account, kind: str, amount: int, cause: Cause, *, grant_id: str | None = None) -> dict[str, Any]:
    """The parameters of APPEND but for the person, the hold and the moment."""
    return {
        "id": new_id(),
        "kind": kind,
        "amount": amount,
        "net_after": account.net + amount,
        "grant_id": grant_id,
        "idem_key": cause.key,
        "actor": cause.actor,
        "reason": cause.reason,
        "event_at": account.now if cause.event_at is None else cause.event_at,
    }


def allocate(account: Account, lot_id: str, amount: int, *, entry_id: str | None = None, ord: int = 0) -> None:
    """Say that a lot pays `amount` for an entry or, without one, for a debt."""
    kind = "entry" if entry_id else "debt"
    values = allocation_row(kind, lot_id, amount, entry_id=entry_id, ord=ord) | {"hold_id": None}
    account.connection.execute(ALLOCATE, values)


def allocation_row(kind: str, lot_id: str, amount: int, *, entry_id: str | None = None, ord: int = 0) -> dict[str, Any]:
    """The parameters of ALLOCATE but for the hold."""
    return {
        "id": new_id(),
        "grant_id": lot_id,
        "kind": kind,
        "entry_id": entry_id,
        "ord": ord,
        "amount": amount,
    }


def pay(account: Account, parts: list[tuple[Lot, int]], entry_id: str) -> None:
    """Take the parts out of their lots and the balance, for an entry that is written already."""
    for ord, (lot, part) in enumerate(parts):
        lot.remaining -= part
        account.balance -= part
        account.change_lot(lot.id, -part)
        allocate(account, lot.id, part, entry_id=entry_id, ord=ord)


def repay(account: Account, lot_id: str, amount: int) -> int:
    """Use up to `amount` of a lot, which are not counted as remaining, for what the person owes; gives how many."""
    part = min(amount, account.debt)
    if part:
        allocate(account, lot_id, part)
        account.debt -= part
    return part
