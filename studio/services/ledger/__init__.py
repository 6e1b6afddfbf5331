"""The credits ledger: the only code that writes its tables.

Integers only; one lock per person, always taken first; every movement has a key and happens once. Movements take an
open session, so that they commit together with what they pay for; `transact` gives one a transaction of its own.
Never call a vendor inside. `now` and all times are epoch milliseconds."""

from studio.services.ledger.balances import balance_of, validate
from studio.services.ledger.expiry import expire
from studio.services.ledger.external import external_balance, external_change
from studio.services.ledger.grants import ADJUSTMENT_CAP, LEDGER, PRIORITIES, adjust, check_approval, clawback, grant
from studio.services.ledger.holds import capture, release, reserve
from studio.services.ledger.invariants import Violation, verify
from studio.services.ledger.lots import GRACE_MILLISECONDS
from studio.services.ledger.receipts import Receipt
from studio.services.ledger.transactions import transact
from studio.services.ledger.usage import Usage

__all__ = [
    "ADJUSTMENT_CAP",
    "GRACE_MILLISECONDS",
    "LEDGER",
    "PRIORITIES",
    "Receipt",
    "Usage",
    "Violation",
    "adjust",
    "balance_of",
    "capture",
    "check_approval",
    "clawback",
    "expire",
    "external_balance",
    "external_change",
    "grant",
    "release",
    "reserve",
    "transact",
    "validate",
    "verify",
]
