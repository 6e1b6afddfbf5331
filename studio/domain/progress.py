"""How long work tells what it is doing, without knowing who listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Step:
    """A milestone or a movement within a stage. `done` of `total` is None for a plain milestone."""

    stage: str
    message: str
    done: int | None = None
    total: int | None = None
    detail: bool = False
    """True for what only `--verbose` shows, such as what was reused."""


class Progress(Protocol):
    def __call__(self, step: Step) -> None: ...


class Cancelled(Protocol):
    def __call__(self) -> bool:
        """True once the person has asked to stop; long loops look at it and leave."""


def silent(step: Step) -> None:
    """A listener that does not listen."""


def never() -> bool:
    """The work is never cancelled."""
    return False
