"""A storage elsewhere as the rest of studio sees it: copies at hand, every download checked, passing failures met."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from studio.domain.clock import Clock, system_clock
from studio.domain.errors import NotSent, ServiceFailed
from studio.domain.placing import digest_of
from studio.domain.storage import StoredFile, checked_key, digest_in
from studio.storage.copies import Copies
from studio.storage.remote import Passing, Remote

FRESH_MILLISECONDS = 12 * 60 * 60 * 1000
"""A file that lies there longer is written anew, so that whoever sweeps up old files nobody owns sees it is wanted."""

PAUSES = (0.5, 2.0)
"""Seconds between the attempts; every request of a storage may be repeated."""

LONGEST_PAUSE = 10.0

_Answer = TypeVar("_Answer")


class CachedStorage:
    """Makes a Storage of a Remote."""

    def __init__(
        self,
        remote: Remote,
        copies: Copies,
        *,
        pause: Callable[[float], None] = time.sleep,
        clock: Clock = system_clock,
    ) -> None:
        self.name = remote.name
        self._remote = remote
        self._copies = copies
        self._pause = pause
        self._clock = clock

    @property
    def is_public(self) -> bool:
        return self._remote.is_public

    def put(self, key: str, source: Path, media_type: str = "") -> None:
        there = self.head(key)
        is_whole = there is not None and there.size_bytes == source.stat().st_size
        if there is None or not is_whole or self._clock() - there.modified_at > FRESH_MILLISECONDS:
            self._patiently(lambda: self._remote.upload(key, source, media_type))
        self._copies.keep(key, source)

    def fetch(self, key: str, *, fresh: bool = False) -> Path:
        copy = None if fresh else self._copies.find(checked_key(key))
        return copy or self._patiently(lambda: self._download(checked_key(key)))

    def exists(self, key: str) -> bool:
        # A copy at hand spares the question: many takes are asked about before a film is cut.
        return self._copies.find(checked_key(key)) is not None or self.head(key) is not None

    def head(self, key: str) -> StoredFile | None:
        return self._patiently(lambda: self._remote.head(checked_key(key)))

    def list(self, folder: str = "") -> Iterator[StoredFile]:
        cursor: str | None = ""
        while cursor is not None:
            page = self._patiently(partial(self._remote.page, folder, cursor))
            yield from page.files
            cursor = page.cursor

    def delete(self, key: str) -> None:
        self._patiently(lambda: self._remote.delete(checked_key(key)))
        self._copies.drop(key)

    def delete_older(self, key: str, moment: int) -> bool:
        # Nobody offers to delete on this condition, so what is left between both requests is a moment.
        there = self.head(key)
        if there is not None and there.modified_at >= moment:
            return False
        self.delete(key)
        return True

    def url(self, key: str, seconds: int) -> str | None:
        return self._patiently(lambda: self._remote.url(checked_key(key), seconds))

    def close(self) -> None:
        self._remote.close()

    def _download(self, key: str) -> Path:
        with self._copies.incoming() as part:
            self._remote.download(key, part)
            digest = digest_in(key)
            if digest is not None and digest_of(part) != digest:
                raise ServiceFailed(
                    f"The {self.name} storage gave other bytes for {key} than were put there.",
                    hint="Try again; if it stays so, studio shorts render HANDLE makes what is missing anew.",
                )
            return self._copies.take(key, part)

    def _patiently(self, ask: Callable[[], _Answer]) -> _Answer:
        for seconds in PAUSES:
            try:
                return ask()
            except NotSent:
                self._pause(seconds)
            except Passing as error:
                if (error.retry_seconds or 0) > LONGEST_PAUSE:
                    raise
                self._pause(max(seconds, error.retry_seconds or 0))
        return ask()
