"""One person's credits under lock: what they stand at now, and the rows that carry it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, TextualSelect, column, text
from sqlmodel import Session

from studio.domain.credits import Balance, Lot, burn_order
from studio.domain.errors import NotFound


def locking(statement: str) -> TextualSelect:
    """A statement that locks a balance row and gives what it says."""
    # Named columns let SQLAlchemy keep what it learns about the result, a tenth of the time of a small statement.
    returning = text(f"{statement} RETURNING user_id, balance, held, debt")
    return returning.columns(column("user_id"), column("balance"), column("held"), column("debt"))


_LOCK = locking("UPDATE creditbalance SET version = version + 1 WHERE user_id = :user_id")
_OPEN = locking(
    "INSERT INTO creditbalance (user_id, balance, held, debt, version)"
    ' SELECT id, 0, 0, 0, 1 FROM "user" WHERE id = :user_id'
    " ON CONFLICT (user_id) DO UPDATE SET version = creditbalance.version + 1"
)
SAVE = text("UPDATE creditbalance SET balance = :balance, held = :held, debt = :debt WHERE user_id = :user_id")
_LOTS = text(
    "SELECT id, remaining, priority, expires_at, created_at FROM creditgrant WHERE user_id = :user_id AND remaining > 0"
)
CHANGE_LOT = text("UPDATE creditgrant SET remaining = remaining + :change WHERE id = :id")


@dataclass
class Account:
    """What the balance row says, changed in memory and written back by `save`. Times are epoch milliseconds."""

    connection: Connection
    now: int
    user_id: str
    balance: int
    held: int
    debt: int
    lots: list[Lot] = field(default_factory=list)
    """Unspent lots in burn order, once they are loaded."""

    @property
    def available(self) -> int:
        return self.balance - self.held

    @property
    def net(self) -> int:
        """The sum of all entries."""
        return self.balance - self.debt

    def stand(self) -> Balance:
        return Balance(self.available, self.held, self.debt)

    def load_lots(self) -> None:
        self.set_lots([Lot(*row) for row in self.connection.execute(_LOTS, {"user_id": self.user_id})])

    def set_lots(self, lots: list[Lot]) -> None:
        self.lots = sorted(lots, key=burn_order)

    def change_lot(self, lot_id: str, change: int) -> None:
        self.connection.execute(CHANGE_LOT, {"id": lot_id, "change": change})

    def save(self) -> None:
        self.connection.execute(SAVE, {"user_id": self.user_id} | self.row())

    def row(self) -> dict[str, int]:
        """The parameters of SAVE but for the person."""
        return {"balance": self.balance, "held": self.held, "debt": self.debt}


def lock(session: Session, user_id: str, now: int) -> Account:
    """Lock the person's balance row until the transaction ends, making it for a new person.

    The first statement of every movement, before anything is read: on PostgreSQL each later statement then sees
    what the previous holder of the lock committed. Raises NotFound when there is no such user."""
    session.flush()
    connection = session.connection()
    values = {"user_id": user_id}
    row = connection.execute(_LOCK, values).one_or_none() or connection.execute(_OPEN, values).one_or_none()
    if row is None:
        raise NotFound(f"There is no user {user_id}.", hint="studio admin users list shows who there is.")
    return Account(connection, now, *row)
