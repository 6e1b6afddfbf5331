"""The ledger and its oracle never disagree, whatever is asked in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from studio.db.engine import Database
from tests.services.ledger.ground import in_memory
from tests.services.ledger.machine import LedgerMachine


@pytest.fixture
def memory(empty_sqlite: Path) -> Iterator[Database]:
    database = in_memory(empty_sqlite)
    yield database
    database.close()


def _run(database: Database, examples: int, steps: int) -> None:
    class Machine(LedgerMachine):
        pass

    Machine.database = database
    wish = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=wish)


def test_ledger_agrees_with_the_oracle(memory: Database) -> None:
    _run(memory, examples=40, steps=30)


@pytest.mark.slow
def test_ledger_agrees_with_the_oracle_for_long(memory: Database) -> None:
    _run(memory, examples=300, steps=50)
