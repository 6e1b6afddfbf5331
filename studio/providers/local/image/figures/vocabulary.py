"""The words by which people are described, read from the data folder."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from studio.providers.local.image.pictograms import read_data


def vocabulary(trait: str) -> dict[str, str]:
    """Word to value for one trait, such as `hair style` or `feeling`. Raises KeyError for an unknown trait."""
    return _tables()[trait]


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = defaultdict(dict)
    for line in read_data("looks.txt").decode().splitlines():
        if line and not line.startswith("#"):
            trait, value, words = (cell.strip() for cell in line.split("|"))
            tables[trait] |= dict.fromkeys((word.strip() for word in words.split(",")), value)
    return dict(tables)
