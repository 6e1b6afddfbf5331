"""The pictograms that ship with studio: Fluent Emoji Flat, read from one compressed file once, when first asked for."""

from __future__ import annotations

import json
import lzma
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate

VIEW_BOX_UNITS = 32
"""Every pictogram is drawn on a square of 32 by 32 units."""


class Pictograms:
    """SVG bodies by name. Unpacking takes about 60 ms and 1.3 MB; a body itself is a slice of that."""

    def __init__(self, packed: bytes) -> None:
        header, _, self._bodies = lzma.decompress(packed).partition(b"\n")
        lengths: dict[str, int] = json.loads(header)
        ends = list(accumulate(lengths.values()))
        self._slices = {name: slice(end - lengths[name], end) for name, end in zip(lengths, ends, strict=True)}
        self.names: tuple[str, ...] = tuple(lengths)

    def __contains__(self, name: str) -> bool:
        return name in self._slices

    def body(self, name: str) -> str:
        """The SVG elements of a pictogram, without the `<svg>` around them. Raises KeyError for an unknown name."""
        return self._bodies[self._slices[name]].decode()


@lru_cache(maxsize=1)
def shipped_pictograms() -> Pictograms:
    return Pictograms(read_data("pictograms.xz"))


def read_data(name: str) -> bytes:
    """One file of the package's data folder."""
    return (files(__package__) / "data" / name).read_bytes()
