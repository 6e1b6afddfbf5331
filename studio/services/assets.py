"""Keeping files: the bytes go to the storage first, the row that owns them follows."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.character_image import CharacterImage
from studio.db.models.media import Media
from studio.db.models.short import Short
from studio.db.upsert import insert_if_new
from studio.domain.errors import ServiceFailed
from studio.domain.placing import digest_of
from studio.domain.storage import Storage
from studio.services.principal import Principal

MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "mp4": "video/mp4",
    "webm": "video/webm",
}


class AssetStore:
    """Puts files under keys made from their content, so that equal bytes of one owner are stored once."""

    def __init__(self, open_storage: Callable[[], Storage]) -> None:
        self._open_storage = open_storage

    @cached_property
    def storage(self) -> Storage:
        """Opened at the first file: a list of shorts touches none."""
        return self._open_storage()

    def close(self) -> None:
        """Give back what the storage keeps open, if it was opened at all."""
        if "storage" in self.__dict__:
            self.storage.close()

    def keep_bytes(self, data: bytes, extension: str, principal: Principal) -> Asset:
        """Store the bytes; the row that is returned has still to be saved with `saved`."""
        with tempfile.TemporaryDirectory(prefix="studio-") as folder:
            path = Path(folder) / f"asset.{extension}"
            path.write_bytes(data)
            return self.keep_file(path, extension, principal)

    def keep_file(self, path: Path, extension: str, principal: Principal) -> Asset:
        asset = self.row_of(path, extension, principal)
        self.storage.put(asset.key, path, asset.media_type)
        return asset

    def row_of(self, path: Path, extension: str, principal: Principal) -> Asset:
        """The row that these bytes would have; nothing is stored."""
        digest = digest_of(path)
        return Asset(
            owner_id=principal.user_id,
            key=_key(digest, extension, principal),
            sha256=digest,
            media_type=MEDIA_TYPES[extension],
            size_bytes=path.stat().st_size,
        )

    def key_of(self, data: bytes, extension: str, principal: Principal) -> str:
        """Under which key these bytes are, or would be, in the storage."""
        return _key(hashlib.sha256(data).hexdigest(), extension, principal)

    def path(self, asset: Asset) -> Path:
        """A local file with the asset's bytes. Raises NotFound when the storage has lost it."""
        return self.storage.fetch(asset.key)

    def forget(self, database: Database, key: str) -> None:
        """Remove the file of a row that is gone, unless the same bytes have come in again meanwhile.

        When the storage fails the file is left to those that belong to nobody, which are swept up later."""
        with database.read() as session:
            is_back = session.exec(select(Asset.id).where(Asset.key == key, Asset.owner_id == key.partition("/")[0]))
            if is_back.first() is not None:
                return
        try:
            self.storage.delete(key)
        except ServiceFailed as error:
            logging.getLogger(__name__).warning("a file without an owner was left in the storage", exc_info=error)


def _key(digest: str, extension: str, principal: Principal) -> str:
    return f"{principal.user_id}/{digest[:2]}/{digest}.{extension}"


def saved(session: Session, asset: Asset) -> Asset:
    """The row for these bytes: the one there is, or this one."""
    insert_if_new(session, asset, "owner_id", "key")
    return session.exec(select(Asset).where(Asset.owner_id == asset.owner_id, Asset.key == asset.key)).one()


def unused(session: Session, asset_ids: set[str]) -> list[Asset]:
    """Those of the assets that no take, no film and no character points to any more, and that nobody uploaded."""
    takes = session.exec(select(Media.asset_id).where(col(Media.asset_id).in_(asset_ids))).all()
    films = session.exec(select(Short.film_asset_id).where(col(Short.film_asset_id).in_(asset_ids))).all()
    shown = session.exec(select(CharacterImage.asset_id).where(col(CharacterImage.asset_id).in_(asset_ids))).all()
    found = (session.get(Asset, id) for id in asset_ids.difference(takes, films, shown))
    return [asset for asset in found if asset is not None and asset.name is None]
