"""Holds: set credits aside before a paid call, then capture what was delivered or release it all. The hot path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import column, text
from sqlmodel import Session

from studio.domain.credits import Lot, burn, checked_amount
from studio.domain.errors import Invalid, NotFound, Refused
from studio.domain.ids import new_id
from studio.services.ledger.accounts import CHANGE_LOT, SAVE, Account, lock, locking
from studio.services.ledger.batch import Batch
from studio.services.ledger.entries import ALLOCATE, APPEND, Cause, allocation_row, entry_row
from studio.services.ledger.lots import expire_due, give_back
from studio.services.ledger.receipts import (
    KEEP,
    Receipt,
    Request,
    answer_of,
    answer_row,
    keep,
    recall,
    refusal,
    request,
)
from studio.services.ledger.usage import RECORD, Usage, usage_row

_LOT = ("id", "remaining", "priority", "expires_at", "created_at")
_READ = text(
    "SELECT k.body_sha256, k.answer, g.id, g.remaining, g.priority, g.expires_at, g.created_at FROM creditbalance b"
    " LEFT JOIN idempotencykey k ON k.scope = :scope AND k.key = :key"
    " LEFT JOIN creditgrant g ON g.user_id = b.user_id AND g.remaining > 0"
    " WHERE b.user_id = :user_id"
).columns(*map(column, ("body_sha256", "answer", *_LOT)))
_HOLD = text(
    "INSERT INTO credithold (id, user_id, op_key, amount, captured, state, expires_at, created_at)"
    " VALUES (:hold_id, :user_id, :op_key, :amount, 0, 'pending', :expires_at, :now)"
)


def reserve(session: Session, user_id: str, amount: int, *, key: str, expires_at: int, now: int) -> Receipt:
    """Set `amount` credits aside under a hold, or answer with a refusal that says how many are missing.

    A refusal is kept like every answer, so commit it and call `require()` on the receipt after that; the same key
    stays refused, and a later attempt needs a new one. At `expires_at` (epoch milliseconds) somebody is to ask what
    became of the call; nothing is released by time alone. Raises Conflict, Invalid and NotFound."""
    checked_amount(amount)
    asked = request(f"user:{user_id}", key, "reserve", amount=amount)
    account = lock(session, user_id, now)
    earlier = _read(account, asked)
    expire_due(account)
    if earlier:
        return earlier
    if type(expires_at) is not int or expires_at <= now:
        raise Invalid("A hold can only expire in the future.")
    if amount > account.available:
        return keep(account.connection, asked, refusal(amount, account.stand()), user_id, now)
    hold_id = new_id()
    batch = _batch(account, hold_id)
    batch.add(_HOLD, {"op_key": key, "amount": amount, "expires_at": expires_at})
    for ord, (lot, part) in enumerate(burn(account.lots, amount)):
        batch.add(CHANGE_LOT, {"id": lot.id, "change": -part})
        batch.add(ALLOCATE, allocation_row("hold", lot.id, part, ord=ord))
    account.held += amount
    return _finish(batch, account, asked, Receipt(account.stand(), hold_id))


def _batch(account: Account, hold_id: str) -> Batch:
    return Batch(account.connection, user_id=account.user_id, hold_id=hold_id, now=account.now)


def _finish(batch: Batch, account: Account, asked: Request, receipt: Receipt) -> Receipt:
    # Keys of this module's scopes belong to one person, so under the lock nobody else can be writing them.
    batch.add(SAVE, account.row())
    batch.add(KEEP, answer_row(asked, receipt))
    batch.send()
    return receipt


def _read(account: Account, asked: Request) -> Receipt | None:
    """Load the lots, and the answer that was given under this key if there is one."""
    values = {"user_id": account.user_id, "scope": asked.scope, "key": asked.key}
    rows = account.connection.execute(_READ, values).all()
    account.set_lots([Lot(*row[2:]) for row in rows if row.id is not None])
    body_sha256, answer = rows[0][:2]
    return None if answer is None else answer_of(asked, body_sha256, answer)


_LOCK_OWNER = locking(
    # A hold never changes its owner, so this may be read by the statement that locks.
    "UPDATE creditbalance SET version = version + 1"
    " WHERE user_id = (SELECT user_id FROM credithold WHERE id = :hold_id)"
)
_PARTS = text(
    "SELECT h.amount AS whole, h.state, a.id AS allocation_id, a.amount, g.id, g.remaining, g.priority, g.expires_at,"
    " g.created_at, EXISTS (SELECT 1 FROM creditgrant d WHERE d.user_id = h.user_id AND d.remaining > 0"
    " AND d.expires_at <= :now) AS due"
    " FROM credithold h JOIN creditallocation a ON a.hold_id = h.id JOIN creditgrant g ON g.id = a.grant_id"
    " WHERE h.id = :hold_id ORDER BY a.ord"
).columns(*map(column, ("whole", "state", "allocation_id", "amount", *_LOT, "due")))
_SPEND = text("UPDATE creditallocation SET captured = :captured WHERE id = :id")
_RESOLVE = text("UPDATE credithold SET state = :state, captured = :captured, resolved_at = :now WHERE id = :hold_id")


@dataclass
class _Part:
    """What one lot gave to a hold."""

    allocation_id: str
    amount: int
    lot: Lot


@dataclass
class _Hold:
    id: str
    amount: int
    state: str
    parts: Sequence[_Part]


def capture(session: Session, hold_id: str, amount: int, usage: Usage, *, now: int) -> Receipt:
    """Spend `amount` of a hold, in the order its lots are spent; the rest goes back to the lots it came from.

    A hold is resolved once: the same capture again gets the same answer, anything else raises Conflict. Raises
    Invalid and NotFound, and Refused for more than is held."""
    checked_amount(amount)
    asked = request("hold", hold_id, "capture", amount=amount, usage=vars(usage) | {"price": vars(usage.price)})
    account, hold = _open_hold(session, hold_id, now)
    if hold.state != "pending":
        return _resolved_before(account, asked)
    if amount > hold.amount:
        raise Refused(f"{amount} credits cannot be captured: the hold has {hold.amount}.")
    batch = _batch(account, hold_id)
    entry = entry_row(account, "usage", -amount, Cause(f"usage:{hold_id}", account.user_id))
    batch.add(APPEND, entry)
    batch.add(RECORD, usage_row(amount, usage))
    _resolve(batch, account, hold, amount)
    return _finish(batch, account, asked, Receipt(account.stand(), hold_id, None, entry["id"]))


def release(session: Session, hold_id: str, *, now: int) -> Receipt:
    """Give a whole hold back to the lots it came from. Again it gets the same answer; after a capture, Conflict."""
    asked = request("hold", hold_id, "release")
    account, hold = _open_hold(session, hold_id, now)
    if hold.state != "pending":
        return _resolved_before(account, asked)
    batch = _batch(account, hold_id)
    _resolve(batch, account, hold, 0)
    return _finish(batch, account, asked, Receipt(account.stand(), hold_id))


def _open_hold(session: Session, hold_id: str, now: int) -> tuple[Account, _Hold]:
    session.flush()
    connection = session.connection()
    owner = connection.execute(_LOCK_OWNER, {"hold_id": hold_id}).one_or_none()
    if owner is None:
        raise NotFound(f"There is no hold {hold_id}.")
    account = Account(connection, now, *owner)
    rows = connection.execute(_PARTS, {"hold_id": hold_id, "now": now}).all()
    if rows[0].due:
        account.load_lots()
        expire_due(account)
    parts = [_Part(row.allocation_id, row.amount, Lot(*row[4:9])) for row in rows]
    return account, _Hold(hold_id, rows[0].whole, rows[0].state, parts)


def _resolved_before(account: Account, asked: Request) -> Receipt:
    earlier = recall(account.connection, asked)
    assert earlier is not None, "a hold and the answer to its resolution are written together"
    return earlier


def _resolve(batch: Batch, account: Account, hold: _Hold, captured: int) -> None:
    state = "captured" if captured else "released"
    batch.add(_RESOLVE, {"state": state, "captured": captured})
    account.held -= hold.amount
    account.balance -= captured
    returned = []
    for part in hold.parts:
        spent = min(part.amount, captured)
        captured -= spent
        if spent:
            batch.add(_SPEND, {"id": part.allocation_id, "captured": spent})
        if spent < part.amount:
            returned.append((part.lot, part.amount - spent))
    if returned:
        # What is given back may need entries of its own, which are numbered after the usage.
        batch.send()
    for lot, amount in returned:
        give_back(account, lot, amount, hold.id)
