"""What the server does by itself every half minute: messages that wait, calls whose sender is gone, old rows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

PERIOD_SECONDS = 30.0
SECONDS_TO_STOP = 5.0

_LOG = logging.getLogger(__name__)


class Background:
    """Runs its chores in turn on one thread until it is stopped. A chore that fails is tried again next time."""

    def __init__(self, chores: Sequence[Callable[[], object]], period_seconds: float = PERIOD_SECONDS) -> None:
        self.chores = chores
        self.period_seconds = period_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="studio-background", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Wait a moment for the chore that is running. One that hangs is left to die with the process: each of its
        steps is a transaction, and the next process takes it up."""
        self._stopping.set()
        self._thread.join(SECONDS_TO_STOP)

    def _run(self) -> None:
        while not self._stopping.wait(self.period_seconds):
            for chore in self.chores:
                if self._stopping.is_set():
                    return
                self._do(chore)

    def _do(self, chore: Callable[[], object]) -> None:
        try:
            chore()
        except Exception:  # noqa: BLE001 - one that fails must not keep the others from their turn
            _LOG.exception("a background chore failed")
