"""What was paid, as Asaas tells it at this moment: single payments, and those that are installments of one purchase."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from studio.domain.errors import ServiceFailed
from studio.domain.text import one_line
from studio.providers.asaas.money import centavos

PAID = frozenset(
    {"CONFIRMED", "RECEIVED", "RECEIVED_IN_CASH", "DUNNING_RECEIVED", "REFUND_REQUESTED", "REFUND_IN_PROGRESS"}
)
"""The money is ours, at least for now: a refund that is only asked for may be denied."""
UNPAID = frozenset({"PENDING", "OVERDUE", "AWAITING_RISK_ANALYSIS", "DUNNING_REQUESTED"})
"""No money has come, or what had come was taken back as if it never had."""

_NOT_YET_REFUNDED = ("CANCELLED", "PENDING", "AWAITING_")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class Payment:
    """One payment. Money is centavos; `original` is what was asked where something else was paid, else None."""

    id: str
    status: str
    value: int
    refunded: int
    original: int | None
    due: date
    customer: str | None = None
    external_reference: str | None = None
    checkout: str | None = None
    payment_link: str | None = None
    subscription: str | None = None
    installment: str | None = None
    billing_type: str | None = None

    @property
    def kept(self) -> int:
        """Centavos of it that are ours as it stands."""
        return max(0, self.value - self.refunded) if self.status in PAID else 0


@dataclass(frozen=True)
class Charge:
    """One purchase: a payment, or all installments of one. Its `id` is what credits are given for, once."""

    id: str
    payments: Sequence[Payment]

    @property
    def first(self) -> Payment:
        return self.payments[0]

    @property
    def value(self) -> int:
        return sum(payment.value for payment in self.payments)

    @property
    def original(self) -> int | None:
        """What was asked, where something else was paid."""
        if all(payment.original is None for payment in self.payments):
            return None
        return sum(payment.value if payment.original is None else payment.original for payment in self.payments)

    @property
    def kept(self) -> int:
        return sum(payment.kept for payment in self.payments)

    @property
    def status(self) -> str:
        """The status of all its payments, in the order of the alphabet where they differ."""
        return " ".join(sorted({payment.status for payment in self.payments}))

    @property
    def has_moved(self) -> bool:
        """Whether any money has come, even if it has gone again."""
        return any(payment.status not in UNPAID for payment in self.payments)

    @property
    def due(self) -> date:
        return min(payment.due for payment in self.payments)


def is_id(value: object) -> bool:
    """Whether it may be an id of Asaas, and may stand in a path."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def payment_of(content: Any) -> Payment:
    """The payment that Asaas describes. Raises ServiceFailed for what is none."""
    if not isinstance(content, Mapping) or not is_id(content.get("id")) or not isinstance(content.get("status"), str):
        raise _no_payment()
    original = content.get("originalValue")
    return Payment(
        id=content["id"],
        # Only what was never paid can be deleted.
        status="PENDING" if content.get("deleted") is True else one_line(content["status"])[:60],
        value=centavos(content.get("value")),
        refunded=sum(_refunded(refund) for refund in content.get("refunds") or ()),
        original=None if original is None else centavos(original),
        due=_day(content.get("dueDate") or content.get("dateCreated")),
        customer=_word(content, "customer"),
        external_reference=_word(content, "externalReference"),
        checkout=_word(content, "checkoutSession"),
        payment_link=_word(content, "paymentLink"),
        subscription=_word(content, "subscription"),
        installment=_word(content, "installment"),
        billing_type=_word(content, "billingType"),
    )


def _refunded(refund: Any) -> int:
    if not isinstance(refund, Mapping):
        raise _no_payment()
    status = str(refund.get("status") or "DONE")
    return 0 if status.startswith(_NOT_YET_REFUNDED) else centavos(refund.get("value"))


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise _no_payment() from error


def _word(content: Mapping[str, Any], name: str) -> str | None:
    value = content.get(name)
    return one_line(value)[:200] or None if isinstance(value, str) else None


def _no_payment() -> ServiceFailed:
    return ServiceFailed("Asaas described a payment that studio does not understand.", hint="Upgrade studio.")
