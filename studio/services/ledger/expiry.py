"""Letting credits expire for their own sake; every other movement does it on the way."""

from __future__ import annotations

from sqlmodel import Session

from studio.services.ledger.lots import open_account
from studio.services.ledger.receipts import Receipt


def expire(session: Session, user_id: str, *, now: int) -> Receipt:
    """Let everything of one person expire that is due at `now` (epoch milliseconds). Raises NotFound."""
    return Receipt(open_account(session, user_id, now).stand())
