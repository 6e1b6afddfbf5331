"""Which storage a name stands for. Adapters are imported when they are chosen: some bring large libraries."""

from __future__ import annotations

from pathlib import Path

from studio.domain.errors import Misconfigured
from studio.domain.storage import Storage


def open_storage(kind: str, *, folder: Path) -> Storage:
    if kind == "local":
        from studio.storage.local import LocalStorage

        return LocalStorage(folder)
    raise Misconfigured(f"There is no storage called {kind}.", hint="STUDIO_STORAGE may be: local")
