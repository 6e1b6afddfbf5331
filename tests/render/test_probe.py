"""What is read from a film file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.domain.errors import Invalid, NotFound
from studio.render.encode import EncoderSettings, FrameShape, encode_frames
from studio.render.planes import Canvas
from studio.render.probe import extract_frame, probe, watch

SHAPE = FrameShape(64, 96, 30)


def grey_film(path: Path, lumas: list[int]) -> Path:
    def draw(index: int, planes: Canvas) -> None:
        planes.y[:], planes.u[:], planes.v[:] = lumas[index], 128, 128

    encode_frames(path, len(lumas), draw, SHAPE, EncoderSettings.preview())
    return path


def test_counts_black_frames_and_the_longest_stand_still(tmp_path: Path) -> None:
    lumas = [*range(60, 160, 10), *[16] * 5, *range(60, 160, 10), *[200] * 12]

    report = watch(grey_film(tmp_path / "film.mp4", lumas))

    assert (report.frames, report.black_frames, report.longest_still_frames, report.gaps) == (37, 5, 11, 0)


def test_finds_the_frame_that_is_seen_at_a_time(tmp_path: Path) -> None:
    path = grey_film(tmp_path / "film.mp4", [30 + 3 * index for index in range(60)])

    lumas = [
        float(np.asarray(extract_frame(path, seconds))[40, 30, 0]) * 219 / 255 + 16 for seconds in (0, 0.5, 1.99, 9)
    ]

    assert np.abs(np.array(lumas) - [30, 75, 207, 207]).max() < 3


def test_sees_that_an_index_stands_at_the_end_and_that_a_file_is_cut(tmp_path: Path) -> None:
    path = grey_film(tmp_path / "film.mp4", [100] * 5)
    assert (probe(path).is_complete, probe(path).is_faststart) == (True, False)

    with path.open("ab") as file:
        file.write(b"\0\0\1\0free")

    assert not probe(path).is_complete


def test_says_when_there_is_no_film(tmp_path: Path) -> None:
    (tmp_path / "words.mp4").write_text("no film")

    with pytest.raises(NotFound):
        probe(tmp_path / "none.mp4")
    with pytest.raises(Invalid):
        probe(tmp_path / "words.mp4")
