"""Clips in a film: the right frame at the right time, none of them black, and fades at either side."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.domain.script import Shot
from studio.render.clip import probe_clip
from studio.render.contact_sheet import contact_sheet
from studio.render.encode import EncoderSettings
from studio.render.film import FilmPlan, FilmScene, render_film
from studio.render.planes import Canvas
from studio.render.probe import probe, watch
from studio.render.segment import Segment, SegmentPainter
from studio.render.still import StillShelf
from tests.render.clips import clip, grey_of, number_of
from tests.render.drawings import HEIGHT, WIDTH, save, scene, texture


def clip_scene(path: Path, frames: int) -> FilmScene:
    key = hashlib.sha256(path.read_bytes()).hexdigest()
    return FilmScene(path, key, frames, 1, Shot.WIDE, "", list, probe_clip(path).seconds)


def plan_of(*scenes: FilmScene, fade_frames: int = 4) -> FilmPlan:
    return FilmPlan(WIDTH, HEIGHT, scenes, EncoderSettings.preview(), fade_frames=fade_frames)


def frames_of(segment: Segment) -> list[np.ndarray]:
    painter, canvas, frames = SegmentPainter(segment, StillShelf(WIDTH, HEIGHT)), Canvas(WIDTH, HEIGHT), []
    for index in range(segment.frames):
        painter.draw(index, canvas)
        frames.append(canvas.y.copy())
    painter.close()
    return frames


def numbers(segment: Segment) -> list[float]:
    return [round(number_of(luma)) for luma in frames_of(segment)]


def test_a_long_clip_is_cut(tmp_path: Path) -> None:
    segment = plan_of(clip_scene(clip(tmp_path / "a.mp4", 60), 20)).segments[0]

    assert numbers(segment) == list(range(20))


def test_a_short_clip_is_slowed_down_to_fill_the_scene(tmp_path: Path) -> None:
    shown = numbers(plan_of(clip_scene(clip(tmp_path / "a.mp4", 30), 40)).segments[0])

    assert (shown[0], shown[-1]) == (0, 29)
    assert max(abs(number - index * 0.75) for index, number in enumerate(shown)) <= 0.5
    assert {later - earlier for earlier, later in pairwise(shown)} == {0, 1}


def test_a_much_shorter_clip_holds_its_last_frame_which_goes_on_moving(tmp_path: Path) -> None:
    frames = frames_of(plan_of(clip_scene(clip(tmp_path / "a.mp4", 20), 80)).segments[0])

    held = frames[32:]
    assert round(number_of(frames[31])) == 19
    assert all(abs(number_of(luma) - 19) < 0.6 for luma in held)
    edges = [float((luma > 200).sum()) for luma in held]
    assert edges[-1] != edges[0]
    assert np.abs(held[-1].astype(int) - held[20]).mean() > 0.05


def test_a_hold_begins_where_the_clip_ended_without_a_jump(tmp_path: Path) -> None:
    frames = frames_of(plan_of(clip_scene(clip(tmp_path / "a.mp4", 20), 80)).segments[0])

    jump = np.abs(frames[32].astype(int) - frames[31])
    assert (jump.mean(), np.quantile(jump, 0.99)) < (0.6, 4)


def test_a_clip_goes_on_in_its_segment_where_the_fade_before_left_it(tmp_path: Path) -> None:
    picture = scene(save(tmp_path, "a.png", texture(1)), 12)
    first, second = plan_of(picture, clip_scene(clip(tmp_path / "b.mp4", 40), 20)).segments

    faded_in = frames_of(replace(second, lead_frames=0, frames=24))
    at_last = frames_of(first)[-1]

    assert numbers(second)[0] == 4
    # The last frame of the fade is almost only the clip's fourth.
    assert abs(number_of(at_last) - number_of(faded_in[3])) < 8


@pytest.mark.parametrize("sides", ["clip to picture", "picture to clip", "clip to clip"])
def test_fades_with_a_clip_at_either_side(tmp_path: Path, sides: str) -> None:
    bright, dark = save(tmp_path, "a.png", np.full((HEIGHT, WIDTH, 3), 220, np.uint8)), clip(tmp_path / "b.mp4", 30)
    picture, moving = scene(bright, 14), clip_scene(dark, 14)
    other = clip_scene(clip(tmp_path / "c.mp4", 30, fps=60), 14)
    pairs = {
        "clip to picture": (moving, picture),
        "picture to clip": (picture, moving),
        "clip to clip": (moving, other),
    }
    first, second = plan_of(*pairs[sides], fade_frames=8).segments

    film = [*frames_of(first), *frames_of(second)]

    levels = [float(np.median(luma)) for luma in film]
    whole_way = abs(levels[0] - levels[-1])
    assert max(abs(later - earlier) for earlier, later in pairwise(levels)) < whole_way / 4 + 10
    assert min(levels) > 30


@pytest.mark.parametrize(
    ("fps", "frames", "size", "sound"),
    [(25, 25, (320, 180), True), (60, 90, (270, 480), False), (30, 12, (180, 320), True)],
)
def test_a_film_with_a_clip_has_every_frame_and_none_is_black(
    tmp_path: Path, fps: int, frames: int, size: tuple[int, int], sound: bool
) -> None:
    shot = clip_scene(clip(tmp_path / "b.mp4", frames, fps=fps, size=size, sound=sound), 30)
    plan = plan_of(scene(save(tmp_path, "a.png", texture(1)), 20), shot, scene(save(tmp_path, "c.png", texture(2)), 20))

    render_film(plan, None, tmp_path / "cache", tmp_path / "film.mp4")

    report = watch(tmp_path / "film.mp4")
    assert (report.frames, report.black_frames, report.gaps) == (70, 0, 0)
    assert probe(tmp_path / "film.mp4").sound is None


def test_shows_the_same_frame_whichever_was_drawn_before(tmp_path: Path) -> None:
    segment = plan_of(clip_scene(clip(tmp_path / "a.mp4", 40), 30)).segments[0]
    painter, canvas = SegmentPainter(segment, StillShelf(WIDTH, HEIGHT)), Canvas(WIDTH, HEIGHT)

    painter.draw(25, canvas)
    painter.draw(7, canvas)

    assert round(number_of(canvas.y)) == 7


def test_the_key_changes_with_the_clip_and_with_its_pace(tmp_path: Path) -> None:
    moving = clip_scene(clip(tmp_path / "a.mp4", 60), 30)
    key = plan_of(moving).segments[0].key

    others = [
        plan_of(replace(moving, picture_key="other")).segments[0].key,
        plan_of(replace(moving, clip_seconds=0.7)).segments[0].key,
        plan_of(replace(moving, clip_seconds=None)).segments[0].key,
    ]

    assert len({key, *others}) == 4


def test_the_scene_before_is_kept_when_a_clip_is_cut_elsewhere(tmp_path: Path) -> None:
    picture, moving = scene(save(tmp_path, "a.png", texture(1)), 12), clip_scene(clip(tmp_path / "b.mp4", 60), 20)

    before, after = (plan_of(picture, scene).segments[0].key for scene in (moving, replace(moving, frames=25)))

    assert before == after


def test_a_clip_that_is_damaged_in_the_middle_never_gives_black_frames(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", 40)
    data = bytearray(path.read_bytes())
    middle = data.index(b"mdat") + 2000
    data[middle : middle + 1500] = b"\x5a" * 1500
    path.write_bytes(data)

    render_film(plan_of(clip_scene(path, 30)), None, tmp_path / "cache", tmp_path / "film.mp4")

    report = watch(tmp_path / "film.mp4")
    assert (report.frames, report.black_frames) == (30, 0)


def test_a_contact_sheet_shows_the_middle_of_a_clip(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", 31, size=(180, 322))

    page = Image.open(io.BytesIO(contact_sheet([path], 1, 90)))

    middle = np.asarray(page)[page.height // 2, page.width // 2]
    assert np.abs(middle - (grey_of(15) - 16) * 255 / 219).max() < 3
