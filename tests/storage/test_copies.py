"""Copies at hand: whole, used ones stay, and there are never too many."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from studio.domain.errors import ServiceFailed
from studio.storage.copies import Copies
from tests.storage.files import file_with

LONG_AGO = time.time() - 5 * 24 * 60 * 60


def test_the_longest_unused_go_first_and_what_was_used_today_stays(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    filling = Copies(folder)
    for number in range(5):
        filling.keep(f"user/{number}.png", file_with(tmp_path, bytes([number]) * 100))
    for number in range(4):
        os.utime(folder / f"user/{number}.png", (LONG_AGO + number,) * 2)

    copies = Copies(folder, most_bytes=250)
    copies.find("user/1.png")
    copies.keep("user/new.png", file_with(tmp_path, b"new" * 10))

    assert sorted(path.name for path in folder.rglob("*.png")) == ["1.png", "4.png", "new.png"]


def test_without_room_there_is_no_copy_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = Copies(tmp_path / "copies")

    def full(source: object, target: object) -> None:
        Path(str(target)).write_bytes(b"ha")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    copies.keep("user/a.png", file_with(tmp_path, b"picture"))

    assert copies.find("user/a.png") is None
    assert [path for path in (tmp_path / "copies").rglob("*") if path.is_file()] == []


def test_a_disk_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "copies").write_bytes(b"a file where the folder should be")

    with pytest.raises(ServiceFailed, match="cannot be written") as caught, Copies(tmp_path / "copies").incoming():
        pass

    assert "STUDIO_DATA_DIR" in str(caught.value.hint)
