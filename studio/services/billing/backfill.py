"""Finding what no webhook told of: Asaas forgets after fourteen days what it could not deliver, its lists do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from studio.contracts.payments import BackfillReport
from studio.db.engine import Database
from studio.db.models.payment import Payment
from studio.domain.clock import Clock
from studio.domain.errors import Interrupted, ServiceFailed
from studio.domain.progress import Cancelled, Progress, Step
from studio.providers.asaas.payments import UNPAID
from studio.providers.asaas.payments import Payment as Listed
from studio.services.billing.intake import Effect, read, take
from studio.services.billing.views import change_view

if TYPE_CHECKING:
    from studio.providers.asaas.service import Asaas

STAGE = "payments"
MOST_TRIES = 3


class _Undone(Exception):
    """Takes back what a dry run did."""


@dataclass(frozen=True)
class Search:
    """One look through Asaas' payments. What it took in before it is stopped stays, and the next one goes on."""

    database: Database
    asaas: Asaas
    clock: Clock
    progress: Progress
    cancelled: Cancelled
    is_dry_run: bool

    def run(self, since: date, today: date) -> BackfillReport:
        """Take in everything that was made, due or paid since that day and is not known as it stands."""
        looked_at: set[str] = set()
        effects: list[Effect] = []
        for page in self._pages(since, today):
            new = {payment.installment or payment.id: payment for payment in page}
            effects += [effect for id in new.keys() - looked_at if (effect := self._looked_at(new[id]))]
            looked_at |= new.keys()
            self.progress(Step(STAGE, f"Looked at {len(looked_at)} payments, {len(effects)} were news"))
        return self._report(since, len(looked_at), effects)

    def _pages(self, since: date, today: date) -> Iterator[list[Listed]]:
        """A payment is found by any of its days: a renewal is made weeks early, a boleto may be paid late."""
        for name in ("dateCreated", "dueDate", "paymentDate"):
            yield from self.asaas.payments({f"{name}[ge]": since.isoformat(), f"{name}[le]": today.isoformat()})

    def _looked_at(self, payment: Listed) -> Effect | None:
        """What taking this payment in has changed, if anything."""
        if self.cancelled():
            raise Interrupted("Stopped; what was taken in stays.", hint="The same command again goes on.")
        effect = None if self._is_known(payment) else self._taken(payment.id)
        return effect if effect is not None and effect.is_news else None

    def _is_known(self, payment: Listed) -> bool:
        """Whether taking it in would change nothing, so that it need not be read by itself."""
        if payment.installment is not None:
            return False
        with self.database.read() as session:
            row = session.get(Payment, payment.id)
        if row is None:
            return payment.status in UNPAID
        stands = (row.status, row.value, row.kept) == (payment.status, payment.value, payment.kept)
        return stands and (row.user_id is not None or not row.kept)

    def _taken(self, payment_id: str) -> Effect | None:
        for _ in range(MOST_TRIES - 1):
            try:
                return self._take_once(payment_id)
            except ServiceFailed:
                # A webhook may have taken it in meanwhile; an Asaas that fails fails again.
                continue
        return self._take_once(payment_id)

    def _take_once(self, payment_id: str) -> Effect | None:
        reading = read(self.database, self.asaas, payment_id)
        if reading is None:
            return None
        effect = None
        try:
            with self.database.write() as session:
                effect = take(session, reading, self.clock())
                if self.is_dry_run:
                    raise _Undone
        except _Undone:
            pass
        return effect

    def _report(self, since: date, looked_at: int, effects: list[Effect]) -> BackfillReport:
        changes = [effect.credits for effect in effects]
        return BackfillReport(
            since=since,
            dry_run=self.is_dry_run,
            looked_at=looked_at,
            changed=len(effects),
            credits_given=sum(change for change in changes if change > 0),
            credits_taken_back=-sum(change for change in changes if change < 0),
            unmatched=sum(effect.user_id is None for effect in effects),
            data=[change_view(effect) for effect in sorted(effects, key=lambda effect: effect.payment_id)],
        )
