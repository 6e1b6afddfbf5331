"""The outermost boxes of an MP4 file: enough to know that nothing is missing and what a player meets first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Atom:
    """One box: its four-letter kind, and where it begins and ends in bytes as its own header says."""

    kind: str
    start: int
    end: int


def read_atoms(path: Path) -> list[Atom]:
    """The boxes in file order; what follows a header that makes no sense is left out."""
    atoms: list[Atom] = []
    file_end = os.path.getsize(path)
    with path.open("rb") as file:
        start = 0
        while start < file_end and (atom := _atom_at(file, start, file_end)):
            atoms.append(atom)
            start = atom.end
    return atoms


def is_complete(path: Path) -> bool:
    """Whether the file has an index and its boxes fill it to the last byte: a cut-off file never does."""
    atoms = read_atoms(path)
    return any(atom.kind == "moov" for atom in atoms) and atoms[-1].end == os.path.getsize(path)


def is_faststart(path: Path) -> bool:
    """Whether the index stands before the pictures, so that a player can begin before it has the whole file."""
    kinds = [atom.kind for atom in read_atoms(path)]
    return "moov" in kinds and "mdat" in kinds and kinds.index("moov") < kinds.index("mdat")


def _atom_at(file: BinaryIO, start: int, file_end: int) -> Atom | None:
    file.seek(start)
    header = file.read(16)
    size = int.from_bytes(header[:4], "big")
    if size == 1:
        size = int.from_bytes(header[8:16], "big")
    elif size == 0:
        size = file_end - start
    return Atom(header[4:8].decode("latin-1"), start, start + size) if size >= 8 else None
