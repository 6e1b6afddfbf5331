"""Rate limits that hold for all processes together: one row a caller in the shared database (GCRA)."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sqlalchemy import text

from studio.db.engine import Database
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import RateLimited

BLOCK = 10
"""Requests that a process takes from the row at once: a write for each would cost more than most answers do."""

BLOCK_MILLISECONDS = 1000
"""What is left of a block is given up after this time."""

_TAKE = text(
    "INSERT INTO ratelimit (key, arrival) VALUES (:key, :now + :cost) ON CONFLICT (key) DO UPDATE"
    " SET arrival = (CASE WHEN ratelimit.arrival > :now THEN ratelimit.arrival ELSE :now END) + :cost"
    " WHERE (CASE WHEN ratelimit.arrival > :now THEN ratelimit.arrival ELSE :now END) + :cost - :tolerance <= :now"
    " RETURNING arrival"
)
_LEFT = text("SELECT arrival FROM ratelimit WHERE key = :key")
_FORGET = text("DELETE FROM ratelimit WHERE arrival < :now")


@dataclass
class _Block:
    left: int
    until: int


class RateLimits:
    """Lets each caller ask `burst` times at once and `per_minute` times a minute in the long run, and never more.

    A process that dies or pauses with a block in hand gives up at most nine requests of the caller's."""

    def __init__(self, database: Database, *, per_minute: int, burst: int, clock: Clock = system_clock) -> None:
        self.database = database
        self.spacing = 60_000 // per_minute
        """Milliseconds between two requests at the allowed pace."""
        self.tolerance = self.spacing * burst
        self.block = max(1, min(BLOCK, burst // 5))
        self.clock = clock
        self._blocks: dict[str, _Block] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Count one request of this caller. Raises RateLimited with the seconds to wait as `retry_after`."""
        now = self.clock()
        if self._from_block(key, now):
            return
        if self.block > 1 and self._take(key, self.block, now):
            with self._lock:
                self._blocks[key] = _Block(self.block - 1, now + BLOCK_MILLISECONDS)
            return
        if not self._take(key, 1, now):
            raise self._refusal(key, now)

    def forget_idle(self) -> None:
        """Remove the rows of callers who have not asked for so long that nothing is counted against them."""
        with self.database.write() as session:
            session.connection().execute(_FORGET, {"now": self.clock()})
        with self._lock:
            self._blocks = {key: block for key, block in self._blocks.items() if block.until > self.clock()}

    def _from_block(self, key: str, now: int) -> bool:
        with self._lock:
            block = self._blocks.get(key)
            if block is None or block.left == 0 or block.until <= now:
                return False
            block.left -= 1
            return True

    def _take(self, key: str, count: int, now: int) -> bool:
        values = {"key": key, "now": now, "cost": count * self.spacing, "tolerance": self.tolerance}
        with self.database.write() as session:
            return session.connection().execute(_TAKE, values).first() is not None

    def _refusal(self, key: str, now: int) -> RateLimited:
        with self.database.read() as session:
            arrival = session.connection().execute(_LEFT, {"key": key}).scalar_one_or_none() or now
        wait = max(1, -(-(arrival + self.spacing - self.tolerance - now) // 1000))
        return RateLimited("You are asking too often.", hint=f"Try again in {wait} s.", details={"retry_after": wait})
