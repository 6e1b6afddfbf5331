"""The storage port: where files lie, whoever keeps them. Keys are made by studio, never by people."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Storage(Protocol):
    name: str

    def put(self, key: str, source: Path) -> None:
        """Store a copy of the file under the key, whole or not at all. An existing key is left as it is."""

    def fetch(self, key: str) -> Path:
        """A local file with the stored bytes. Raises NotFound."""

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Remove the file; one that is not there is no error."""
