"""What drawing costs beside encoding: ratios of CPU time, peak memory, and the price of changing one scene of six.

Run `python tests/benchmarks/render.py [--json] [--encoder final|preview] [--rounds N]`: about two minutes a round."""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.domain.script import Shot
from studio.render.encode import EncoderSettings, encode_frames
from studio.render.film import FilmPlan, FilmScene, render_film
from studio.render.patch import Patch, TimedPatch
from studio.render.planes import Canvas
from studio.render.segment import Segment, SegmentPainter
from studio.render.still import StillShelf

WIDTH, HEIGHT, SCENES, SCENE_FRAMES = 1080, 1920, 6, 150
SHOTS = (Shot.WIDE, Shot.MEDIUM, Shot.CLOSE, Shot.WIDE, Shot.DETAIL, Shot.MEDIUM)
CAPTION_FRAMES = 12
KINDS = ("photographs", "storyboard")


def main() -> None:
    arguments = _arguments()
    if arguments.part:
        print(json.dumps(_PARTS[arguments.part](_plan(Path(arguments.folder), arguments), Path(arguments.folder))))
        return
    results = {kind: _compare(kind, arguments) for kind in KINDS}
    print(json.dumps(results, indent=2) if arguments.json else _table(results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--encoder", choices=("final", "preview"), default="final")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--part", choices=tuple(_PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


def _compare(kind: str, arguments: argparse.Namespace) -> dict[str, float]:
    """Each part runs in a process of its own, so that its CPU time and peak memory are its alone."""
    rounds = []
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as folder:
            _make_pictures(kind, Path(folder))
            rounds.append({part: _run(part, folder, arguments) for part in _PARTS})
    return _summary(rounds)


def _summary(rounds: list[dict[str, dict[str, float]]]) -> dict[str, float]:
    def middle(part: str, figure: str) -> float:
        return statistics.median(one[part][figure] for one in rounds)

    frames = SCENES * SCENE_FRAMES
    encode, draw, render, change = (middle(part, "cpu_seconds") for part in _PARTS)
    return {
        "encode_cpu_seconds": round(encode, 2),
        "render_cpu_seconds": round(render, 2),
        "render_to_encode": round(statistics.median(_ratio(one, "render", "encode") for one in rounds), 3),
        "draw_milliseconds_per_frame": round(draw / frames * 1000, 2),
        "one_scene_changed_to_whole": round(change / render, 3),
        "render_peak_megabytes": round(middle("render", "peak_megabytes")),
        "film_megabytes": round(middle("render", "film_megabytes"), 1),
    }


def _ratio(one: dict[str, dict[str, float]], part: str, other: str) -> float:
    return one[part]["cpu_seconds"] / one[other]["cpu_seconds"]


def _run(part: str, folder: str, arguments: argparse.Namespace) -> dict[str, float]:
    command = [sys.executable, __file__, "--part", part, "--folder", folder, "--encoder", arguments.encoder]
    result: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


def _table(results: dict[str, dict[str, float]]) -> str:
    lines = [f"{'':32}" + "".join(f"{kind:>14}" for kind in results)]
    figures = next(iter(results.values()))
    lines += [f"{figure:32}" + "".join(f"{row[figure]:>14}" for row in results.values()) for figure in figures]
    return "\n".join(lines)


# --- the parts that are measured ---------------------------------------------------------------------------------


def encode_alone(plan: FilmPlan, folder: Path) -> dict[str, float]:
    """Encode the very frames of the film, drawn beforehand, two segments at a time."""
    stills = StillShelf(WIDTH, HEIGHT)
    cpu_seconds = 0.0
    for start in range(0, SCENES, 2):
        pair = plan.segments[start : start + 2]
        frames = [_drawn(segment, stills) for segment in pair]
        started = time.process_time()
        with ThreadPoolExecutor(2) as pool:
            copying = pool.map(_encode_drawn, pair, frames, [folder / f"alone{start + i}.mp4" for i in range(2)])
        cpu_seconds += time.process_time() - started - sum(copying)
    return {"cpu_seconds": cpu_seconds}


def _drawn(segment: Segment, stills: StillShelf) -> list[Canvas]:
    painter = SegmentPainter(segment, stills)
    frames = [Canvas(WIDTH, HEIGHT) for _ in range(segment.frames)]
    for index, planes in enumerate(frames):
        painter.draw(index, planes)
    return frames


def _encode_drawn(segment: Segment, frames: list[Canvas], path: Path) -> float:
    """Give the CPU seconds that went into handing the frames over, which are not the encoder's."""
    copying = 0.0

    def copy(index: int, planes: Canvas) -> None:
        nonlocal copying
        started = time.thread_time()
        for target, source in zip(planes, frames[index], strict=True):
            np.copyto(target, source)
        copying += time.thread_time() - started

    encode_frames(path, segment.frames, copy, segment.shape, segment.encoder)
    return copying


def _draw_alone(plan: FilmPlan, folder: Path) -> dict[str, float]:
    cv2.setNumThreads(0)
    stills, target = StillShelf(WIDTH, HEIGHT), Canvas(WIDTH, HEIGHT)
    started = time.process_time()
    for segment in plan.segments:
        painter = SegmentPainter(segment, stills)
        for index in range(segment.frames):
            painter.draw(index, target)
    return {"cpu_seconds": time.process_time() - started}


def _render(plan: FilmPlan, folder: Path) -> dict[str, float]:
    started = time.process_time()
    report = render_film(plan, None, folder / "cache", folder / "film.mp4")
    return {
        "cpu_seconds": time.process_time() - started,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "film_megabytes": report.size_bytes / 1e6,
    }


def _change_one_scene(plan: FilmPlan, folder: Path) -> dict[str, float]:
    """Other words in the third scene of the film that `_render` made before."""
    scenes = list(plan.scenes)
    scenes[2] = replace(scenes[2], overlay_key="other words")
    started = time.process_time()
    render_film(replace(plan, scenes=tuple(scenes)), None, folder / "cache", folder / "film.mp4")
    return {"cpu_seconds": time.process_time() - started}


_PARTS = {"encode": encode_alone, "draw": _draw_alone, "render": _render, "change": _change_one_scene}


# --- the film ----------------------------------------------------------------------------------------------------


def _plan(folder: Path, arguments: argparse.Namespace) -> FilmPlan:
    encoder = EncoderSettings.final() if arguments.encoder == "final" else EncoderSettings.preview()
    scenes = tuple(
        FilmScene(folder / f"{i}.png", str(i), SCENE_FRAMES, i, SHOTS[i], f"words {i}", _captions)
        for i in range(SCENES)
    )
    return FilmPlan(WIDTH, HEIGHT, scenes, encoder)


def _captions() -> list[TimedPatch]:
    """Bars in place of words: as large, as sharp and as often changed as captions are."""
    return [
        TimedPatch(first, first + CAPTION_FRAMES, Patch.from_rgba(_bars(first), 110, 1080))
        for first in range(0, SCENE_FRAMES, CAPTION_FRAMES)
    ]


def _bars(seed: int) -> NDArray[np.uint8]:
    chance = np.random.default_rng(seed)
    canvas = np.zeros((200, 860, 4), np.uint8)
    for left in range(40, 780, 60):
        height = int(chance.integers(60, 120))
        cv2.rectangle(canvas, (left, 160 - height), (left + 30, 160), (16, 16, 20, 255), 16, cv2.LINE_AA)
        cv2.rectangle(canvas, (left, 160 - height), (left + 30, 160), (255, 255, 255, 255), -1, cv2.LINE_AA)
    return canvas


def _make_pictures(kind: str, folder: Path) -> None:
    paint = photograph if kind == "photographs" else _storyboard
    for index in range(SCENES):
        Image.fromarray(paint(np.random.default_rng(index))).save(folder / f"{index}.png", compress_level=1)


def photograph(chance: np.random.Generator) -> NDArray[np.uint8]:
    """Soft shapes at many sizes with sensor grain, as in a photograph taken indoors."""
    picture = np.full((HEIGHT, WIDTH, 3), 110, np.float32)
    for cells in (3, 7, 15, 40, 110, 300):
        noise = chance.normal(0, 1, (cells * 16 // 9, cells, 3)).astype(np.float32)
        picture += cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * 110 / cells**0.6
    grain = chance.normal(0, 5, (HEIGHT, WIDTH, 1))
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def _storyboard(chance: np.random.Generator) -> NDArray[np.uint8]:
    """Flat figures with outlines on a gradient."""
    rows = np.linspace(0, 1, HEIGHT)[:, None, None]
    top, bottom = chance.integers(20, 235, (2, 1, 1, 3))
    picture = np.ascontiguousarray(np.broadcast_to(top + (bottom - top) * rows, (HEIGHT, WIDTH, 3)).astype(np.uint8))
    for _ in range(14):
        centre = (int(chance.integers(0, WIDTH)), int(chance.integers(0, HEIGHT)))
        radius, colour = int(chance.integers(40, 260)), tuple(int(c) for c in chance.integers(0, 255, 3))
        cv2.circle(picture, centre, radius, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.circle(picture, centre, radius - 12, colour, -1, cv2.LINE_AA)
    return picture


if __name__ == "__main__":
    main()
