"""Ctrl-C and SIGTERM: the first asks the work to stop where nothing is lost, the second ends it at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from studio.domain.errors import Interrupted

if TYPE_CHECKING:
    from studio.cli.context import Context

SIGNALS = (signal.SIGINT, signal.SIGTERM)

GRACE_SECONDS = 1.0
"""How long studio tidies up when it is to end at once, and how long it then looks for what is held."""


@contextmanager
def stopping(context: Context) -> Iterator[Callable[[], bool]]:
    """Whether the person has asked for the work to stop."""
    asked, ending = threading.Event(), threading.Event()

    def ask(number: int, frame: Any) -> None:
        if asked.is_set():
            ending.set()
            # It ends soon anyway, and a third Ctrl-C would only disturb its last words.
            for each in SIGNALS:
                signal.signal(each, signal.SIG_IGN)
            _end_soon(context)
            raise KeyboardInterrupt
        asked.set()
        context.output.note("Stopping after the step at hand; press Ctrl-C again to stop at once.")

    previous = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield asked.is_set
    except KeyboardInterrupt:
        context.farewell.tell()
        raise
    finally:
        for number, handler in previous.items():
            if not ending.is_set():
                signal.signal(number, handler)


def _end_soon(context: Context) -> None:
    """Let the work tidy up for a moment. Threads that wait for a provider do not hold studio up: a call whose process
    has ended is found again."""

    def end() -> None:
        time.sleep(GRACE_SECONDS)
        telling = threading.Thread(target=context.farewell.tell, daemon=True)
        telling.start()
        telling.join(GRACE_SECONDS)
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(Interrupted.exit_code)

    threading.Thread(target=end, daemon=True).start()


class Farewell:
    """What is said once to somebody who ends studio at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._is_said = False

    def tell(self) -> None:
        """Say which paid calls are open and what is held for them; nothing where there are none."""
        with self._lock:
            if self._is_said or "studio" not in self._context.__dict__:
                return
            self._is_said = True
            try:
                words = self._words()
            except Exception:
                # Whatever is wrong with the database by now, studio ends.
                import logging

                logging.getLogger(__name__).info("nobody could be told what is held", exc_info=True)
                return
            if words is not None:
                self._context.output.error(words)

    def _words(self) -> Interrupted | None:
        from studio.contracts.jobs import JobFilter

        jobs = self._context.studio.jobs.list(JobFilter(is_open=True), limit=100).data
        if not jobs:
            return None
        held, ids = sum(job.credits_held for job in jobs), [job.id for job in jobs]
        named = f"job {ids[0]}" if len(ids) == 1 else f"{len(ids)} jobs, the newest {ids[0]}"
        return Interrupted(
            f"Stopped at once. {held} credit{'' if held == 1 else 's'} held, not spent, for {named}.",
            hint="Run the same command again: it goes on from here. studio jobs list --open tells where each stands.",
            details={"generations": ids, "held": held},
        )
