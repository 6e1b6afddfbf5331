"""Files in a folder: whole or not at all, and never outside of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.domain.errors import Misconfigured, NotFound, ServiceFailed
from studio.storage.local import LocalStorage
from studio.storage.registry import open_storage


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "files")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "source.png"
    file.write_bytes(b"picture")
    return file


def test_gives_back_what_it_took_and_forgets_it(storage: LocalStorage, source: Path) -> None:
    storage.put("user/ab/abc.png", source)
    given = storage.fetch("user/ab/abc.png").read_bytes()
    storage.delete("user/ab/abc.png")

    assert given == b"picture"
    assert not storage.exists("user/ab/abc.png")
    with pytest.raises(NotFound):
        storage.fetch("user/ab/abc.png")


def test_an_existing_key_is_left_as_it_is(storage: LocalStorage, source: Path) -> None:
    storage.put("user/abc.png", source)
    source.write_bytes(b"other")

    storage.put("user/abc.png", source)

    assert storage.fetch("user/abc.png").read_bytes() == b"picture"


@pytest.mark.parametrize(
    "key",
    [
        "../escape",
        "/etc/passwd",
        "a/../../b",
        "a",
        "",
        "a//b",
        "A/b",
        "a/b\0c",
        "a\\..\\b",
        "a/.hidden",
        "c:/b",
        "a/b\n",
    ],
)
def test_refuses_keys_studio_would_not_make(storage: LocalStorage, source: Path, key: str) -> None:
    for act in (lambda: storage.put(key, source), lambda: storage.fetch(key), lambda: storage.delete(key)):
        with pytest.raises(NotFound, match="is not a storage key"):
            act()


def test_a_full_disk_leaves_nothing_half_written(
    storage: LocalStorage, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: object, target: object) -> None:
        Path(str(target)).write_bytes(b"ha")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)

    with pytest.raises(ServiceFailed, match="is full") as caught:
        storage.put("user/abc.png", source)

    assert "run the same command again" in (caught.value.hint or "")
    assert [path for path in storage.root.rglob("*") if path.is_file()] == []


def test_an_unknown_storage_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no storage called tape"):
        open_storage("tape", folder=tmp_path)
