"""Following an outside system that keeps credits too: changes it announces, and balances it announces."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from studio.domain.credits import checked_amount, checked_change
from studio.domain.errors import Invalid
from studio.services.ledger.accounts import Account
from studio.services.ledger.entries import Cause
from studio.services.ledger.lots import Origin, give, open_account, take_back
from studio.services.ledger.receipts import Receipt, keep, recall, request

EXTERNAL_PRIORITY = 50
LARGEST_SEQUENCE = 10**15


def external_change(
    session: Session,
    user_id: str,
    delta: int,
    *,
    source: str,
    event_id: str,
    now: int,
    sequence: int | None = None,
    event_at: int | None = None,
) -> Receipt:
    """Give or take what an outside system says has changed, once per event.

    An event that a balance announced later has taken in already is noted without effect. Raises Conflict and
    NotFound; Invalid unless `delta` is a whole number."""
    if delta != 0 or type(delta) is not int:
        checked_change(delta)
    _check_sequence(sequence)
    asked = request(f"external:{source}", event_id, "change", user=user_id, delta=delta, sequence=sequence)
    account = open_account(session, user_id, now)
    earlier = recall(account.connection, asked)
    if earlier:
        return earlier
    receipt = Receipt(account.stand())
    if not _is_older(account, source, sequence):
        receipt = _move(account, delta, source, event_id, event_at, None)
    return keep(account.connection, asked, receipt, user_id, now)


def external_balance(
    session: Session,
    user_id: str,
    remaining: int,
    *,
    source: str,
    event_id: str,
    now: int,
    as_of: int | None = None,
    sequence: int | None = None,
    event_at: int | None = None,
) -> Receipt:
    """Set the posted balance, held credits included, to what an outside system says it is.

    It computed that without the spendings it has not seen. `as_of` is the number of the last entry it knew, so that
    later entries survive; without it the present balance is overridden, and the entry says what it was. An event
    older than the newest balance taken over is noted without effect. Raises Conflict, Invalid and NotFound."""
    checked_amount(remaining, "A balance", least=0)
    _check_sequence(sequence)
    body = {"user": user_id, "remaining": remaining, "as_of": as_of, "sequence": sequence}
    asked = request(f"external:{source}", event_id, "balance", **body)
    account = open_account(session, user_id, now)
    earlier = recall(account.connection, asked)
    if earlier:
        return earlier
    receipt = Receipt(account.stand())
    if not _is_older(account, source, sequence):
        known = account.net if as_of is None else _net_at(account, as_of)
        reason = f"Set to {remaining}; it was {account.net}." if as_of is None else None
        receipt = _move(account, remaining - known, source, event_id, event_at, reason)
        _mark(account, source, sequence)
    return keep(account.connection, asked, receipt, user_id, now)


def _check_sequence(sequence: int | None) -> None:
    # It may be a moment in milliseconds, which is more than an amount of credits may be.
    if sequence is not None and (type(sequence) is not int or not 0 <= sequence <= LARGEST_SEQUENCE):
        raise Invalid(f"A sequence number is a whole number from 0 to {LARGEST_SEQUENCE}.")


def _move(
    account: Account, delta: int, source: str, event_id: str, event_at: int | None, reason: str | None
) -> Receipt:
    name = f"{source}:{event_id}"
    cause = Cause(f"external:{name}", source, reason, event_at)
    grant_id = entry_id = None
    if delta > 0:
        grant_id, entry_id = give(account, delta, Origin("external", name, EXTERNAL_PRIORITY), "external", cause)
    elif delta < 0:
        entry_id = take_back(account, -delta, "external", cause, lots=account.lots)
    account.save()
    return Receipt(account.stand(), None, grant_id, entry_id)


_MARK = text("SELECT sequence FROM externalmark WHERE user_id = :user_id AND source = :source")
_SET_MARK = text(
    "INSERT INTO externalmark (user_id, source, sequence) VALUES (:user_id, :source, :sequence)"
    " ON CONFLICT (user_id, source) DO UPDATE SET sequence = excluded.sequence"
)
_NET_AT = text("SELECT net_after FROM creditentry WHERE user_id = :user_id AND seq = :seq")


def _is_older(account: Account, source: str, sequence: int | None) -> bool:
    """Whether a balance taken over before has this event in it. Changes do not count: they may come in any order."""
    if sequence is None:
        return False
    mark = account.connection.execute(_MARK, {"user_id": account.user_id, "source": source}).scalar_one_or_none()
    return mark is not None and sequence <= mark


def _mark(account: Account, source: str, sequence: int | None) -> None:
    if sequence is not None:
        account.connection.execute(_SET_MARK, {"user_id": account.user_id, "source": source, "sequence": sequence})


def _net_at(account: Account, as_of: int) -> int:
    if as_of == 0:
        return 0
    values = {"user_id": account.user_id, "seq": checked_amount(as_of, "An entry's number", least=0)}
    net: int | None = account.connection.execute(_NET_AT, values).scalar_one_or_none()
    if net is None:
        raise Invalid(f"There is no entry {as_of} yet.", hint="as_of is the number of the last entry that was known.")
    return net
