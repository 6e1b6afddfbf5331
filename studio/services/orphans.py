"""Files that belong to nobody, and rows whose file is gone. What was written within a day is left alone: whoever
stores a file puts its bytes there first and writes the row after them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from sqlmodel import select

from studio.contracts.storage import AdminStorage, LostView, OrphanReport, OrphanView
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.errors import Refused
from studio.domain.storage import Storage, StoredFile, is_studios
from studio.services.assets import AssetStore
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.principal import Principal

DAY_MILLISECONDS = 24 * 60 * 60 * 1000
LARGEST_LOOK = 1000


class Loose(NamedTuple):
    """What was found: files without a row, rows without a file, and whether there may be more."""

    orphans: list[StoredFile]
    lost: list[LostView]
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
        if _is_owned(self.database, file.key):
            return False
        return storage.delete_older(file.key, now - DAY_MILLISECONDS)

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
        self.lost: list[LostView] = []
        self.more = False
        self._database, self._storage = database, storage
        self._limit, self._before = limit, now - DAY_MILLISECONDS
        self._seen: set[str] = set()

    @property
    def is_full(self) -> bool:
        return len(self.orphans) >= self._limit or len(self.lost) >= self._limit

    def at_owner(self, owner: str, files: Iterator[StoredFile]) -> None:
        self._seen.add(owner)
        # In a bucket that is shared with others, what studio did not name is not studio's to remove.
        listed = {file.key: file for file in files if is_studios(file.key)}
        with self._database.read() as session:
            # After the listing: a file that came in meanwhile has a row or is new.
            statement = select(Asset.key, Asset.id, Asset.size_bytes).where(Asset.owner_id == owner)
            rows = session.exec(statement.order_by(Asset.key)).all()
        keys = {key for key, _, _ in rows}
        loose = [file for key, file in listed.items() if key not in keys and file.modified_at < self._before]
        self.orphans += loose[: self._limit - len(self.orphans)]
        if not self.more:
            self._note_lost(owner, [row for row in rows if row[0] not in listed])

    def at_owners_without_files(self) -> None:
        with self._database.read() as session:
            owners = set(session.exec(select(Asset.owner_id).distinct()).all()) - self._seen
        for owner in sorted(owners):
            self.at_owner(owner, iter(()))

    def _note_lost(self, owner: str, rows: list[tuple[str, str, int]]) -> None:
        known = {each.id for each in self.lost}
        for key, id, size_bytes in rows:
            if len(self.lost) >= self._limit:
                return
            # Stored after the listing had passed its place, or on a page that came before its owner's others.
            if id not in known and self._storage.head(key) is None:
                self.lost.append(LostView(id=id, owner_id=owner, key=key, size_bytes=size_bytes))


def _counted(files: Iterator[StoredFile], most: int | None, look: _Look) -> Iterator[StoredFile]:
    for number, file in enumerate(files):
        if number == most:
            look.more = True
            return
        yield file


def _is_owned(database: Database, key: str) -> bool:
    with database.read() as session:
        owned = select(Asset.id).where(Asset.owner_id == key.partition("/")[0], Asset.key == key)
        return session.exec(owned).first() is not None


def _report(found: Loose, *, deleted: bool = False) -> OrphanReport:
    return OrphanReport(
        orphans=[
            OrphanView(key=file.key, size_bytes=file.size_bytes, written_at=moment(file.modified_at))
            for file in found.orphans
        ],
        lost=found.lost,
        size_bytes=sum(file.size_bytes for file in found.orphans),
        deleted=deleted,
        more=found.more,
    )
