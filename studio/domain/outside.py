"""People as systems outside of studio describe them, and the port of a directory that knows all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class OutsidePerson:
    """Somebody as one source describes them at one moment."""

    id: str
    """What the source calls them."""
    changed_at: int
    """When the source changed them last, in epoch milliseconds."""
    email: str | None = None
    """An address that is proven to be theirs, in the stored spelling; None where nothing is proven."""
    name: str = ""
    """Empty where the source does not say."""
    is_barred: bool = False
    """Whether the source keeps them out."""


class Directory(Protocol):
    """Everybody a source knows, now. Each method raises ServiceFailed when the source does not answer."""

    name: str

    def count(self) -> int: ...

    def pages(self) -> Iterator[Sequence[OutsidePerson]]:
        """All people, the oldest first; each page is asked for when the one before has been used."""

    def knows(self, id: str) -> bool: ...

    def close(self) -> None: ...
