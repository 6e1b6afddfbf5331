"""Content keys: the same wish always has the same key, so that nothing is made twice."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, is_dataclass
from typing import Any


def content_key(*parts: Any) -> str:
    """SHA-256 over the canonical JSON of the parts; dataclasses count by their fields."""
    text = json.dumps([_plain(part) for part in parts], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value
