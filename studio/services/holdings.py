"""What is set aside for a paid call: how many credits, at which price, and how they are given back."""

from __future__ import annotations

import json
import logging

from sqlmodel import Session, select

from studio.db.engine import Database
from studio.db.models.credit_hold import CreditHold
from studio.db.models.generation import Generation
from studio.domain.credits import PERMILLE, FeatureKey, Price, in_credits, price
from studio.services import journal
from studio.services.ledger import release

_LOG = logging.getLogger(__name__)


def held_credits(session: Session, row: Generation) -> int:
    if row.hold_id is None:
        return 0
    return session.exec(select(CreditHold.amount).where(CreditHold.id == row.hold_id)).one()


def held_words(database: Database, row: Generation) -> str:
    """What a person is told while a call is open."""
    with database.read() as session:
        return in_words(held_credits(session, row))


def in_words(held: int) -> str:
    return f"{in_credits(held)} {'is' if held == 1 else 'are'} held, not spent."


def written_price(agreed: Price) -> str:
    """A price as the row of a call keeps it: enough to count fewer units at it."""
    return json.dumps(
        {
            "unit_price": agreed.unit_price,
            "quantity": agreed.quantity,
            "multiplier_permille": agreed.multiplier_permille,
        }
    )


def price_due(session: Session, row: Generation, delivered: int | None = None) -> Price | None:
    """What a call costs at the price it was begun at, whatever prices are by now; None for one that is free.

    `delivered` units of all that were asked for; more than those are not charged."""
    if row.hold_id is None:
        return None
    feature = FeatureKey(row.kind)
    if row.agreed_price is None:
        # Begun by an older studio, which kept no price: what it set aside was what it would charge.
        held = held_credits(session, row)
        return Price(feature, held, 1, PERMILLE, held)
    agreed = json.loads(row.agreed_price)
    units = agreed["quantity"] if delivered is None else min(delivered, agreed["quantity"])
    multiplier = agreed["multiplier_permille"]
    return price(feature, units, multiplier_permille=multiplier, prices={feature: agreed["unit_price"]})


def drop(session: Session, row: Generation, reason: str, now: int, cost_microusd: int | None = None) -> bool:
    """Close a call that delivered nothing and give its credits back; False when it had ended already.

    Call it with the balance row locked. `cost_microusd` is what the provider charges nevertheless, on top of what is
    known of already."""
    cost = journal.total_cost(row.cost_microusd, cost_microusd)
    if not journal.closed(session, row, "failed", now, reason, cost_microusd=cost):
        return False
    if row.hold_id:
        release(session, row.hold_id, now=now)
    if cost:
        _LOG.error("orphan_paid: %s charged %s micro-dollars for %s: %s", row.provider, cost, row.id, reason)
    return True
