"""Explaining an entry of the ledger: what it was for, which grants paid it, and the very call behind it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, or_, select

from studio.contracts.base import dollars
from studio.contracts.credits import CallView, ExplanationView, LotView, UsageView
from studio.db.models.credit_allocation import CreditAllocation
from studio.db.models.credit_entry import CreditEntry
from studio.db.models.credit_grant import CreditGrant
from studio.db.models.generation import Generation
from studio.db.models.short import Short
from studio.db.models.usage_history import UsageHistory
from studio.domain.clock import moment
from studio.domain.credits import PERMILLE
from studio.domain.errors import NotFound, Refused
from studio.domain.text import safe
from studio.services.principal import Principal
from studio.services.references import SHORTEST_PREFIX


def explain(session: Session, principal: Principal, reference: str) -> ExplanationView:
    """Everything about one's own entry. Raises NotFound, and Refused for a beginning that several ids have."""
    entry = _entry(session, principal, safe(reference))
    usage = _by_hold(session, UsageHistory, entry)
    call = _by_hold(session, Generation, entry)
    short = session.get(Short, usage.short_id) if usage and usage.short_id else None
    grant = session.get(CreditGrant, entry.grant_id) if entry.grant_id else None
    return ExplanationView(
        id=entry.id,
        number=entry.seq,
        kind=entry.kind,
        amount=entry.amount,
        net_after=entry.net_after,
        created_at=moment(entry.created_at),
        actor=entry.actor,
        reason=entry.reason,
        key=entry.idem_key,
        grant=None if grant is None else _lot(grant, grant.amount),
        paid_from=_paid_from(session, entry),
        usage=None if usage is None else usage_view(usage),
        short=None if short is None else short.handle,
        call=None if call is None else _call(call),
    )


def _entry(session: Session, principal: Principal, reference: str) -> CreditEntry:
    """The entry itself, the one of a spending, or the first one of a grant."""
    owners: tuple[tuple[Any, Any], ...] = (
        (CreditEntry, lambda row: CreditEntry.id == row.id),
        (UsageHistory, lambda row: CreditEntry.hold_id == row.hold_id),
        (CreditGrant, lambda row: CreditEntry.grant_id == row.id),
    )
    found: list[CreditEntry] = []
    for table, entry_of in owners:
        for row in _named(session, table, principal, reference):
            own = select(CreditEntry).where(CreditEntry.user_id == principal.user_id, entry_of(row))
            found += session.exec(own.order_by(col(CreditEntry.seq)).limit(1)).all()
    entries = {entry.id: entry for entry in found}
    if len(entries) > 1:
        raise Refused(f"More than one entry has an id that begins with {reference}.", hint="Type more of the id.")
    if not entries:
        raise NotFound(f"There is no entry {reference}.", hint="studio credits history --json lists the ids.")
    return next(iter(entries.values()))


def _named(session: Session, table: Any, principal: Principal, reference: str) -> list[Any]:
    own = select(table).where(table.user_id == principal.user_id)
    exact = session.exec(own.where(table.id == reference)).first()
    if exact is not None or len(reference) < SHORTEST_PREFIX:
        return [exact] if exact is not None else []
    return list(session.exec(own.where(col(table.id).startswith(reference, autoescape=True)).limit(2)))


def _by_hold(session: Session, table: Any, entry: CreditEntry) -> Any:
    if entry.hold_id is None:
        return None
    return session.exec(select(table).where(table.hold_id == entry.hold_id)).first()


def _paid_from(session: Session, entry: CreditEntry) -> list[LotView]:
    # An entry without a hold must not match every allocation without one: those are other people's too.
    by_hold = [col(CreditAllocation.hold_id) == entry.hold_id] if entry.hold_id is not None else []
    statement = (
        select(CreditAllocation, CreditGrant)
        .join(CreditGrant)
        .where(or_(col(CreditAllocation.entry_id) == entry.id, *by_hold))
        .order_by(col(CreditAllocation.ord))
    )
    used = [(part.captured if part.kind == "hold" else part.amount, lot) for part, lot in session.exec(statement)]
    return [_lot(lot, amount) for amount, lot in used if amount]


def _lot(grant: CreditGrant, amount: int) -> LotView:
    return LotView(grant_id=grant.id, source=grant.source, source_id=grant.source_id, amount=amount)


def _call(row: Generation) -> CallView:
    return CallView(**row.model_dump(include=set(CallView.model_fields)))


def usage_view(row: UsageHistory) -> UsageView:
    """A spending as the outside sees it."""
    same = row.model_dump(include=set(UsageView.model_fields) - {"created_at"})
    return UsageView(
        **same,
        created_at=moment(row.created_at),
        multiplier=row.multiplier_permille / PERMILLE,
        scene=row.scene_order,
        cost_usd=None if row.cost_microusd is None else dollars(row.cost_microusd),
    )
