"""Every test of the contract runs on all four storages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.replit import ReplitServer, running_replit
from tests.servers.s3 import running_s3
from tests.servers.vercel_blob import BlobServer, running_vercel_blob
from tests.storage.stores import Store, local_store, replit_store, s3_store, vercel_store


@pytest.fixture
def vercel() -> Iterator[BlobServer]:
    with running_vercel_blob() as server:
        yield server


@pytest.fixture
def replit() -> Iterator[ReplitServer]:
    with running_replit() as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with running_s3() as address:
        yield address


@pytest.fixture
def s3_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture(params=["local", "vercel_blob", "replit", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    kind, folder = request.param, tmp_path / "copies"
    if kind == "local":
        yield local_store(tmp_path)
    elif kind == "vercel_blob":
        with vercel_store(request.getfixturevalue("vercel"), folder) as opened:
            yield opened
    elif kind == "replit":
        with replit_store(request.getfixturevalue("replit"), folder) as opened:
            yield opened
    else:
        request.getfixturevalue("s3_keys")
        # A folder of its own in the bucket, which all tests share.
        yield s3_store(request.getfixturevalue("s3"), f"t{os.urandom(6).hex()}", folder)
