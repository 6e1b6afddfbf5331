"""Which models work where nobody named one: the table that `auto` stands for, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from studio.domain.medium import Medium

FILE = Path(__file__).with_name("auto.toml")


def automatic(medium: Medium) -> tuple[str, ...]:
    """The models that `auto` looks for, the best first; none of them is on this machine."""
    return _table().get(medium, ())


@cache
def _table() -> Mapping[Medium, tuple[str, ...]]:
    content = tomllib.loads(FILE.read_text("utf-8"))
    return MappingProxyType({Medium(medium): tuple(models) for medium, models in content.items()})
