"""Clips read frame by frame: what they are, the right frame at the right time, upright and in the film's colours."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from studio.domain.errors import Invalid, NotFound
from studio.render.clip import ClipFacts, ClipReader, clip_picture, probe_clip
from studio.render.planes import Planes
from tests.render.clips import BT601, clip, grey_of, number_of, turned
from tests.render.drawings import save, soundtrack, texture

SIZE = (180, 320)


def seen(path: Path, seconds: float, size: tuple[int, int] = SIZE) -> Planes:
    with ClipReader(path) as reader:
        return reader.fitted(reader.frame_at(seconds), *size)


def test_tells_what_a_clip_is(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", 45, fps=25, size=(240, 320), sound=True)

    assert probe_clip(path) == ClipFacts(width=240, height=320, seconds=1.8, fps=25.0, has_sound=True)


def test_tells_the_size_as_it_is_seen_when_the_clip_is_turned(tmp_path: Path) -> None:
    facts = probe_clip(turned(clip(tmp_path / "a.mp4", 5, size=(320, 180)), 90))

    assert (facts.width, facts.height, facts.has_sound) == (180, 320, False)


@pytest.mark.parametrize(
    "content",
    [b"", b"no clip", b"#EXTM3U\nfile:///etc/passwd\n", b"\0\0\0\x18ftypmp42" + b"\0" * 400],
    ids=["nothing", "words", "a play list", "an empty shell"],
)
def test_refuses_what_is_no_clip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)

    with pytest.raises(Invalid, match=r"a\.mp4 is not a video clip"):
        probe_clip(path)


def test_refuses_a_picture_and_a_sound(tmp_path: Path) -> None:
    for path in (save(tmp_path, "a.png", texture(1)), soundtrack(tmp_path, 0.5)):
        with pytest.raises(Invalid, match="not a video clip"):
            probe_clip(path)


def test_refuses_a_clip_that_was_cut_off(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", 10)
    path.write_bytes(path.read_bytes()[:-400])

    with pytest.raises(Invalid, match="not a video clip"):
        probe_clip(path)


def test_refuses_hdr_because_it_would_look_washed_out(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="HDR"):
        probe_clip(clip(tmp_path / "a.mp4", 3, transfer=18))


def test_says_when_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no clip"):
        probe_clip(tmp_path / "none.mp4")


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_gives_the_frame_nearest_to_the_time(tmp_path: Path, fps: int) -> None:
    path = clip(tmp_path / "a.mp4", fps, fps=fps)

    with ClipReader(path) as reader:
        numbers = [number_of(reader.fitted(reader.frame_at(index / 30), *SIZE).y) for index in range(30)]

    away = [abs(number / fps - index / 30) for index, number in enumerate(numbers)]
    assert max(away) <= 0.5 / fps + 0.3 / fps
    assert numbers == sorted(numbers)


def test_gives_an_earlier_frame_again(tmp_path: Path) -> None:
    with ClipReader(clip(tmp_path / "a.mp4", 40)) as reader:
        later, earlier = (number_of(reader.fitted(reader.frame_at(n / 30), *SIZE).y) for n in (33, 4))

    assert (round(later), round(earlier)) == (33, 4)


def test_gives_the_last_frame_for_whatever_is_later(tmp_path: Path) -> None:
    assert round(number_of(seen(clip(tmp_path / "a.mp4", 20), 99).y)) == 19


@pytest.mark.parametrize(
    ("clockwise", "corner"),
    [(90, np.s_[:80, -20:]), (180, np.s_[-20:, -80:]), (270, np.s_[-80:, :20])],
)
def test_turns_a_clip_upright(tmp_path: Path, clockwise: int, corner: tuple[slice, slice]) -> None:
    size = (320, 180) if clockwise % 180 else SIZE
    path = turned(clip(tmp_path / "a.mp4", 3, size=size), clockwise)

    luma = seen(path, 0).y

    middle = luma[corner][5:-5, 5:-5] if luma[corner].shape[1] > 20 else luma[corner]
    assert float(np.median(middle)) > 225
    assert (luma > 225).mean() < 0.06


@pytest.mark.parametrize(("size", "pixels"), [((320, 320), 1), ((90, 120), 1), ((180, 400), 1), ((360, 320), 0.5)])
def test_covers_the_frame_from_the_middle_and_stretches_nothing(
    tmp_path: Path, size: tuple[int, int], pixels: float
) -> None:
    planes = seen(clip(tmp_path / "a.mp4", 2, size=size, pixel_shape=Fraction(pixels)), 0)

    assert (planes.width, planes.height) == SIZE
    assert abs(number_of(planes.y)) < 1
    corner = np.argwhere(planes.y > 180)
    cropped_columns = max(0.0, (size[0] * pixels * 320 / size[1] - 180) / 2)
    cropped_rows = max(0.0, (size[1] * 180 / size[0] / pixels - 320) / 2)
    scale = max(180 / size[0] / pixels, 320 / size[1])
    expected = size[1] // 8 * scale - cropped_rows, size[0] // 4 * pixels * scale - cropped_columns
    assert corner.size > 0
    assert np.abs(corner.max(axis=0) + 1 - expected).max() <= max(1.5, scale)


@pytest.mark.parametrize(
    ("matrix", "full_range", "expected"),
    [
        (1, False, (70, 100, 200)),
        (BT601, False, (58, 108, 200)),
        (1, True, (76, 103, 191)),
        (BT601, True, (66, 110, 191)),
    ],
    ids=["BT.709", "BT.601", "full range", "BT.601 full range"],
)
def test_shows_colours_as_they_were_meant(
    tmp_path: Path, matrix: int, full_range: bool, expected: tuple[int, int, int]
) -> None:
    path = clip(tmp_path / "a.mp4", 16, chroma=(100, 200), matrix=matrix, full_range=full_range)

    planes = seen(path, 0.5)

    found = (planes.y[160, 90], planes.u[80, 45], planes.v[80, 45])
    assert np.abs(np.array(found, int) - expected).max() <= 1


def test_has_the_frame_in_the_middle_for_a_picture(tmp_path: Path) -> None:
    pixels = clip_picture(clip(tmp_path / "a.mp4", 21, size=(320, 180)), 45, 81)

    assert pixels.shape == (80, 44, 3)
    assert abs(float(np.median(pixels)) - (grey_of(10) - 16) * 255 / 219) < 3


def test_a_clip_at_the_films_own_size_is_shown_untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing had to be scaled")

    path = clip(tmp_path / "a.mp4", 2)
    monkeypatch.setattr("cv2.resize", refuse)

    assert abs(number_of(seen(path, 0).y)) < 0.6
