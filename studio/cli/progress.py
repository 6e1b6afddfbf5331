"""Showing how the work goes: a moving line on a terminal, one plain line per milestone elsewhere; all on stderr."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from studio.cli.context import Context
from studio.cli.interruption import stopping
from studio.cli.output import Output, is_terminal
from studio.domain.progress import Progress, Step
from studio.domain.text import safe


class _Listener(Protocol):
    def __call__(self, step: Step) -> None: ...

    def close(self) -> None: ...


class PlainLines:
    """A line per milestone; of what is counted one when it begins at nothing, and one when it is finished."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self.last = ""

    def __call__(self, step: Step) -> None:
        if step.detail and not self.output.is_verbose:
            return
        line = _plain(step)
        # Several workers report the same beginning and the same end.
        if line is not None and line != self.last:
            self.output.note(line)
            self.last = line

    def close(self) -> None:
        pass


def _plain(step: Step) -> str | None:
    if step.done is None or step.total is None or step.total == 1:
        return f"{step.stage}: {step.message}"
    if step.done == step.total:
        return f"{step.stage}: {step.done} of {step.total} done"
    return f"{step.stage}: {step.message} …" if step.done == 0 else None


class MovingLine:
    """A spinner with the present step; milestones stay above it."""

    def __init__(self, output: Output) -> None:
        from rich.console import Console

        self.output = output
        self.console = Console(stderr=True)
        self.status = self.console.status("")
        self.status.start()

    def __call__(self, step: Step) -> None:
        from rich.text import Text

        if step.detail and not self.output.is_verbose:
            return
        counted = "" if step.total is None else f" {step.done}/{step.total}"
        text = Text(f"{step.stage:<7} {safe(step.message)}{counted}")
        if step.total is None or step.done == step.total or step.detail:
            self.console.print(Text("✓ ", style="green") + text, soft_wrap=True)
        self.status.update(text)

    def close(self) -> None:
        self.status.stop()


@contextmanager
def watched(context: Context) -> Iterator[dict[str, Any]]:
    """The `progress` and `cancelled` arguments for long work."""
    listener = _listener(context.output)
    with stopping(context) as cancelled:
        try:
            yield {"progress": _serialised(listener), "cancelled": cancelled}
        finally:
            listener.close()


def _listener(output: Output) -> _Listener:
    if output.is_quiet or output.wants_json or not is_terminal(sys.stderr):
        return PlainLines(output)
    return MovingLine(output)


def _serialised(listener: _Listener) -> Progress:
    lock = threading.Lock()

    def tell(step: Step) -> None:
        with lock:
            listener(step)

    return tell
