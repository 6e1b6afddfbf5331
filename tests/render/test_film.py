"""A whole film: its file, what is drawn again, and what is left when it is stopped or the disk refuses."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from studio.domain.errors import Interrupted, Invalid, Misconfigured
from studio.domain.progress import Step
from studio.render.film import FilmPlan, render_film
from studio.render.probe import extract_frame, probe, watch
from tests.render.drawings import film_plan, save, scene, soundtrack


def parts_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*.part"))


def test_has_exactly_the_frames_and_the_sound_that_were_planned(tmp_path: Path) -> None:
    plan = replace(film_plan(tmp_path, 20, 1, 13, 26), tags={"title": "Three hearts"})

    report = render_film(plan, soundtrack(tmp_path, 2.0), tmp_path / "cache", tmp_path / "film.mp4")

    film, seen = probe(tmp_path / "film.mp4"), watch(tmp_path / "film.mp4")
    assert (report.frames, report.seconds, report.size_bytes) == (60, 2.0, film.size_bytes)
    assert (film.picture.frames, seen.frames, seen.gaps) == (60, 60, 0)
    assert (film.picture.start_seconds, film.picture.seconds, film.seconds) == (0, 2.0, 2.0)
    assert film.sound is not None
    assert (film.sound.codec, film.sound.sample_rate, film.sound.channels) == ("aac", 48_000, 2)
    assert (film.sound.start_seconds, film.sound.seconds) == (0, 2.0)
    assert film.tags["title"] == "Three hearts"


def test_is_a_file_that_every_player_takes(tmp_path: Path) -> None:
    render_film(film_plan(tmp_path, 70, 10), None, tmp_path / "cache", tmp_path / "film.mp4")

    film = probe(tmp_path / "film.mp4")
    picture = film.picture
    assert (picture.codec, picture.profile, picture.pixel_format) == ("h264", "High", "yuv420p")
    assert (picture.fps, picture.sample_aspect_ratio) == (30, 1)
    assert (picture.color_primaries, picture.color_transfer, picture.color_space, picture.color_range) == (1, 1, 1, 1)
    assert {0, 60, 70} <= set(picture.keyframes)
    assert (film.is_complete, film.is_faststart, film.sound) == (True, True, None)


def test_keeps_the_sound_on_the_picture(tmp_path: Path) -> None:
    render_film(film_plan(tmp_path, 45), soundtrack(tmp_path, 1.5), tmp_path / "cache", tmp_path / "film.mp4")

    with av.open(str(tmp_path / "film.mp4")) as film:
        samples = np.concatenate([frame.to_ndarray()[0] for frame in film.decode(audio=0)])
    loud = np.flatnonzero(np.abs(samples) > 0.4)
    assert loud[0] < 48
    assert abs(loud[-1] - 1.5 * 48_000) < 48


def test_shows_the_colours_of_the_picture(tmp_path: Path) -> None:
    colours = [(250, 30, 30), (20, 200, 60), (40, 60, 220), (245, 210, 10), (128, 128, 128), (255, 255, 255)]
    pixels = np.repeat(np.repeat(np.uint8(colours).reshape(3, 2, 3), 110, axis=0), 90, axis=1)
    plan = replace(film_plan(tmp_path, 6), scenes=(scene(save(tmp_path, "colours.png", pixels), 6),))

    render_film(plan, None, tmp_path / "cache", tmp_path / "film.mp4")

    shown = np.asarray(extract_frame(tmp_path / "film.mp4", 0))
    found = [shown[row, column] for row in (40, 160, 280) for column in (45, 135)]
    assert np.abs(np.array(found, int) - colours).max() <= 5


def test_draws_only_the_scene_whose_words_were_changed(tmp_path: Path) -> None:
    plan = film_plan(tmp_path, 8, 8, 8)
    render_film(plan, None, tmp_path / "cache", tmp_path / "film.mp4")

    changed = replace(plan, scenes=(*plan.scenes[:1], replace(plan.scenes[1], overlay_key="new"), *plan.scenes[2:]))
    report = render_film(changed, None, tmp_path / "cache", tmp_path / "film.mp4")

    assert report.reused == (True, False, True)
    assert report.segments_reused == 2


def test_gives_the_same_bytes_again(tmp_path: Path) -> None:
    plan, sound = film_plan(tmp_path, 15, 15), soundtrack(tmp_path, 1.0)

    for name in ("one", "two"):
        render_film(plan, sound, tmp_path / name, tmp_path / f"{name}.mp4")

    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_asks_for_captions_only_when_a_scene_is_drawn(tmp_path: Path) -> None:
    asked = []
    plan = film_plan(tmp_path, 5)
    plan = replace(plan, scenes=(replace(plan.scenes[0], overlays=lambda: asked.append(1) or []),))

    for _ in range(2):
        render_film(plan, None, tmp_path / "cache", tmp_path / "film.mp4")

    assert asked == [1]


def test_tells_how_far_it_is(tmp_path: Path) -> None:
    steps: list[Step] = []

    render_film(film_plan(tmp_path, 10, 10), None, tmp_path / "cache", tmp_path / "film.mp4", steps.append)

    counted = [(step.done, step.total) for step in steps if step.total]
    assert counted[-1] == (20, 20)
    assert counted == sorted(counted)


def test_keeps_finished_scenes_and_nothing_else_when_it_is_stopped(tmp_path: Path) -> None:
    plan = film_plan(tmp_path, 4, 400)
    cache, output = tmp_path / "cache", tmp_path / "film.mp4"

    with pytest.raises(Interrupted, match="are kept"):
        render_film(plan, None, cache, output, cancelled=lambda: len(list(cache.glob("*.mp4"))) > 0, workers=1)

    assert [path.name for path in cache.iterdir()] == [f"{plan.segments[0].key}.mp4"]
    assert not output.exists()


def test_is_stopped_by_ctrl_c_in_the_same_way(tmp_path: Path) -> None:
    def press(step: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        render_film(film_plan(tmp_path, 400), None, tmp_path / "cache", tmp_path / "film.mp4", press)

    assert parts_in(tmp_path) == []


def test_refuses_a_film_without_scenes(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="at least one scene"):
        render_film(FilmPlan(180, 320, ()), None, tmp_path / "cache", tmp_path / "film.mp4")


def test_names_the_picture_that_cannot_be_read(tmp_path: Path) -> None:
    plan = film_plan(tmp_path, 5, 5)
    plan.scenes[1].picture.write_bytes(b"no picture")

    with pytest.raises(Invalid, match=r"1\.png is not a PNG, JPEG or WebP picture"):
        render_film(plan, None, tmp_path / "cache", tmp_path / "film.mp4")


def test_refuses_a_soundtrack_of_another_length(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"1\.50 s of sound .* 1\.00 s of pictures"):
        render_film(film_plan(tmp_path, 30), soundtrack(tmp_path, 1.5), tmp_path / "cache", tmp_path / "film.mp4")

    assert not (tmp_path / "film.mp4").exists()
    assert parts_in(tmp_path) == []


def test_says_so_when_the_output_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Misconfigured, match="could not be written") as caught:
        render_film(film_plan(tmp_path, 5), None, tmp_path / "cache", tmp_path / "file" / "film.mp4")

    assert caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="limits of file size are a matter of POSIX")
def test_leaves_the_old_film_alone_when_the_disk_is_full(tmp_path: Path) -> None:
    plan = film_plan(tmp_path, 30)
    render_film(plan, None, tmp_path / "cache", tmp_path / "film.mp4")
    before = (tmp_path / "film.mp4").read_bytes()

    answer = subprocess.run(
        [sys.executable, "-c", _RENDER_WITH_LITTLE_ROOM, str(tmp_path), str(len(before) // 2)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.stdout.startswith("Misconfigured"), answer.stderr
    assert (tmp_path / "film.mp4").read_bytes() == before
    assert parts_in(tmp_path) == []


_RENDER_WITH_LITTLE_ROOM = textwrap.dedent(
    """
    import resource, sys
    from pathlib import Path
    from studio.domain.errors import StudioError
    from studio.render.film import render_film
    from tests.render.drawings import film_plan
    folder, limit = Path(sys.argv[1]), int(sys.argv[2])
    plan = film_plan(folder, 30)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        render_film(plan, None, folder / "cache", folder / "film.mp4")
    except StudioError as error:
        sys.stdout.write(f"{type(error).__name__}: {error}")
    """
)
