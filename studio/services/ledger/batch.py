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
    """`shared` are parameters that mean the same in every statement of the batch; they are sent once."""

    def __init__(self, connection: Connection, **shared: Any) -> None:
        self._connection = connection
        self._shared = shared
        self._statements: list[TextClause] = []
        self._values: list[dict[str, Any]] = []

    def add(self, statement: TextClause, values: dict[str, Any]) -> None:
        self._statements.append(statement)
        self._values.append(values)

    def send(self) -> None:
        """Write everything that was added since the last time."""
        if self._connection.dialect.name == "sqlite":
            for statement, values in zip(self._statements, self._values, strict=True):
                self._connection.execute(statement, self._shared | values)
        else:
            together = _combined(frozenset(self._shared), *(statement.text for statement in self._statements))
            self._connection.execute(together, self._shared | self._numbered())
        self._statements, self._values = [], []

    def _numbered(self) -> dict[str, Any]:
        rows = enumerate(self._values)
        return {f"{name}_{number}": value for number, values in rows for name, value in values.items()}


@lru_cache(maxsize=256)
def _combined(shared: frozenset[str], *statements: str) -> TextClause:
    """`WITH write_0 AS (...), write_1 AS (...) ...`, the other parameters renamed by the number of their statement."""

    def renamed(statement: str, number: int) -> str:
        return _PARAMETER.sub(lambda found: found[0] if found[1] in shared else f"{found[0]}_{number}", statement)

    *first, last = (renamed(statement, number) for number, statement in enumerate(statements))
    clauses = ", ".join(f"write_{number} AS ({statement})" for number, statement in enumerate(first))
    return text(f"WITH {clauses} {last}" if first else last)
