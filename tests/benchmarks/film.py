"""What a whole render costs beside encoding its frames: captions, motion, mix, joining; and peak memory.

    python -m tests.benchmarks.film [--rounds 3] [--pictures offline|photographs] [--json] [--parts]

All media of a half-minute film of six scenes are made first: voice, music, and pictures painted offline or brought with
`media import` (grainy photographs, generated). Then, each in a process of its own, in turns: the render from takes to
MP4 as `studio shorts render` does it, the encoding of the very same frames alone with the same settings; and last the
render after the words of one scene were changed, its new voice included. Importing libraries counts nowhere.
Two to three minutes a round; without `--pictures` both kinds are measured."""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from studio.app import Studio, open_studio
from studio.config import Settings
from studio.contracts.films import RenderShort
from studio.contracts.media import GenerateMedia, ImportMedia
from studio.contracts.scenes import EditScene
from studio.contracts.shorts import CreateShort
from tests.benchmarks.render import encode_alone as encode_plan_alone
from tests.benchmarks.render import photograph

WORDS = (
    ("An octopus has three hearts, and one of them stops beating every time it swims.", "octopus, heart"),
    ("Two of the hearts do one job: each pushes blood through a gill, where it takes up oxygen.", "hearts, fish"),
    ("The third one sends that blood round the whole body, through eight arms and a clever brain.", "octopus, brain"),
    ("Its blood is blue, because copper carries the oxygen in it instead of iron.", "blue blood, copper"),
    ("Copper works well in the cold, but it makes the blood thick and slow to move.", "ice, cold sea"),
    ("So when you see one crawl across the sea floor, it is not lazy. It is saving a heart.", "octopus, sea floor"),
)
SCRIPT = {
    "title": "Why octopuses have three hearts",
    "scenes": [{"narration": narration, "visual": visual} for narration, visual in WORDS],
}


def studio_in(folder: Path) -> Studio:
    return open_studio(Settings(data_dir=folder / "data", workers=2))


KINDS = ("offline", "photographs")
JPEG_QUALITY = 92


def prepare(folder: Path) -> dict[str, float]:
    """Make all that is media: voices, pictures, music."""
    studio = studio_in(folder)
    short = studio.shorts.create(CreateShort(source_text=json.dumps(SCRIPT)))
    studio.media.generate(short.id, GenerateMedia())
    return {}


def bring_photographs(folder: Path) -> dict[str, float]:
    prepare(folder)
    studio = studio_in(folder)
    for number in range(1, len(WORDS) + 1):
        path = folder / f"photograph{number}.jpg"
        Image.fromarray(photograph(np.random.default_rng(number))).save(path, quality=JPEG_QUALITY)
        studio.media.import_("@last", ImportMedia(scene=number), path)
    return {}


def import_libraries() -> None:
    """Have loaded what both sides need, so that neither pays for what the other has already."""
    for name in ("studio.services.cutting", "studio.services.making"):
        importlib.import_module(name)


def render(folder: Path) -> dict[str, float]:
    studio = studio_in(folder)
    import_libraries()
    started = time.process_time()
    view = studio.films.render("@last", RenderShort())
    return {
        "cpu_seconds": time.process_time() - started,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "film_seconds": float(view.duration_seconds or 0),
        "film_megabytes": (view.size_bytes or 0) / 1e6,
    }


def encode_alone(folder: Path) -> dict[str, float]:
    from studio.db.models.short import Short
    from studio.services.cutting import plan_cut
    from studio.services.footage import footage_of
    from studio.services.references import find

    studio = studio_in(folder)
    import_libraries()
    with studio.database.read() as session:
        short = find(session, Short, studio.principal, "@last", "short")
        footage = footage_of(session, studio.principal, short)
    return encode_plan_alone(plan_cut(footage, studio.assets).plan, folder)


def change(folder: Path) -> dict[str, float]:
    studio = studio_in(folder)
    studio.scenes.edit("@last", 3, EditScene(narration="The third heart sends it on to eight arms and a clever brain."))
    started = time.process_time()
    view = studio.films.render("@last", RenderShort())
    assert view.render is not None
    assert view.render.scenes_encoded == 1
    return {"cpu_seconds": time.process_time() - started}


MADE = dict(zip(KINDS, (prepare, bring_photographs), strict=True))
PARTS = {**MADE, "render": render, "encode": encode_alone, "change": change}


def timed_render(folder: Path) -> dict[str, float]:
    """One render with a timer round each of its parts; parts that workers do are timed in their own threads."""
    from studio.render import film, segment, still
    from studio.services import cutting, media

    spent: Counter[str] = Counter()

    def time_inside(place: Any, name: str, label: str, clock: Callable[[], float] = time.thread_time) -> None:
        work = getattr(place, name)

        def timed(*values: Any, **named: Any) -> Any:
            started = clock()
            try:
                return work(*values, **named)
            finally:
                spent[label] += clock() - started

        setattr(place, name, timed)

    time_inside(segment, "encode_frames", "encoding and drawing")
    time_inside(segment.SegmentPainter, "draw", "drawing")
    time_inside(cutting, "caption_patches", "captions")
    time_inside(cutting, "title_patches", "title")
    time_inside(still, "make_still", "reading pictures")
    time_inside(cutting, "mix", "mix")
    time_inside(film, "join", "joining and AAC")
    time_inside(media.MediaMaker, "generate", "looking for missing media", time.process_time)
    return {**render(folder), **spent}


SINGLE = {**PARTS, "parts": timed_render}


def measured(part: str, folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.film", "--part", part, "--folder", folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def one_round(kind: str, *, render_first: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        measured(kind, folder)
        turns = ("render", "encode") if render_first else ("encode", "render")
        found = {part: measured(part, folder) for part in (*turns, "change")}
    encode, whole = found["encode"]["cpu_seconds"], found["render"]["cpu_seconds"]
    return {
        "film_seconds": found["render"]["film_seconds"],
        "film_megabytes": found["render"]["film_megabytes"],
        "encode_cpu_seconds": encode,
        "render_cpu_seconds": whole,
        "render_to_encode": whole / encode,
        "one_scene_changed_to_whole": found["change"]["cpu_seconds"] / whole,
        "render_peak_megabytes": found["render"]["peak_megabytes"],
    }


def parts_round(kind: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        measured(kind, folder)
        return measured("parts", folder)


def rounds_of(kinds: Sequence[str], options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Medians for each kind of pictures; the kinds and the order within a round take turns."""
    rounds: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for number in range(options.rounds):
        for kind, found in rounds.items():
            found.append(parts_round(kind) if options.parts else one_round(kind, render_first=number % 2 == 0))
    return {
        kind: {name: round(statistics.median(one[name] for one in found), 3) for name in found[0]}
        for kind, found in rounds.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--pictures", choices=KINDS, help="one kind only")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--parts", action="store_true", help="time the parts of a render instead")
    parser.add_argument("--part", choices=tuple(SINGLE), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(SINGLE[options.part](options.folder)))
        return
    results = rounds_of([options.pictures] if options.pictures else KINDS, options)
    print(json.dumps(results, indent=2) if options.json else table(results))


def table(results: dict[str, dict[str, float]]) -> str:
    figures = next(iter(results.values()))
    lines = [f"{'':28}" + "".join(f"{kind:>14}" for kind in results)]
    return "\n".join(
        lines + [f"{name:28}" + "".join(f"{row[name]:>14}" for row in results.values()) for name in figures]
    )


if __name__ == "__main__":
    main()
