"""Writes that are sent together: one statement and one round trip on PostgreSQL, one after another on SQLite.

For the hot path only. PostgreSQL carries such writes out in no order, all seeing what was there before them, so no
two of a batch may touch the same row, and none may read what another writes; references are checked at the end."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, text

_PARAMETER = re.compile(r"(?<!:):(\w+)")


class Batch:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._statements: list[TextClause] = []
        self._values: list[dict[str, Any]] = []

    def add(self, statement: TextClause, values: dict[str, Any]) -> None:
        self._statements.append(statement)
        self._values.append(values)

    def send(self) -> None:
        """Write everything that was added since the last time."""
        if self._connection.dialect.name == "sqlite":
            for statement, values in zip(self._statements, self._values, strict=True):
                self._connection.execute(statement, values)
        else:
            together = {
                f"{name}_{number}": value
                for number, values in enumerate(self._values)
                for name, value in values.items()
            }
            self._connection.execute(_combined(*(statement.text for statement in self._statements)), together)
        self._statements, self._values = [], []


@lru_cache(maxsize=256)
def _combined(*statements: str) -> TextClause:
    """`WITH write_0 AS (...), write_1 AS (...) ...`, each parameter renamed by the number of its statement."""
    numbered = [_PARAMETER.sub(rf":\1_{number}", statement) for number, statement in enumerate(statements)]
    *first, last = numbered
    clauses = ", ".join(f"write_{number} AS ({statement})" for number, statement in enumerate(first))
    return text(f"WITH {clauses} {last}" if first else last)
