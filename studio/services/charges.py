"""What has still to be paid for: looked at beforehand, so that no work begins that cannot be paid to its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from studio.contracts.base import dollars
from studio.contracts.media import CostLine, CostView
from studio.db.engine import Database
from studio.domain.errors import Refused
from studio.services.generations import Generations
from studio.services.ledger import balance_of, validate
from studio.services.ledger.receipts import refusal
from studio.services.pricing import FEATURES, price_of
from studio.services.principal import Principal
from studio.services.room import require_room
from studio.services.settings import Prices, prices_in_force


@dataclass(frozen=True)
class Charge:
    """One call that is still to be made. `charged_as` is the model whose price counts; None is `model`."""

    key: str
    work: str
    model: str
    charged_as: str | None = None
    quantity: int = 1
    """Units that are paid for, such as blocks of five seconds."""
    quoted_microusd: int | None = None
    """What the provider should charge, in millionths of a US dollar."""

    def credits(self, prices: Prices) -> int:
        return price_of(prices, FEATURES[self.work], self.charged_as or self.model, self.quantity).credits


def cost_of(database: Database, generations: Generations, charges: Sequence[Charge]) -> CostView:
    """What these calls cost now, line by line."""
    with database.read() as session:
        prices = prices_in_force(session)
        return CostView(
            lines=_lines(prices, charges),
            credits=sum(charge.credits(prices) for charge in charges),
            credits_held=generations.held_for(session, _paid_keys(prices, charges)),
            cost_usd=_dollars(charges),
        )


def require_credits(
    database: Database, principal: Principal, generations: Generations, charges: Sequence[Charge], now: int
) -> None:
    """Raise NotEnoughCredits, with the exact shortfall, unless all of these calls can be paid, and Refused without
    room for what they make. Writes nothing else than giving back what interrupted runs had set aside and never sent.
    """
    with database.read() as session:
        prices = prices_in_force(session)
        if charges:
            require_room(session, principal)
    keys = _paid_keys(prices, charges)
    if not keys:
        return
    generations.give_back_unsent(keys)
    with database.read() as session:
        due = sum(charge.credits(prices) for charge in charges) - generations.held_for(session, keys)
        require_available(session, principal, due, now)


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


def _paid_keys(prices: Prices, charges: Iterable[Charge]) -> set[str]:
    return {charge.key for charge in charges if charge.credits(prices)}


def _lines(prices: Prices, charges: Sequence[Charge]) -> list[CostLine]:
    alike: dict[tuple[str, str, str | None, int], list[Charge]] = {}
    for charge in charges:
        alike.setdefault((charge.work, charge.model, charge.charged_as, charge.quantity), []).append(charge)
    return [
        CostLine(
            work=work,
            model=model,
            quantity=len(group),
            credits=sum(charge.credits(prices) for charge in group),
            cost_usd=_dollars(group),
        )
        for (work, model, _, _), group in alike.items()
    ]


def _dollars(charges: Iterable[Charge]) -> str | None:
    """What is known of the providers' prices; None when nothing is."""
    known = [charge.quoted_microusd for charge in charges if charge.quoted_microusd is not None]
    return dollars(sum(known)) if known else None
