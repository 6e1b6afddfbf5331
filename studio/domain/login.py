"""What somebody shows to be let in."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Login:
    """An API key and where it was found."""

    key: str = field(repr=False)
    origin: str
