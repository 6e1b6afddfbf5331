"""Holds: set credits aside before a paid call, then capture what was delivered or release it all. The hot path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from studio.domain.credits import Lot, Price, burn, checked_amount
from studio.domain.errors import Invalid, NotFound, Refused
from studio.domain.ids import new_id
from studio.services.ledger.accounts import LOCKED, Account, lock
from studio.services.ledger.entries import Cause, allocate, append
from studio.services.ledger.lots import expire_due, give_back
from studio.services.ledger.receipts import Receipt, Request, answer_of, keep, recall, refusal, request


@dataclass(frozen=True)
class Usage:
    """What a capture pays for; it stands in the usage history for good and explains the entry."""

    operation: str
    price: Price
    provider: str | None = None
    provider_request_id: str | None = None
    model: str | None = None
    short_id: str | None = None
    scene_order: int | None = None
    cost_microusd: int | None = None


_READ = text(
    "SELECT k.body_sha256, k.answer, g.id, g.remaining, g.priority, g.expires_at, g.created_at FROM creditbalance b"
    " LEFT JOIN idempotencykey k ON k.scope = :scope AND k.key = :key"
    " LEFT JOIN creditgrant g ON g.user_id = b.user_id AND g.remaining > 0"
    " WHERE b.user_id = :user_id"
)
_HOLD = text(
    "INSERT INTO credithold (id, user_id, op_key, amount, captured, state, expires_at, created_at)"
    " VALUES (:id, :user_id, :op_key, :amount, 0, 'pending', :expires_at, :now)"
)


def reserve(session: Session, user_id: str, amount: int, *, key: str, expires_at: int, now: int) -> Receipt:
    """Set `amount` credits aside under a hold, or answer with a refusal that says how many are missing.

    A refusal is kept like every answer, so commit it and call `require()` on the receipt after that; the same key
    stays refused, and a later attempt needs a new one. At `expires_at` (epoch milliseconds) somebody is to ask what
    became of the call; nothing is released by time alone. Raises Conflict, Invalid and NotFound."""
    checked_amount(amount)
    if type(expires_at) is not int or expires_at <= now:
        raise Invalid("A hold can only expire in the future.")
    asked = request(f"user:{user_id}", key, "reserve", amount=amount)
    account = lock(session, user_id, now)
    earlier = _read(account, asked)
    if earlier:
        return earlier
    expire_due(account)
    if amount > account.available:
        return keep(account.connection, asked, refusal(amount, account.stand()), user_id, now)
    hold_id = new_id()
    account.connection.execute(
        _HOLD,
        {"id": hold_id, "user_id": user_id, "op_key": key, "amount": amount, "expires_at": expires_at, "now": now},
    )
    for ord, (lot, part) in enumerate(burn(account.lots, amount)):
        account.change_lot(lot.id, -part)
        allocate(account, lot.id, part, hold_id=hold_id, ord=ord)
    account.held += amount
    account.save()
    return keep(account.connection, asked, Receipt(account.stand(), hold_id), user_id, now)


def _read(account: Account, asked: Request) -> Receipt | None:
    """Load the lots, and the answer that was given under this key if there is one."""
    values = {"user_id": account.user_id, "scope": asked.scope, "key": asked.key}
    rows = account.connection.execute(_READ, values).all()
    account.set_lots([Lot(*row[2:]) for row in rows if row.id is not None])
    body_sha256, answer = rows[0][:2]
    return None if answer is None else answer_of(asked, body_sha256, answer)


_LOCK_OWNER = text(
    # A hold never changes its owner, so this may be read by the statement that locks.
    "UPDATE creditbalance SET version = version + 1"
    " WHERE user_id = (SELECT user_id FROM credithold WHERE id = :hold_id)" + LOCKED
)
_PARTS = text(
    "SELECT h.amount AS whole, h.state, a.id AS allocation_id, a.amount, g.id, g.remaining, g.priority, g.expires_at,"
    " g.created_at, EXISTS (SELECT 1 FROM creditgrant d WHERE d.user_id = h.user_id AND d.remaining > 0"
    " AND d.expires_at <= :now) AS due"
    " FROM credithold h JOIN creditallocation a ON a.hold_id = h.id JOIN creditgrant g ON g.id = a.grant_id"
    " WHERE h.id = :hold_id ORDER BY a.ord"
)
_SPEND = text("UPDATE creditallocation SET captured = :captured WHERE id = :id")
_RESOLVE = text("UPDATE credithold SET state = :state, captured = :captured, resolved_at = :now WHERE id = :id")
_USAGE = text(
    "INSERT INTO usagehistory (id, user_id, hold_id, operation, credits, feature, unit_price, quantity,"
    " multiplier_permille, price_rule, provider, provider_request_id, model, short_id, scene_order, cost_microusd,"
    " created_at) VALUES (:id, :user_id, :hold_id, :operation, :credits, :feature, :unit_price, :quantity,"
    " :multiplier_permille, :price_rule, :provider, :provider_request_id, :model, :short_id, :scene_order,"
    " :cost_microusd, :now)"
)


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
    asked = request("hold", hold_id, "capture", amount=amount, feature=usage.price.feature)
    account, hold = _open_hold(session, hold_id, now)
    if hold.state != "pending":
        return _resolved_before(account, asked)
    if amount > hold.amount:
        raise Refused(f"{amount} credits cannot be captured: the hold has {hold.amount}.")
    entry_id = append(account, "usage", -amount, Cause(f"usage:{hold_id}", account.user_id), hold_id=hold_id)
    _record_usage(account, hold_id, amount, usage)
    _resolve(account, hold, amount)
    return keep(account.connection, asked, Receipt(account.stand(), hold_id, None, entry_id), account.user_id, now)


def release(session: Session, hold_id: str, *, now: int) -> Receipt:
    """Give a whole hold back to the lots it came from. Again it gets the same answer; after a capture, Conflict."""
    asked = request("hold", hold_id, "release")
    account, hold = _open_hold(session, hold_id, now)
    if hold.state != "pending":
        return _resolved_before(account, asked)
    _resolve(account, hold, 0)
    return keep(account.connection, asked, Receipt(account.stand(), hold_id), account.user_id, now)


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


def _resolve(account: Account, hold: _Hold, captured: int) -> None:
    state = "captured" if captured else "released"
    account.connection.execute(_RESOLVE, {"id": hold.id, "state": state, "captured": captured, "now": account.now})
    account.held -= hold.amount
    account.balance -= captured
    for part in hold.parts:
        spent = min(part.amount, captured)
        captured -= spent
        if spent:
            account.connection.execute(_SPEND, {"id": part.allocation_id, "captured": spent})
        if spent < part.amount:
            give_back(account, part.lot, part.amount - spent, hold.id)
    account.save()


def _record_usage(account: Account, hold_id: str, credits: int, usage: Usage) -> None:
    price = usage.price
    values = {
        "id": new_id(),
        "user_id": account.user_id,
        "hold_id": hold_id,
        "operation": usage.operation,
        "credits": credits,
        "feature": price.feature.value,
        "unit_price": price.unit_price,
        "quantity": price.quantity,
        "multiplier_permille": price.multiplier_permille,
        "price_rule": price.rule,
        "provider": usage.provider,
        "provider_request_id": usage.provider_request_id,
        "model": usage.model,
        "short_id": usage.short_id,
        "scene_order": usage.scene_order,
        "cost_microusd": usage.cost_microusd,
        "now": account.now,
    }
    account.connection.execute(_USAGE, values)
