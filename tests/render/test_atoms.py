"""How the boxes of an MP4 are read."""

from __future__ import annotations

from pathlib import Path

from studio.render.atoms import Atom, is_complete, is_faststart, read_atoms


def written(folder: Path, *boxes: bytes) -> Path:
    path = folder / "boxes.mp4"
    path.write_bytes(b"".join(boxes))
    return path


def box(kind: bytes, length: int) -> bytes:
    return (length + 8).to_bytes(4, "big") + kind + bytes(length)


def test_reads_boxes_of_every_kind_of_size(tmp_path: Path) -> None:
    large = b"\0\0\0\1mdat" + (20).to_bytes(8, "big") + bytes(4)
    to_the_end = b"\0\0\0\0free" + bytes(6)

    atoms = read_atoms(written(tmp_path, box(b"moov", 4), large, to_the_end))

    assert atoms == [Atom("moov", 0, 12), Atom("mdat", 12, 32), Atom("free", 32, 46)]


def test_tells_a_whole_file_from_one_that_is_cut_or_has_no_index(tmp_path: Path) -> None:
    moov, mdat = box(b"moov", 4), box(b"mdat", 30)

    assert is_complete(written(tmp_path, moov, mdat))
    assert not is_complete(written(tmp_path, moov, mdat[:-1]))
    assert not is_complete(written(tmp_path, mdat))
    assert not is_complete(written(tmp_path))


def test_tells_whether_the_index_comes_first(tmp_path: Path) -> None:
    moov, mdat = box(b"moov", 4), box(b"mdat", 30)

    assert is_faststart(written(tmp_path, moov, mdat))
    assert not is_faststart(written(tmp_path, mdat, moov))
