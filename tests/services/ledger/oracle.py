"""What the ledger must do, said a second time in plain Python: no SQL, no rows, no locks."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 24 * 60 * 60 * 1000


@dataclass
class OracleLot:
    amount: int
    left: int
    priority: int
    expires_at: int | None
    born: int
    clawed: int = 0
    expired: bool = False
    """Let expire once, by whatever clock: nothing comes back into it."""


@dataclass
class OracleHold:
    amount: int
    parts: list[tuple[str, int]]
    open: bool = True


@dataclass
class Oracle:
    """`ids` gives the ledger's id for a lot's name: the last word where two lots are equal in all else."""

    lots: dict[str, OracleLot] = field(default_factory=dict)
    holds: dict[str, OracleHold] = field(default_factory=dict)
    nets: list[int] = field(default_factory=lambda: [0])
    debt: int = 0
    mark: int = -1
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def available(self) -> int:
        return sum(lot.left for lot in self.lots.values())

    @property
    def held(self) -> int:
        return sum(hold.amount for hold in self.holds.values() if hold.open)

    def burn_order(self, first: str = "") -> list[str]:
        def rank(name: str) -> tuple[object, ...]:
            lot = self.lots[name]
            return name != first, lot.priority, lot.expires_at or 10**18, lot.born, self.ids.get(name, "")

        return sorted((name for name, lot in self.lots.items() if lot.left), key=rank)

    def expire(self, now: int) -> None:
        for name in self.burn_order():
            lot = self.lots[name]
            if lot.expires_at is not None and lot.expires_at <= now:
                self.nets.append(self.nets[-1] - lot.left)
                lot.left = 0
                lot.expired = True

    def give(self, name: str, amount: int, priority: int, expires_at: int | None, now: int) -> None:
        self.nets.append(self.nets[-1] + amount)
        repaid = min(self.debt, amount)
        self.debt -= repaid
        self.lots[name] = OracleLot(amount, amount - repaid, priority, expires_at, now)

    def take(self, amount: int, first: str = "") -> None:
        self.nets.append(self.nets[-1] - amount)
        for name in self.burn_order(first):
            part = min(self.lots[name].left, amount)
            self.lots[name].left -= part
            amount -= part
        self.debt += amount

    def hold(self, key: str, amount: int) -> None:
        wanted, parts = amount, []
        for name in self.burn_order():
            part = min(self.lots[name].left, amount)
            self.lots[name].left -= part
            amount -= part
            parts += [(name, part)] if part else []
        self.holds[key] = OracleHold(wanted, parts)

    def resolve(self, key: str, captured: int, now: int) -> None:
        hold = self.holds[key]
        hold.open = False
        if captured:
            self.nets.append(self.nets[-1] - captured)
        for name, amount in hold.parts:
            spent = min(amount, captured)
            captured -= spent
            self._give_back(name, amount - spent, key, now)

    def _give_back(self, name: str, amount: int, key: str, now: int) -> None:
        lot = self.lots[name]
        is_due = lot.expires_at is not None and lot.expires_at <= now
        if amount and (lot.expired or is_due):
            lot.expired = True
            self.nets.append(self.nets[-1] - amount)
            self.give(f"{name} again after {key}", amount, lot.priority, now + 7 * DAY, now)
            return
        repaid = min(self.debt, amount)
        self.debt -= repaid
        lot.left += amount - repaid
