"""What the ledger answers, and keeping each answer so that the same request under the same key always gets it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, TextClause, text

from studio.domain.credits import Balance, in_credits
from studio.domain.errors import Conflict, Invalid, NotEnoughCredits
from studio.services.keys import content_key

LONGEST_KEY = 255


@dataclass(frozen=True)
class Receipt:
    """What one movement of credits did. `balance` is how things stood right after it.

    A refusal for want of credits is an answer too and is kept: `missing` credits would have been needed on top."""

    balance: Balance
    hold_id: str | None = None
    grant_id: str | None = None
    entry_id: str | None = None
    needed: int = 0
    missing: int = 0

    @property
    def refused(self) -> bool:
        return self.missing > 0

    @property
    def details(self) -> dict[str, int]:
        """What a refusal says beside its sentence."""
        return {"needed": self.needed, "missing": self.missing, **asdict(self.balance)}

    def require(self) -> Receipt:
        """This receipt. Raises NotEnoughCredits, with the exact shortfall, when it is a refusal."""
        if self.refused:
            raise _not_enough(self)
        return self


def refusal(needed: int, balance: Balance) -> Receipt:
    """The answer to somebody who cannot pay `needed`. Debts are repaid first, so they are missing as well."""
    return Receipt(balance, needed=needed, missing=needed - balance.available + balance.debt)


def _not_enough(receipt: Receipt) -> NotEnoughCredits:
    balance, more = receipt.balance, "is" if receipt.missing == 1 else "are"
    owed = f" and owe {balance.debt}" if balance.debt else ""
    return NotEnoughCredits(
        f"This costs {in_credits(receipt.needed)} and you have {balance.available}{owed}:"
        f" {receipt.missing} more {more} needed.",
        hint="studio credits show tells what you have and what expires when.",
        details=receipt.details,
    )


@dataclass(frozen=True)
class Request:
    """A key, and the hash of what is asked under it. Who asks and when is no part of what is asked."""

    scope: str
    key: str
    body_sha256: str


def request(scope: str, key: str, operation: str, **body: Any) -> Request:
    """Raises Invalid unless the key has 1 to 255 printable characters and no white space around them."""
    if not isinstance(key, str) or not 1 <= len(key) <= LONGEST_KEY or not key.isprintable() or key != key.strip():
        raise Invalid(
            f"An idempotency key has 1 to {LONGEST_KEY} printable characters, and no space before or after them.",
            hint="A name such as ticket-813 is a good key.",
        )
    return Request(scope, key, content_key(operation, body))


_FIND = text("SELECT body_sha256, answer FROM idempotencykey WHERE scope = :scope AND key = :key")
KEEP = text(
    "INSERT INTO idempotencykey (scope, key, user_id, body_sha256, answer, created_at)"
    " VALUES (:scope, :key, :user_id, :body_sha256, :answer, :now)"
)
_KEEP_ONCE = text(f"{KEEP.text} ON CONFLICT DO NOTHING")


def recall(connection: Connection, asked: Request) -> Receipt | None:
    """The answer that was given under this key. Raises Conflict when something else was asked under it.

    Call it with the balance row locked: only then is nobody else about to answer."""
    row = connection.execute(_FIND, {"scope": asked.scope, "key": asked.key}).one_or_none()
    return None if row is None else answer_of(asked, row.body_sha256, row.answer)


def answer_of(asked: Request, body_sha256: str, answer: str) -> Receipt:
    """The kept answer, if it answers what is asked. Raises Conflict when it answered something else."""
    if body_sha256 != asked.body_sha256:
        raise used_otherwise(asked.key)
    values = json.loads(answer)
    return Receipt(**values | {"balance": Balance(**values["balance"])})


def keep(connection: Connection, asked: Request, receipt: Receipt, user_id: str, now: int) -> Receipt:
    """Write the answer down for good. Raises Conflict when another user's request took the key this very moment."""
    values = answer_row(asked, receipt) | {"user_id": user_id, "now": now}
    insert_once(connection, _KEEP_ONCE, values, used_otherwise(asked.key))
    return receipt


def answer_row(asked: Request, receipt: Receipt) -> dict[str, Any]:
    """The parameters of KEEP but for the person and the moment."""
    return {
        "scope": asked.scope,
        "key": asked.key,
        "body_sha256": asked.body_sha256,
        "answer": json.dumps(vars(receipt) | {"balance": vars(receipt.balance)}, separators=(",", ":")),
    }


def insert_once(connection: Connection, statement: TextClause, values: dict[str, Any], conflict: Conflict) -> None:
    """Insert a row whose key is unique among all users, or raise `conflict` where somebody else was faster."""
    # ON CONFLICT DO NOTHING waits for the other transaction and, unlike an error, leaves ours usable.
    if connection.execute(statement, values).rowcount == 0:
        raise conflict


def used_otherwise(key: str) -> Conflict:
    return Conflict(
        f"The key {key[:60]!r} was used for another request.",
        hint="A new request needs a new key; the same request again is harmless.",
        details={"key": key},
    )
