"""Keeping files: the bytes go to the storage first, the row that owns them follows."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from sqlmodel import Session, col, select

from studio.db.models.asset import Asset
from studio.db.models.character_image import CharacterImage
from studio.db.models.media import Media
from studio.db.models.short import Short
from studio.db.upsert import insert_if_new
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

    def keep_bytes(self, data: bytes, extension: str, principal: Principal) -> Asset:
        """Store the bytes; the row that is returned has still to be saved with `saved`."""
        with tempfile.TemporaryDirectory(prefix="studio-") as folder:
            path = Path(folder) / f"asset.{extension}"
            path.write_bytes(data)
            return self.keep_file(path, extension, principal)

    def keep_file(self, path: Path, extension: str, principal: Principal) -> Asset:
        digest = digest_of(path)
        key = _key(digest, extension, principal)
        self.storage.put(key, path)
        return Asset(
            owner_id=principal.user_id,
            key=key,
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


def _key(digest: str, extension: str, principal: Principal) -> str:
    return f"{principal.user_id}/{digest[:2]}/{digest}.{extension}"


def saved(session: Session, asset: Asset) -> Asset:
    """The row for these bytes: the one there is, or this one."""
    insert_if_new(session, asset, "owner_id", "key")
    return session.exec(select(Asset).where(Asset.owner_id == asset.owner_id, Asset.key == asset.key)).one()


def unused(session: Session, asset_ids: set[str]) -> list[Asset]:
    """Those of the assets that no take, no film and no character points to any more."""
    takes = session.exec(select(Media.asset_id).where(col(Media.asset_id).in_(asset_ids))).all()
    films = session.exec(select(Short.film_asset_id).where(col(Short.film_asset_id).in_(asset_ids))).all()
    shown = session.exec(select(CharacterImage.asset_id).where(col(CharacterImage.asset_id).in_(asset_ids))).all()
    found = (session.get(Asset, id) for id in asset_ids.difference(takes, films, shown))
    return [asset for asset in found if asset is not None]


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
