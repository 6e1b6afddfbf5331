"""Which storage a name stands for. Adapters are imported when they are chosen: some bring large libraries."""

from __future__ import annotations

from studio.domain.errors import Misconfigured
from studio.domain.storage import Storage
from studio.storage.access import StorageAccess
from studio.storage.remote import Remote

KINDS = ("local", "vercel_blob", "replit", "s3")


def open_storage(access: StorageAccess) -> Storage:
    """The storage that was chosen; nothing is asked of it yet. Raises Misconfigured for what it lacks."""
    if access.kind == "local":
        from studio.storage.local import LocalStorage

        return LocalStorage(access.folder)
    from studio.storage.cached import CachedStorage
    from studio.storage.copies import Copies

    return CachedStorage(_remote(access), Copies(access.cache_folder))


def _remote(access: StorageAccess) -> Remote:
    if access.kind == "vercel_blob":
        from studio.storage.vercel_blob import VercelBlob

        return VercelBlob(access.open_courier(), token=access.blob_token, api_url=access.blob_api_url, place=access.url)
    if access.kind == "replit":
        from studio.storage.replit import ReplitStorage

        return ReplitStorage(
            access.open_courier(),
            sidecar_url=access.replit_sidecar_url,
            bucket=access.replit_bucket,
            google_url=access.google_url,
        )
    if access.kind == "s3":
        from studio.storage.s3 import S3Storage

        return S3Storage(access.url)
    raise Misconfigured(f"There is no storage called {access.kind}.", hint=f"STUDIO_STORAGE may be: {', '.join(KINDS)}")
