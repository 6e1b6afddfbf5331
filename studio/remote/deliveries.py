"""Which films of a server lie where on this machine. The server cannot know, and its own paths mean nothing here."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class Deliveries:
    """One file for all servers; losing it costs nothing but the memory of where a film was put."""

    def __init__(self, file: Path, server: str) -> None:
        self.file = file
        self.server = server

    def note(self, short_id: str, path: Path, sha256: str) -> None:
        """Remember where the film of this short was put, and which bytes it has."""
        known = self._read()
        known[self.server] = {**self._here(known), short_id: {"path": str(path), "sha256": sha256}}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        part = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        part.write_text(json.dumps(known, indent=1), encoding="utf-8")
        os.replace(part, self.file)

    def short_of(self, sha256: str) -> str | None:
        """The id of the short whose film has these bytes."""
        entries = self._here(self._read()).items()
        return next((id for id, entry in entries if entry.get("sha256") == sha256), None)

    def as_here(self, result: _Result) -> _Result:
        """A short, or a page of them, as this machine sees it: `video_path` is where its film was put here."""
        view: Any = result
        if hasattr(view, "video_path"):
            entry = self._here(self._read()).get(view.id, {})
            view = view.model_copy(update={"video_path": entry.get("path")})
        elif hasattr(view, "next_cursor"):
            view = view.model_copy(update={"data": [self.as_here(each) for each in view.data]})
        here: _Result = view
        return here

    def _here(self, known: dict[str, Any]) -> dict[str, dict[str, str]]:
        found = known.get(self.server)
        entries = found.items() if isinstance(found, dict) else ()
        return {id: entry for id, entry in entries if isinstance(entry, dict)}

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
