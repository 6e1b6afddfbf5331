"""Any movements in any order, on the ledger and on the oracle; after each step both must say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import Session

from studio.db.engine import Database
from studio.domain.credits import Balance
from studio.domain.errors import Conflict, Refused
from studio.services import ledger
from studio.services.ledger import Receipt
from tests.services.ledger.ground import DAY, NOW, USAGE, new_user
from tests.services.ledger.oracle import Oracle

GRANTS = st.integers(5, 40)
SPENDINGS = st.integers(1, 20) | st.integers(20, 60)
"""Some leave room for other holds, some need several lots."""

SHARES = st.sampled_from([0, 30, 60, 100])
HOURS = st.sampled_from([1, 25, 72, 192])
DAYS = st.sampled_from([None, 1, 1, 3])
PRIORITIES = {"plan": 20, "promo": 30, "payment": 50}


@dataclass
class Said:
    """A movement that was answered: whatever happens later, asked again it must say the same."""

    movement: Callable[..., Receipt]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    answer: Receipt


class LedgerMachine(RuleBasedStateMachine):
    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.user_id = new_user(self.database)
        self.now = NOW
        self.oracle = Oracle()
        self.said: list[Said] = []
        self.hold_ids: dict[str, str] = {}
        self.numbers = count(1)

    def name(self, what: str) -> str:
        return f"{what} {next(self.numbers)} of {self.user_id}"

    def ask(self, movement: Callable[..., Receipt], *args: Any, **kwargs: Any) -> Receipt:
        self.now += 1
        with self.database.write() as session:
            answer = movement(session, *args, **kwargs, now=self.now)
        self.said.append(Said(movement, args, kwargs, answer))
        return answer

    def balance(self) -> Balance:
        return Balance(self.oracle.available, self.oracle.held, self.oracle.debt)

    @initialize(first=GRANTS, second=GRANTS)
    def begin(self, first: int, second: int) -> None:
        self._grant(first, "payment", 1, None)
        self._grant(second, "payment", None, None)

    @rule(
        amount=GRANTS, source=st.sampled_from(sorted(PRIORITIES)), days=DAYS, priority=st.none() | st.integers(0, 100)
    )
    def grant(self, amount: int, source: str, days: int | None, priority: int | None) -> None:
        self._grant(amount, source, days, priority)

    def _grant(self, amount: int, source: str, days: int | None, priority: int | None) -> None:
        name = self.name("lot")
        expires_at = None if days is None else self.now + days * DAY

        answer = self.ask(
            ledger.grant,
            self.user_id,
            amount,
            source=source,
            source_id=name,
            key=name,
            actor="asaas",
            priority=priority,
            expires_at=expires_at,
        )

        self.oracle.expire(self.now)
        rank = PRIORITIES[source] if priority is None else priority
        self.oracle.give(f"{source} {name}", amount, rank, expires_at, self.now)
        assert answer.balance == self.balance()

    @rule(amount=SPENDINGS)
    def reserve(self, amount: int) -> None:
        self._reserve(amount)

    def _reserve(self, amount: int) -> str | None:
        key = self.name("hold")

        answer = self.ask(ledger.reserve, self.user_id, amount, key=key, expires_at=self.now + DAY)

        self.oracle.expire(self.now)
        if amount > self.oracle.available:
            assert answer.missing == amount - self.oracle.available + self.oracle.debt
            return None
        self.oracle.hold(key, amount)
        self.hold_ids[key] = str(answer.hold_id)
        assert answer.balance == self.balance()
        return key

    @precondition(lambda self: any(hold.open for hold in self.oracle.holds.values()))
    @rule(data=st.data())
    def resolve(self, data: st.DataObject) -> None:
        still_open = [key for key, hold in self.oracle.holds.items() if hold.open]
        self._resolve(data.draw(st.sampled_from(still_open), "hold"), data.draw(SHARES, "percent"))

    @rule(amount=SPENDINGS, hours=HOURS, percent=SHARES, again=st.booleans())
    def spend(self, amount: int, hours: int, percent: int, again: bool) -> None:
        """A whole call with a wait in its middle: left to chance, the three would seldom meet."""
        key = self._reserve(amount)
        self.now += hours * DAY // 24
        if key is not None:
            self._resolve(key, percent)
        if again:
            self._repeat(self.said[-1])

    def _resolve(self, key: str, percent: int) -> None:
        captured = self.oracle.holds[key].amount * percent // 100

        if captured:
            answer = self.ask(ledger.capture, self.hold_ids[key], captured, USAGE)
        else:
            answer = self.ask(ledger.release, self.hold_ids[key])

        self.oracle.expire(self.now)
        self.oracle.resolve(key, captured, self.now)
        assert answer.balance == self.balance()

    @rule(data=st.data(), amount=SPENDINGS)
    def clawback(self, data: st.DataObject, amount: int) -> None:
        payments = [name for name in self.oracle.lots if name.startswith("payment") and "again" not in name]
        name = data.draw(st.sampled_from(payments), "payment")
        lot = self.oracle.lots[name]
        asked = {"key": self.name("clawback"), "actor": "asaas"}
        source_id = name.removeprefix("payment ")
        if lot.clawed + amount > lot.amount:
            self._refused(Refused, ledger.clawback, "payment", source_id, amount, **asked)
            return

        answer = self.ask(ledger.clawback, "payment", source_id, amount, **asked)

        self.oracle.expire(self.now)
        self.oracle.take(amount, first=name)
        lot.clawed += amount
        assert answer.balance == self.balance()

    @rule(amount=SPENDINGS, down=st.booleans())
    def adjust(self, amount: int, down: bool) -> None:
        key = self.name("adjustment")
        change = -amount if down else amount

        answer = self.ask(ledger.adjust, self.user_id, change, reason="a test", actor="admin", key=key)

        self.oracle.expire(self.now)
        if change > 0:
            self.oracle.give(f"admin adjust:{key}", amount, 60, None, self.now)
        elif amount <= self.oracle.available:
            self.oracle.take(amount)
        else:
            assert answer.missing == amount - self.oracle.available + self.oracle.debt
        assert answer.balance == self.balance()

    @rule(delta=st.just(0) | st.integers(-40, 40), sequence=st.none() | st.integers(0, 9))
    def external_change(self, delta: int, sequence: int | None) -> None:
        event_id = self.name("event")

        self.ask(ledger.external_change, self.user_id, delta, source="clerk", event_id=event_id, sequence=sequence)

        self.oracle.expire(self.now)
        if sequence is None or sequence > self.oracle.mark:
            self._follow(delta, event_id)
        said = self.said[-1]
        self._refused(Conflict, said.movement, *_changed(said), **said.kwargs)

    @rule(remaining=st.integers(0, 80), data=st.data(), sequence=st.none() | st.integers(0, 9))
    def external_balance(self, remaining: int, data: st.DataObject, sequence: int | None) -> None:
        event_id = self.name("event")
        as_of = data.draw(st.none() | st.integers(0, len(self.oracle.nets) - 1), "as_of")
        asked = {"source": "clerk", "event_id": event_id, "sequence": sequence, "as_of": as_of}

        self.ask(ledger.external_balance, self.user_id, remaining, **asked)

        self.oracle.expire(self.now)
        if sequence is not None and sequence <= self.oracle.mark:
            return
        self.oracle.mark = self.oracle.mark if sequence is None else sequence
        known = self.oracle.nets[-1 if as_of is None else as_of]
        self._follow(remaining - known, event_id)

    def _follow(self, delta: int, event_id: str) -> None:
        if delta > 0:
            self.oracle.give(f"external clerk:{event_id}", delta, 50, None, self.now)
        elif delta < 0:
            self.oracle.take(-delta)

    @rule(hours=HOURS, sweeps=st.booleans())
    def wait(self, hours: int, sweeps: bool) -> None:
        self.now += hours * DAY // 24
        if sweeps:
            with self.database.write() as session:
                answer = ledger.expire(session, self.user_id, now=self.now)
            self.oracle.expire(self.now)
            assert answer.balance == self.balance()

    @rule(hours=HOURS)
    def set_clock_back(self, hours: int) -> None:
        """Another machine's clock is behind, or this one's was corrected."""
        self.now = max(NOW, self.now - hours * DAY // 24)

    @rule(amount=SPENDINGS, percent=SHARES)
    def spend_on_two_clocks(self, amount: int, percent: int) -> None:
        """A call whose lots expire by one clock and which is settled by another: chance would seldom bring it about."""
        key, begun = self._reserve(amount), self.now
        self.wait(25, sweeps=True)
        self.now = begun
        if key is not None:
            self._resolve(key, percent)

    @rule(data=st.data(), otherwise=st.booleans())
    def repeat(self, data: st.DataObject, otherwise: bool) -> None:
        # Small numbers are drawn more often, so the latest are repeated most.
        said = self.said[-1 - data.draw(st.integers(0, len(self.said) - 1), "movement")]
        if otherwise and said.movement is not ledger.release:
            self._refused(Conflict, said.movement, *_changed(said), **said.kwargs)
        else:
            self._repeat(said)

    def _repeat(self, said: Said) -> None:
        answer = self.ask(said.movement, *said.args, **said.kwargs)

        self.oracle.expire(self.now)
        assert answer == said.answer

    def _refused(self, error: type[Exception], movement: Callable[..., Receipt], *args: Any, **kwargs: Any) -> None:
        try:
            with self.database.write() as session:
                movement(session, *args, **kwargs, now=self.now)
        except error:
            return
        raise AssertionError(f"{movement.__name__}{args} was not refused")

    @invariant()
    def agrees_with_the_oracle(self) -> None:
        with self.database.read() as session:
            assert ledger.verify(session, self.user_id) == []
            names = lot_names(session, self.user_id)
            self.oracle.ids = {name: lot_id for lot_id, (name, _) in names.items()}
            assert dict(names.values()) == {name: lot.left for name, lot in self.oracle.lots.items()}
            assert row_of(session, self.user_id) in (self.balance(), None)
            assert nets_of(session, self.user_id) == self.oracle.nets[1:]


def _changed(said: Said) -> list[Any]:
    """The same arguments with another amount."""
    return [value + (1 if value >= 0 else -1) if type(value) is int else value for value in said.args]


def lot_names(session: Session, user_id: str) -> dict[str, tuple[str, int]]:
    """Each lot's name as the oracle knows it, and what is left of it, by the lot's id."""
    run = session.connection().exec_driver_sql
    holds = dict(tuple(row) for row in run(f"SELECT id, op_key FROM credithold WHERE user_id = '{user_id}'"))
    lots = (
        f"SELECT id, source, source_id, remaining FROM creditgrant WHERE user_id = '{user_id}' ORDER BY created_at, id"
    )
    rows = {row.id: row for row in run(lots)}

    def name(lot_id: str) -> str:
        row = rows[lot_id]
        if row.source != "regrant":
            return f"{row.source} {row.source_id}"
        # By a clock that was set back, it may seem older than the lot it comes from.
        lot, _, hold = row.source_id.partition(":")
        return f"{name(lot)} again after {holds[hold]}"

    return {lot_id: (name(lot_id), row.remaining) for lot_id, row in rows.items()}


def row_of(session: Session, user_id: str) -> Balance | None:
    found = session.connection().exec_driver_sql(
        f"SELECT balance - held, held, debt FROM creditbalance WHERE user_id = '{user_id}'"
    )
    row = found.one_or_none()
    return None if row is None else Balance(*row)


def nets_of(session: Session, user_id: str) -> list[int]:
    entries = f"SELECT net_after FROM creditentry WHERE user_id = '{user_id}' ORDER BY seq"
    return list(session.connection().exec_driver_sql(entries).scalars())
