"""What every service holds: the database, who asks, and the clock."""

from __future__ import annotations

from studio.db.engine import Database
from studio.domain.clock import Clock, system_clock
from studio.services.principal import Principal


class Service:
    def __init__(self, database: Database, principal: Principal, clock: Clock = system_clock) -> None:
        self.database = database
        self.principal = principal
        self.clock = clock
