"""Files in a folder: whole or not at all, and never outside of it. What every storage promises has its own tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.domain.errors import ServiceFailed
from studio.storage.local import LocalStorage
from tests.storage.files import file_with

KEY = "user/ab/abc.png"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "files")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return file_with(tmp_path, b"picture")


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


Link = Callable[[Path, Path], None]


def link_of_the_owner(root: Path, elsewhere: Path) -> None:
    root.mkdir()
    (root / "user").symlink_to(elsewhere, target_is_directory=True)


def link_of_a_folder(root: Path, elsewhere: Path) -> None:
    (root / "user").mkdir(parents=True)
    (root / "user" / "ab").symlink_to(elsewhere / "ab", target_is_directory=True)


def link_of_the_file(root: Path, elsewhere: Path) -> None:
    (root / "user" / "ab").mkdir(parents=True)
    (root / KEY).symlink_to(elsewhere / "ab" / "abc.png")


@pytest.mark.parametrize("link", [link_of_the_owner, link_of_a_folder, link_of_the_file])
def test_a_link_out_of_the_folder_is_not_followed(
    storage: LocalStorage, source: Path, tmp_path: Path, link: Link
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "ab").mkdir(parents=True)
    (elsewhere / "ab" / "abc.png").write_bytes(b"private")
    link(storage.root, elsewhere)

    for act in (
        lambda: storage.put(KEY, source),
        lambda: storage.fetch(KEY),
        lambda: storage.exists(KEY),
        lambda: storage.head(KEY),
        lambda: storage.delete(KEY),
        lambda: storage.delete_older(KEY, 2**60),
    ):
        with pytest.raises(ServiceFailed, match="leads out of the folder") as caught:
            act()
        assert caught.value.hint

    assert list(storage.list()) == []
    assert (elsewhere / "ab" / "abc.png").read_bytes() == b"private"


def test_the_folder_itself_may_be_a_link(source: Path, tmp_path: Path) -> None:
    (tmp_path / "large-disk").mkdir()
    (tmp_path / "files").symlink_to(tmp_path / "large-disk", target_is_directory=True)
    storage = LocalStorage(tmp_path / "files")

    storage.put(KEY, source)

    assert storage.fetch(KEY).read_bytes() == b"picture"
    assert [file.key for file in storage.list()] == [KEY]


def test_what_is_on_its_way_is_in_no_list(storage: LocalStorage, source: Path) -> None:
    storage.put(KEY, source)
    (storage.root / "user" / "ab" / ".incoming-1").write_bytes(b"half")

    assert [file.key for file in storage.list()] == [KEY]
