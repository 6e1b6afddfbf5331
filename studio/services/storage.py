"""Stored files: uploading, looking at, fetching, linking and removing them. Each has a row, and each row one owner."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, func, select

from studio.contracts.base import Deleted, Page
from studio.contracts.storage import (
    EVERY_FILE,
    HOUR,
    LARGEST_FILE_BYTES,
    LONGEST_NAME,
    WEEK,
    FileFilter,
    FileKind,
    FileLink,
    FileView,
    KindUsage,
    StoredFiles,
    UsageReport,
)
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.domain.clock import Clock, moment, system_clock
from studio.domain.errors import Conflict, Invalid, NotFound, Refused, StudioError, TooLarge
from studio.domain.text import one_line, safe
from studio.providers.media_types import media_type_of
from studio.services.assets import MEDIA_TYPES, AssetStore, saved
from studio.services.base import Service
from studio.services.file_uses import Use, uses_of
from studio.services.pages import newest_page
from studio.services.plans import plan_limit
from studio.services.principal import Principal
from studio.services.references import by_prefix, lock_owner
from studio.services.room import MEGABYTE, require_room

_HEAD_BYTES = 64
_EXTENSIONS = {media_type: extension for extension, media_type in MEDIA_TYPES.items()}
_KINDS = {"image": FileKind.PICTURE, "video": FileKind.CLIP, "audio": FileKind.SOUND}
_FAMILIES = {kind: family for family, kind in _KINDS.items()}


class StorageService(Service, StoredFiles):
    def __init__(
        self, database: Database, principal: Principal, assets: AssetStore, clock: Clock = system_clock
    ) -> None:
        super().__init__(database, principal, clock)
        self.assets = assets

    def list(self, wanted: FileFilter = EVERY_FILE, *, limit: int = 20, cursor: str | None = None) -> Page[FileView]:
        conditions = [col(Asset.owner_id) == self.principal.user_id]
        if wanted.kind is not None:
            conditions.append(col(Asset.media_type).startswith(f"{_FAMILIES[wanted.kind]}/"))
        if wanted.uploaded:
            conditions.append(col(Asset.name).is_not(None))
        with self.database.read() as session:
            rows, following = newest_page(session, Asset, conditions, limit=limit, cursor=cursor)
            return Page(data=_views(session, rows), next_cursor=following)

    def show(self, id: str) -> FileView:
        with self.database.read() as session:
            return _views(session, [self._find(session, id)])[0]

    def upload(self, source: Path, *, name: str = "") -> FileView:
        extension = _extension(source)
        asset = self.assets.row_of(source, extension, self.principal)
        asset.name = _name(name, asset, extension)
        asset.created_at = asset.updated_at = self.clock()
        with self.database.read() as session:
            self._require_room(session, asset)
        # The bytes first: a crash leaves a file without a row, which is swept up, and never a row without its file.
        self.assets.storage.put(asset.key, source, asset.media_type)
        try:
            return self._written(asset)
        except StudioError:
            self.assets.forget(self.database, asset.key)
            raise

    def usage(self) -> UsageReport:
        family = func.substr(col(Asset.media_type), 1, 5)
        sizes = select(family, func.count(), func.sum(col(Asset.size_bytes))).where(
            Asset.owner_id == self.principal.user_id
        )
        with self.database.read() as session:
            found = {_KINDS[name]: (files, int(size)) for name, files, size in session.exec(sizes.group_by(family))}
            most = plan_limit(session, self.principal, "storage_megabytes") * MEGABYTE
        taken = [(kind, *found.get(kind, (0, 0))) for kind in FileKind]
        return UsageReport(
            used_bytes=sum(size for _, _, size in taken),
            limit_bytes=most,
            files=sum(files for _, files, _ in taken),
            storage=self.assets.storage.name,
            kinds=[KindUsage(kind=kind, files=files, size_bytes=size) for kind, files, size in taken],
        )

    def download(self, id: str) -> Path:
        with self.database.read() as session:
            asset = self._find(session, id)
        return self.assets.path(asset)

    def url(self, id: str, *, seconds: int = HOUR) -> FileLink:
        if not 60 <= seconds <= WEEK:
            raise Invalid(f"A link can last from 60 to {WEEK} seconds, not {seconds}.", hint="One hour is 3600.")
        with self.database.read() as session:
            asset = self._find(session, id)
        storage = self.assets.storage
        if storage.head(asset.key) is None:
            raise NotFound("The storage does not have this file any more.", hint="studio doctor checks the storage.")
        url = storage.url(asset.key, seconds)
        if url is None:
            raise Refused(
                f"The {storage.name} storage gives no links to its files.",
                hint=f"studio storage download {asset.id} fetches it; docs/storage.md says which storages give links.",
            )
        until = moment(self.clock() + seconds * 1000)
        return FileLink(id=asset.id, url=url, expires_at=None if storage.is_public else until)

    def delete(self, id: str) -> Deleted:
        with self.database.write() as session:
            asset = self._find(session, id)
            uses = uses_of(session, [asset.id]).get(asset.id, [])
            if uses:
                raise _in_use(asset, uses)
            session.delete(asset)
        self.assets.forget(self.database, asset.key)
        return Deleted(id=asset.id)

    def _written(self, asset: Asset) -> FileView:
        with self.database.write() as session:
            # So that two uploads at once do not both find the same room.
            lock_owner(session, self.principal)
            self._require_room(session, asset)
            name = asset.name
            row = saved(session, asset)
            row.name = name
            session.add(row)
            session.flush()
            return _views(session, [row])[0]

    def _require_room(self, session: Session, asset: Asset) -> None:
        """Raise Refused for bytes that are new and have no room."""
        known = select(Asset.id).where(Asset.owner_id == asset.owner_id, Asset.key == asset.key)
        if session.exec(known).first() is None:
            require_room(session, self.principal, asset.size_bytes)

    def _find(self, session: Session, id: str) -> Asset:
        reference = safe(id)
        own = select(Asset).where(Asset.owner_id == self.principal.user_id)
        if reference == "@last":
            found = session.exec(own.order_by(col(Asset.created_at).desc(), col(Asset.id).desc()).limit(1)).first()
        else:
            found = session.exec(own.where(Asset.id == reference)).first()
            found = found or by_prefix(session, own, Asset.id, reference, "file")
        if found is None:
            raise NotFound(
                f"There is no file {one_line(reference)[:100]}.", hint="studio storage list shows what there is."
            )
        return found


def _extension(source: Path) -> str:
    """What the file is, by its first bytes. Raises NotFound, TooLarge, and Refused for what studio does not keep."""
    try:
        size_bytes = source.stat().st_size
        with source.open("rb") as stream:
            media_type = media_type_of(stream.read(_HEAD_BYTES))
    except OSError as error:
        raise NotFound(f"There is no file {source} that can be read.", hint="Check its name and folder.") from error
    if size_bytes > LARGEST_FILE_BYTES:
        raise TooLarge(f"The file is larger than {LARGEST_FILE_BYTES // MEGABYTE} MB.", hint="Make it smaller first.")
    if media_type is None:
        raise Refused(
            "The file is neither a picture nor a clip nor a sound that studio knows.",
            hint=f"studio keeps {', '.join(sorted(_EXTENSIONS.values()))}; what counts are the bytes, not the name.",
        )
    return _EXTENSIONS[media_type]


def _name(wanted: str, asset: Asset, extension: str) -> str:
    """What the person calls the file, as text; it is never part of a key or a path."""
    name = one_line(wanted) or f"{asset.sha256[:8]}.{extension}"
    if len(name) > LONGEST_NAME:
        raise Invalid(f"A name has at most {LONGEST_NAME} letters.", hint="Give a shorter one with --name.")
    return name


def _in_use(asset: Asset, uses: Sequence[Use]) -> Conflict:
    return Conflict(
        f"{asset.name or asset.id} is used by {', '.join(use.words for use in uses)}.",
        hint=uses[0].remedy,
        details={"used_by": [use.words for use in uses]},
    )


def _views(session: Session, rows: Sequence[Asset]) -> Sequence[FileView]:
    uses = uses_of(session, [row.id for row in rows])
    return [
        FileView(
            id=row.id,
            name=row.name,
            kind=_KINDS[row.media_type.partition("/")[0]],
            media_type=row.media_type,
            size_bytes=row.size_bytes,
            sha256=row.sha256,
            used_by=[use.words for use in uses.get(row.id, [])],
            created_at=moment(row.created_at),
        )
        for row in rows
    ]
