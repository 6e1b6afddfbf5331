"""Files with the keys studio gives them."""

from __future__ import annotations

import hashlib
from pathlib import Path

OWNER = "0199f3a2-7c11-7d3e-9a55-0f6b2c1d4e8f"


def key_of(data: bytes, owner: str = OWNER) -> str:
    digest = hashlib.sha256(data).hexdigest()
    return f"{owner}/{digest[:2]}/{digest}.png"


def file_with(folder: Path, data: bytes) -> Path:
    path = folder / f"source-{hashlib.sha256(data).hexdigest()[:8]}"
    path.write_bytes(data)
    return path
