"""Files that belong to nobody, and rows whose file is gone. What was written within a day is left alone: whoever
stores a file puts its bytes there first and writes the row after them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from typing import NamedTuple

from sqlmodel import col, select

from studio.contracts.storage import AdminStorage, LostView, OrphanReport, OrphanView
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.errors import NotFound, Refused
from studio.domain.storage import Storage, StoredFile
from studio.services.assets import AssetStore
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.principal import Principal

DAY_MILLISECONDS = 24 * 60 * 60 * 1000
LARGEST_LOOK = 1000


class Loose(NamedTuple):
    """What was found: files without a row, rows without a file, and whether there may be more."""

    orphans: list[StoredFile]
    lost: list[Asset]
    more: bool


class AdminStorageService(Service, AdminStorage):
    def __init__(
        self, database: Database, principal: Principal, assets: AssetStore, clock: Clock = system_clock
    ) -> None:
        super().__init__(database, principal, clock)
        self.assets = assets

    def orphans(self, *, limit: int = 100) -> OrphanReport:
        return _report(find_loose(self.database, self.assets.storage, limit, now=self.clock()))

    def sweep(self, *, limit: int = LARGEST_LOOK) -> OrphanReport:
        now, storage = self.clock(), self.assets.storage
        found = find_loose(self.database, storage, limit, now=now)
        gone: list[StoredFile] = []
        try:
            gone.extend(file for file in found.orphans if self._remove(storage, file, now))
        finally:
            # Also what was removed before the storage failed.
            if gone:
                self._note(gone)
        return _report(found._replace(orphans=gone), deleted=True)

    def _remove(self, storage: Storage, file: StoredFile, now: int) -> bool:
        """Remove it unless somebody owns it or has stored it anew since it was found."""
        if _owned(self.database, [file.key]):
            return False
        with suppress(NotFound):
            return storage.delete_older(file.key, now - DAY_MILLISECONDS)
        # Not a key of studio's: somebody else put it there.
        return False

    def _note(self, gone: list[StoredFile]) -> None:
        subject = Subject("storage", self.assets.storage.name)
        what = {"files": len(gone), "size_bytes": sum(file.size_bytes for file in gone)}
        with self.database.write() as session:
            audit(session, self.principal, "storage.swept", subject, what, None, now=self.clock())


def find_loose(database: Database, storage: Storage, limit: int, *, now: int, most_files: int | None = None) -> Loose:
    """At most `limit` files and rows that do not belong together, among the first `most_files` of the storage.

    Raises Refused for a limit outside 1 to 1000."""
    if not 1 <= limit <= LARGEST_LOOK:
        raise Refused(f"One look is at 1 to {LARGEST_LOOK} files, not {limit}.", hint="Use --limit, and look again.")
    look = _Look(database, storage, limit, now)
    files = _counted(storage.list(), most_files, look)
    for owner, group in groupby(files, key=lambda file: file.key.partition("/")[0]):
        look.at_owner(owner, group)
        if look.is_full:
            break
    else:
        if not look.more:
            look.at_owners_without_files()
    return Loose(look.orphans, look.lost, look.more or look.is_full)


class _Look:
    """One pass over the storage, owner by owner, which is as much as is held in memory."""

    def __init__(self, database: Database, storage: Storage, limit: int, now: int) -> None:
        self.orphans: list[StoredFile] = []
        self.lost: list[Asset] = []
        self.more = False
        self._database, self._storage = database, storage
        self._limit, self._before = limit, now - DAY_MILLISECONDS
        self._seen: set[str] = set()

    @property
    def is_full(self) -> bool:
        return len(self.orphans) >= self._limit or len(self.lost) >= self._limit

    def at_owner(self, owner: str, files: Iterator[StoredFile]) -> None:
        self._seen.add(owner)
        listed = {file.key: file for file in files}
        with self._database.read() as session:
            # After the listing: a file that came in meanwhile has a row or is new.
            rows = session.exec(select(Asset).where(Asset.owner_id == owner).order_by(Asset.key)).all()
        keys = {row.key for row in rows}
        loose = [file for key, file in listed.items() if key not in keys and file.modified_at < self._before]
        self.orphans += loose[: self._limit - len(self.orphans)]
        if not self.more:
            self._note_lost([row for row in rows if row.key not in listed])

    def at_owners_without_files(self) -> None:
        with self._database.read() as session:
            owners = set(session.exec(select(Asset.owner_id).distinct()).all()) - self._seen
        for owner in sorted(owners):
            self.at_owner(owner, iter(()))

    def _note_lost(self, rows: list[Asset]) -> None:
        known = {row.id for row in self.lost}
        for row in rows:
            if len(self.lost) >= self._limit or row.id in known:
                continue
            # Stored after the listing had passed its place, or on a page that came before its owner's others.
            if self._storage.head(row.key) is None:
                self.lost.append(row)


def _counted(files: Iterator[StoredFile], most: int | None, look: _Look) -> Iterator[StoredFile]:
    for number, file in enumerate(files):
        if number == most:
            look.more = True
            return
        yield file


def _owned(database: Database, keys: list[str]) -> bool:
    owners = [key.partition("/")[0] for key in keys]
    with database.read() as session:
        found = select(Asset.id).where(col(Asset.owner_id).in_(owners), col(Asset.key).in_(keys))
        return session.exec(found.limit(1)).first() is not None


def _report(found: Loose, *, deleted: bool = False) -> OrphanReport:
    return OrphanReport(
        orphans=[
            OrphanView(key=file.key, size_bytes=file.size_bytes, written_at=moment(file.modified_at))
            for file in found.orphans
        ],
        lost=[LostView(id=row.id, owner_id=row.owner_id, key=row.key, size_bytes=row.size_bytes) for row in found.lost],
        size_bytes=sum(file.size_bytes for file in found.orphans),
        deleted=deleted,
        more=found.more,
    )
