"""The four storages as the tests build them, each in front of its real folder or server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from studio.domain.clock import system_clock
from studio.domain.storage import Storage
from studio.providers.http.courier import HttpCourier
from studio.storage.cached import CachedStorage
from studio.storage.copies import Copies
from studio.storage.local import LocalStorage
from studio.storage.remote import Remote
from studio.storage.replit import ReplitStorage
from studio.storage.s3 import S3Storage
from studio.storage.vercel_blob import VercelBlob
from tests.servers.replit import ReplitServer
from tests.servers.s3 import BUCKET
from tests.servers.vercel_blob import TOKEN, BlobServer


@dataclass
class Pauses:
    """Waits for nothing and remembers for how long it should have."""

    seconds: list[float]

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Store:
    """A storage, and how its test looks behind it: damages a file there or makes it old."""

    storage: Storage
    damage: Callable[[str, bytes], None]
    age: Callable[[str, datetime], None]
    pauses: Pauses
    gives_links: bool


def cached(remote: Remote, folder: Path, pauses: Pauses) -> CachedStorage:
    return CachedStorage(remote, Copies(folder), pause=pauses, clock=system_clock)


def local_store(folder: Path) -> Store:
    import os

    storage = LocalStorage(folder / "files")

    def age(key: str, moment: datetime) -> None:
        os.utime(storage.root / key, (moment.timestamp(), moment.timestamp()))

    def damage(key: str, data: bytes) -> None:
        (storage.root / key).write_bytes(data)

    return Store(storage, damage, age, Pauses([]), gives_links=False)


@contextmanager
def vercel_store(server: BlobServer, folder: Path, place: str = "", **options: int) -> Iterator[Store]:
    courier = HttpCourier()
    pauses = Pauses([])
    remote = VercelBlob(courier, token=TOKEN, api_url=server.url, place=place, **options)

    def age(key: str, moment: datetime) -> None:
        server.now = moment
        server.keep(key, server.blobs[key].data, server.blobs[key].media_type)
        server.now = None

    store = Store(
        cached(remote, folder, pauses),
        lambda key, data: server.keep(key, data, "image/png"),
        age,
        pauses,
        gives_links=server.access == "public",
    )
    yield store
    courier.close()


@contextmanager
def replit_store(server: ReplitServer, folder: Path) -> Iterator[Store]:
    courier = HttpCourier()
    pauses = Pauses([])
    remote = ReplitStorage(courier, sidecar_url=server.sidecar_url, google_url=server.google_url)

    def age(key: str, moment: datetime) -> None:
        server.now = moment
        server.keep(key, server.objects[key].data, server.objects[key].media_type)
        server.now = None

    store = Store(
        cached(remote, folder, pauses),
        lambda key, data: server.keep(key, data, "image/png"),
        age,
        pauses,
        gives_links=True,
    )
    yield store
    courier.close()


def s3_store(endpoint: str, prefix: str, folder: Path) -> Store:
    import obstore
    from moto.s3.models import s3_backends

    pauses = Pauses([])
    remote = S3Storage(f"s3://{BUCKET}/{prefix}?endpoint={endpoint}&region=us-east-1", most_retries=0, seconds=5)

    def age(key: str, moment: datetime) -> None:
        bucket = s3_backends["123456789012"]["global"].buckets[BUCKET]
        bucket.keys[f"{prefix}/{key}"].last_modified = moment.astimezone(UTC).replace(tzinfo=None)

    return Store(
        cached(remote, folder, pauses),
        lambda key, data: obstore.put(remote._store, key, data) and None,
        age,
        pauses,
        gives_links=True,
    )
