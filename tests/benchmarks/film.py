"""What a whole render costs beside encoding its frames: music, mix, captions, motion, joining; and peak memory.

    python -m tests.benchmarks.film [--rounds 3] [--json]

A film of half a minute from six scenes is spoken and painted first. Then, each in a process of its own: the render as
`studio shorts render` does it, the encoding of the very same frames alone with the same settings, and the render after
the words of one scene were changed, its new voice included. About two minutes a round."""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from studio.app import Studio, open_studio
from studio.config import Settings
from studio.contracts.films import RenderShort
from studio.contracts.scenes import EditScene
from studio.contracts.shorts import CreateShort
from tests.benchmarks.render import _encode_alone

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


def prepare(folder: Path) -> dict[str, float]:
    studio = studio_in(folder)
    short = studio.shorts.create(CreateShort(source_text=json.dumps(SCRIPT)))
    for number in range(1, len(WORDS) + 1):
        studio.media.generate(short.id, scene=number)
    return {}


def render(folder: Path) -> dict[str, float]:
    studio = studio_in(folder)
    started = time.process_time()
    view = studio.films.render("@last", RenderShort())
    return {
        "cpu_seconds": time.process_time() - started,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "film_seconds": float(view.duration_seconds or 0),
    }


def encode_alone(folder: Path) -> dict[str, float]:
    from studio.services.cutting import plan_cut

    studio = studio_in(folder)
    footage = studio.films._footage("@last")  # type: ignore[attr-defined]  # the plan is nobody's public business
    return _encode_alone(plan_cut(footage, studio.assets).plan, folder)


def change(folder: Path) -> dict[str, float]:
    studio = studio_in(folder)
    studio.scenes.edit("@last", 3, EditScene(narration="The third heart sends it on to eight arms and a clever brain."))
    started = time.process_time()
    view = studio.films.render("@last", RenderShort())
    assert view.render is not None
    assert view.render.scenes_encoded == 1
    return {"cpu_seconds": time.process_time() - started}


PARTS = {"prepare": prepare, "render": render, "encode": encode_alone, "change": change}


def measured(part: str, folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.film", "--part", part, "--folder", folder]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def one_round() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        found = {part: measured(part, folder) for part in PARTS}
    encode, whole = found["encode"]["cpu_seconds"], found["render"]["cpu_seconds"]
    return {
        "film_seconds": found["render"]["film_seconds"],
        "encode_cpu_seconds": encode,
        "render_cpu_seconds": whole,
        "render_to_encode": whole / encode,
        "one_scene_changed_to_whole": found["change"]["cpu_seconds"] / whole,
        "render_peak_megabytes": found["render"]["peak_megabytes"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=tuple(PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part](options.folder)))
        return
    rounds = [one_round() for _ in range(options.rounds)]
    result = {name: round(statistics.median(one[name] for one in rounds), 3) for name in rounds[0]}
    print(json.dumps(result, indent=2) if options.json else "\n".join(f"{k:<28}{v:>10}" for k, v in result.items()))


if __name__ == "__main__":
    main()
