"""The cache of encoded scenes: kept for the next render, within a size."""

from __future__ import annotations

from pathlib import Path


def trim_cache(folder: Path, megabytes: int) -> int:
    """Delete the files used longest ago until the folder fits; returns how many went."""
    files = sorted(
        ((path.stat(), path) for path in folder.iterdir() if path.is_file()),
        key=lambda entry: entry[0].st_mtime,
        reverse=True,
    )
    room, gone = megabytes * 1_000_000, 0
    for status, path in files:
        room -= status.st_size
        if room < 0:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
