"""The machine finds mistakes: every wrong ledger is caught, by the oracle, the invariants or the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.exc import IntegrityError

from studio.db.engine import Database
from studio.domain.errors import Refused
from tests.services.ledger.bugs import BUGS, Bug
from tests.services.ledger.ground import in_memory
from tests.services.ledger.machine import LedgerMachine

CAUGHT = (AssertionError, IntegrityError, Refused)
"""A check failed, a constraint of the tables held, or a repetition was taken for something new."""


@pytest.fixture
def memory(empty_sqlite: Path) -> Iterator[Database]:
    database = in_memory(empty_sqlite)
    yield database
    database.close()


def test_there_are_at_least_fifteen_bugs() -> None:
    assert len({bug.__name__ for bug in BUGS}) == len(BUGS) >= 15


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_wrong_ledger_is_caught(bug: Bug, memory: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)

    with pytest.raises(CAUGHT):
        _run(memory)


def _run(database: Database) -> None:
    class Machine(LedgerMachine):
        pass

    Machine.database = database
    wish = settings(
        max_examples=400,
        stateful_step_count=30,
        deadline=None,
        database=None,
        derandomize=True,
        # The first mistake found is enough, however long its story.
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=wish)
