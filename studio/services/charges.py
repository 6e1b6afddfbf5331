"""What has still to be paid for: looked at beforehand, so that no work begins that cannot be paid to its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, col, select

from studio.contracts.base import dollars
from studio.contracts.media import CostLine, CostView
from studio.db.engine import Database
from studio.db.models.credit_hold import CreditHold
from studio.db.models.generation import Generation
from studio.domain.credits import FeatureKey
from studio.domain.errors import Refused
from studio.services import journal
from studio.services.generations import Call, Generations
from studio.services.ledger import balance_of, validate
from studio.services.ledger.receipts import refusal
from studio.services.pricing import price_of
from studio.services.principal import Principal
from studio.services.room import require_room
from studio.services.settings import Prices, prices_in_force

# As the partial index says it, or SQLite does not use it.
_IS_OPEN = text("generation.state IN ('ready', 'submitting', 'submitted', 'uncertain')")


@dataclass(frozen=True)
class Charge:
    """One call that is still to be made. `charged_as` is the model whose price counts; None is `model`."""

    key: str
    work: str
    feature: FeatureKey
    model: str
    charged_as: str | None = None
    quantity: int = 1
    """Units that are paid for, such as blocks of five seconds."""
    quoted_microusd: int | None = None
    """What the provider should charge, in millionths of a US dollar."""

    @classmethod
    def of(cls, call: Call, work: str, quoted_microusd: int | None) -> Charge:
        return cls(call.key, work, call.feature, call.model, call.charged_as, call.quantity, quoted_microusd)

    def credits(self, prices: Prices) -> int:
        return price_of(prices, self.feature, self.charged_as or self.model, self.quantity).credits


@dataclass(frozen=True)
class Due:
    """What a call will be charged, and what of that an earlier run has set aside."""

    charge: Charge
    credits: int
    held: int = 0


def cost_of(database: Database, generations: Generations, charges: Sequence[Charge]) -> CostView:
    """What these calls cost now, line by line, and how much of it somebody lacks."""
    with database.read() as session:
        dues = _dues(session, generations.principal, charges)
        credits, held = sum(due.credits for due in dues), sum(due.held for due in dues)
        return CostView(
            lines=_lines(dues),
            credits=credits,
            credits_held=held,
            credits_missing=missing_credits(session, generations.principal, credits - held, generations.clock()),
            cost_usd=_dollars(charges),
        )


def require_credits(
    database: Database, principal: Principal, generations: Generations, charges: Sequence[Charge]
) -> None:
    """Raise what `require_payable` raises, and Refused without room for what these calls make."""
    if charges:
        with database.read() as session:
            require_room(session, principal)
    require_payable(generations, charges)


def require_payable(generations: Generations, charges: Sequence[Charge]) -> None:
    """Raise NotEnoughCredits, with the exact shortfall, unless all of these calls can be paid. Writes nothing else than
    giving back what interrupted runs had set aside and never sent."""
    principal = generations.principal
    with generations.database.read() as session:
        keys = {due.charge.key for due in _dues(session, principal, charges) if due.credits}
    if not keys:
        return
    generations.sweep(keys)
    with generations.database.read() as session:
        dues = _dues(session, principal, charges)
        require_available(session, principal, sum(due.credits - due.held for due in dues), generations.clock())


def _dues(session: Session, principal: Principal, charges: Sequence[Charge]) -> Sequence[Due]:
    prices = prices_in_force(session)
    left = _open_calls(session, principal.user_id)
    return [_due(charge, charge.credits(prices), *left.get(charge.key, ("", 0))) for charge in charges]


def _due(charge: Charge, price: int, state: str, held: int) -> Due:
    # What has been sent is charged as it was agreed on; what has not been is set aside anew where the price changed.
    return Due(charge, held if state in journal.UNDER_WAY else price, held)


def _open_calls(session: Session, user_id: str) -> Mapping[str, tuple[str, int]]:
    """The state of each call that an earlier run has left open, and what is set aside for it, by the key of its wish.

    A wish has at most one: the next is begun when the one before it has ended."""
    statement = select(Generation.client_key, Generation.state, CreditHold.amount).outerjoin(
        CreditHold, col(CreditHold.id) == Generation.hold_id
    )
    left = statement.where(_IS_OPEN, Generation.user_id == user_id)
    return {key.partition(":")[0]: (state, held or 0) for key, state, held in session.exec(left)}


def require_available(session: Session, principal: Principal, credits: int, now: int) -> None:
    """Raise NotEnoughCredits, with the exact shortfall, unless so many credits could be spent now."""
    if credits > 0:
        validate(session, principal.user_id, credits, now=now)


def missing_credits(session: Session, principal: Principal, credits: int, now: int) -> int:
    """How many of so many credits could not be spent now."""
    if credits <= 0:
        return 0
    balance = balance_of(session, principal.user_id, now=now)
    return refusal(credits, balance).missing if credits > balance.available else 0


def require_within(credits: int, max_credits: int | None) -> None:
    """Raise Refused when more would be spent than the person allows."""
    if max_credits is not None and credits > max_credits:
        raise Refused(
            f"This costs {credits} credits and --max-credits allows {max_credits}.", hint="Nothing more was begun."
        )


def _lines(dues: Sequence[Due]) -> list[CostLine]:
    alike: dict[tuple[str, str, str | None, int], list[Due]] = {}
    for due in dues:
        charge = due.charge
        alike.setdefault((charge.work, charge.model, charge.charged_as, charge.quantity), []).append(due)
    return [
        CostLine(
            work=work,
            model=model,
            quantity=len(group),
            credits=sum(due.credits for due in group),
            cost_usd=_dollars([due.charge for due in group]),
        )
        for (work, model, _, _), group in alike.items()
    ]


def _dollars(charges: Iterable[Charge]) -> str | None:
    """What is known of the providers' prices; None when nothing is."""
    known = [charge.quoted_microusd for charge in charges if charge.quoted_microusd is not None]
    return dollars(sum(known)) if known else None
