"""The storage port: where files lie, whoever keeps them. Keys are made by studio, never by people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from studio.domain.errors import NotFound

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9._-]*)+")
_LONGEST_KEY = 500
_OURS = re.compile(r"[a-z0-9-]+/([0-9a-f]{2})/\1[0-9a-f]{62}\.[a-z0-9]+")
_DIGEST = re.compile(r"([0-9a-f]{64})\.[a-z0-9]+")


@dataclass(frozen=True)
class StoredFile:
    """A file as its storage knows it. `modified_at` is in epoch milliseconds, UTC, by the storage's own clock."""

    key: str
    size_bytes: int
    modified_at: int


class Storage(Protocol):
    """Whatever a storage does to itself, these raise ServiceFailed with a next step; NotFound for a wrong key."""

    name: str

    @property
    def is_public(self) -> bool:
        """Whether everybody who knows the address of a file can read it for good."""

    def put(self, key: str, source: Path, media_type: str = "") -> None:
        """Store a copy of the file under the key, whole or not at all.

        A file of the same size is there already: it is kept and counts as written now."""

    def fetch(self, key: str, *, fresh: bool = False) -> Path:
        """A local file with the stored bytes; `fresh` asks the storage itself even where a copy is at hand.

        Raises NotFound, and ServiceFailed when the bytes are not those the key names."""

    def exists(self, key: str) -> bool:
        """Whether the bytes can be had; `head` asks the storage itself even where a copy is at hand."""

    def head(self, key: str) -> StoredFile | None:
        """What the storage knows of the file, None where there is none."""

    def list(self, folder: str = "") -> Iterator[StoredFile]:
        """Every file under `folder`, the first parts of a key; read page by page as one goes on."""

    def delete(self, key: str) -> None:
        """Remove the file; one that is not there is no error."""

    def delete_older(self, key: str, moment: int) -> bool:
        """Remove the file only if it was written before `moment` (epoch milliseconds); whether it is gone."""

    def url(self, key: str, seconds: int) -> str | None:
        """An address at which anybody can read the file for so long; None where the storage gives none."""

    def close(self) -> None:
        """Give back the connections that are kept open. The next request opens new ones."""


def checked_key(key: str) -> str:
    """The key, if it is one. Raises NotFound: a wrong one must not become a path or an address elsewhere."""
    if not _KEY.fullmatch(key) or ".." in key or len(key) > _LONGEST_KEY:
        raise NotFound(f"{key[:100]!r} is not a storage key.")
    return key


def digest_in(key: str) -> str | None:
    """The SHA-256 that a key names, by which the bytes are known again."""
    found = _DIGEST.fullmatch(key.rpartition("/")[2])
    return found.group(1) if found else None


def is_studios(key: str) -> bool:
    """Whether studio made this key: an owner, two digits, and the SHA-256 that begins with them."""
    return _OURS.fullmatch(key) is not None


def file_is_gone(key: str) -> NotFound:
    return NotFound(f"The file {key} is not in the storage any more.", hint="studio doctor checks the storage.")
