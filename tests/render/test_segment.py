"""What a segment shows, frame by frame, and what its key depends on."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from studio.domain.script import Shot
from studio.render.encode import EncoderSettings
from studio.render.film import FilmPlan
from studio.render.patch import Patch, TimedPatch
from studio.render.planes import Canvas
from studio.render.segment import Segment, SegmentPainter, encode_segment, is_kept
from studio.render.still import StillShelf
from tests.render.drawings import HEIGHT, WIDTH, film_plan


def frames_of(segment: Segment) -> list[np.ndarray]:
    painter = SegmentPainter(segment, StillShelf(WIDTH, HEIGHT))
    frames = [Canvas(WIDTH, HEIGHT) for _ in range(segment.frames)]
    for index, planes in enumerate(frames):
        painter.draw(index, planes)
    return [planes.y for planes in frames]


def step(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def test_draws_a_frame_from_its_index_alone(tmp_path: Path) -> None:
    segment = film_plan(tmp_path, 12, 12).segments[0]
    painter, planes = SegmentPainter(segment, StillShelf(WIDTH, HEIGHT)), Canvas(WIDTH, HEIGHT)

    painter.draw(10, planes)
    painter.draw(3, planes)

    assert (planes.y == frames_of(segment)[3]).all()


@pytest.mark.parametrize("lengths", [(12, 12), (2, 12), (1, 12)])
def test_goes_on_in_the_next_segment_where_the_fade_left_the_picture(tmp_path: Path, lengths: tuple[int, int]) -> None:
    first, second = film_plan(tmp_path, *lengths).segments
    alone = replace(second, lead_frames=0, frames=8)

    whole_motion, after_fade = frames_of(alone), frames_of(second)

    assert (after_fade[0] == whole_motion[first.fade_frames]).all()


def test_fades_into_the_next_picture_without_a_jump(tmp_path: Path) -> None:
    first, second = film_plan(tmp_path, 14, 6, fade_frames=10).segments

    film = [*frames_of(first), *frames_of(second)]

    steps = [step(one, other) for one, other in pairwise(film[3:])]
    whole_way = step(film[2], film[-1])
    assert max(steps) < whole_way / 4


def test_shows_a_patch_in_its_own_frames_only(tmp_path: Path) -> None:
    white = Patch.from_rgba(np.full((20, 20, 4), 255, np.uint8), 30, 30)
    segment = replace(film_plan(tmp_path, 10).segments[0], overlays=lambda: [TimedPatch(3, 6, white)])

    seen = [bool((luma[30:50, 30:50] == 235).all()) for luma in frames_of(segment)]

    assert seen == [index in (3, 4, 5) for index in range(10)]


def test_has_the_same_pixels_however_long_the_scene_becomes(tmp_path: Path) -> None:
    segment = film_plan(tmp_path, 12, 12).segments[1]

    short, long = frames_of(segment), frames_of(replace(segment, frames=20))

    assert all((one == other).all() for one, other in zip(short, long, strict=False))


def test_changes_its_key_with_everything_it_shows(tmp_path: Path) -> None:
    segment = film_plan(tmp_path, 12, 12).segments[0]
    assert segment.following is not None

    others = [
        replace(segment, picture=replace(segment.picture, content_key="other")),
        replace(segment, picture=replace(segment.picture, seed=99)),
        replace(segment, picture=replace(segment.picture, shot=Shot.CLOSE)),
        replace(segment, following=replace(segment.following, content_key="other")),
        replace(segment, following=None),
        replace(segment, frames=13),
        replace(segment, lead_frames=1),
        replace(segment, fade_frames=3),
        replace(segment, overlay_key="other"),
        replace(segment, shape=replace(segment.shape, fps=25)),
        replace(segment, encoder=EncoderSettings.final()),
    ]

    assert len({segment.key, *(other.key for other in others)}) == len(others) + 1


def test_keeps_its_key_when_the_same_picture_lies_elsewhere(tmp_path: Path) -> None:
    segment = film_plan(tmp_path, 12).segments[0]

    moved = replace(segment, picture=replace(segment.picture, path=tmp_path / "elsewhere.png"))

    assert moved.key == segment.key


def changed_segments(plan: FilmPlan, index: int, **changes: object) -> list[int]:
    scenes = list(plan.scenes)
    scenes[index] = replace(scenes[index], **changes)
    pairs = zip(plan.segments, replace(plan, scenes=tuple(scenes)).segments, strict=True)
    return [number for number, (before, after) in enumerate(pairs) if before.key != after.key]


def test_other_words_or_another_length_change_that_segment_alone(tmp_path: Path) -> None:
    plan = film_plan(tmp_path, 9, 9, 9, 9)

    assert changed_segments(plan, 2, overlay_key="other words") == [2]
    assert changed_segments(plan, 2, frames=20) == [2]


def test_another_picture_changes_its_segment_and_the_fade_before_it(tmp_path: Path) -> None:
    plan = film_plan(tmp_path, 9, 9, 9, 9)

    assert changed_segments(plan, 2, picture_key="another") == [1, 2]


def test_takes_no_damaged_file_for_a_segment(tmp_path: Path) -> None:
    segment = film_plan(tmp_path, 5).segments[0]
    path = encode_segment(segment, tmp_path, StillShelf(WIDTH, HEIGHT), lambda: None)
    whole = path.read_bytes()
    assert is_kept(segment, tmp_path)

    for damaged in (whole[:-1], whole[: len(whole) // 2], b"", whole + b"\0\0\0\x20free"):
        path.write_bytes(damaged)
        assert not is_kept(segment, tmp_path)
