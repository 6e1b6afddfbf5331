"""Which storage a setting chooses, and what is said of one that lacks something. Nothing is asked of it yet."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from studio.domain.errors import Misconfigured
from studio.providers.http.courier import HttpCourier
from studio.storage.access import StorageAccess
from studio.storage.registry import KINDS, open_storage
from tests.servers.vercel_blob import TOKEN


@pytest.fixture
def access(tmp_path: Path) -> StorageAccess:
    return StorageAccess(
        kind="local",
        folder=tmp_path / "files",
        cache_folder=tmp_path / "copies",
        open_courier=HttpCourier,
        blob_token=TOKEN,
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("s3_keys")
def test_a_storage_is_known_by_its_name(access: StorageAccess, kind: str) -> None:
    url = "s3://films/studio?region=eu-central-1" if kind == "s3" else ""

    assert open_storage(replace(access, kind=kind, url=url)).name == kind
    assert not access.folder.exists()
    assert not access.cache_folder.exists()


def test_an_unknown_storage_is_named(access: StorageAccess) -> None:
    with pytest.raises(Misconfigured, match="no storage called tape"):
        open_storage(replace(access, kind="tape"))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("vercel_blob", {"blob_token": ""}),
        ("vercel_blob", {"blob_token": "not-a-token"}),
        ("vercel_blob", {"blob_token": f"{TOKEN}\r\nx: y"}),
        ("vercel_blob", {"blob_api_url": "http://blob.example.com"}),
        ("vercel_blob", {"blob_api_url": "https://user:secret@blob.example.com"}),
        ("vercel_blob", {"url": "s3://films"}),
        ("vercel_blob", {"url": "vercel-blob://../x"}),
        ("vercel_blob", {"url": "vercel-blob://x?access=everybody"}),
        ("replit", {"replit_sidecar_url": "http://sidecar.example.com"}),
        ("s3", {"url": ""}),
        ("s3", {"url": "films"}),
        ("s3", {"url": "s3://"}),
        ("s3", {"url": "s3://key:secret@films"}),
        ("s3", {"url": "s3://films/../x"}),
        ("s3", {"url": "s3://films?endpoint=http://s3.example.com"}),
        ("s3", {"url": "s3://films?secret=x"}),
        ("s3", {"url": "s3://films"}),  # and no key in the environment
    ],
)
def test_what_a_storage_lacks_is_said_with_a_next_step(
    access: StorageAccess, kind: str, change: dict[str, str]
) -> None:
    with pytest.raises(Misconfigured) as caught:
        open_storage(replace(access, kind=kind, **change))

    assert caught.value.hint
    assert "secret" not in caught.value.message + caught.value.hint.replace("AWS_SECRET_ACCESS_KEY", "")


def test_a_token_is_not_shown_with_the_access(access: StorageAccess) -> None:
    assert TOKEN not in repr(access)


def test_the_local_storage_loads_no_client() -> None:
    program = (
        "import sys; from pathlib import Path; from studio.storage.access import StorageAccess;"
        "from studio.storage.registry import open_storage;"
        "open_storage(StorageAccess('local', Path('a'), Path('b'), lambda: None));"
        "assert {'obstore', 'httpx', 'studio.storage.s3'}.isdisjoint(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
