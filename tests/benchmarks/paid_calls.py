"""What paid calls cost in time: how near a film's pictures come to the providers' own latency, and studio's own CPU.

    python -m tests.benchmarks.paid_calls [--latency 6] [--concurrency 3] [--json]

The local fal runs in a process of its own, so that its work is not counted as studio's."""

from __future__ import annotations

import argparse
import json
import math
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.app import Studio, open_studio
from studio.config import load_settings
from studio.contracts.media import GenerateMedia, MediaKind
from studio.contracts.shorts import CreateShort
from studio.domain.clock import system_clock
from studio.providers.registry import Models
from studio.services import ledger
from studio.services.generations import Generations
from studio.services.making import Hands
from studio.services.media import MediaMaker
from tests.servers.fal.server import running_fal_process
from tests.servers.reaching import models_at

PICTURE = "fal/fal-ai/flux/schnell"


def script(scenes: int, name: str) -> str:
    told = [{"narration": f"Sentence {number}.", "visual": f"{name} {number}"} for number in range(scenes)]
    return json.dumps({"title": name, "language": "en", "scenes": told})


def studio_in(folder: str) -> Studio:
    studio = open_studio(load_settings(data_dir=Path(folder)))
    with studio.database.write() as session:
        ledger.grant(
            session, studio.principal.user_id, 10_000, source="admin", source_id="bench", key="bench", actor="bench",
            now=system_clock(),
        )  # fmt: skip
    return studio


def painted(studio: Studio, models: Models, scenes: int, concurrency: int, name: str) -> tuple[float, float]:
    """Wall and CPU seconds of painting so many scenes."""
    maker = MediaMaker(studio.database, studio.principal, studio.assets, models, Hands(2, concurrency))
    short = studio.shorts.create(CreateShort(source_text=script(scenes, name), image_model=PICTURE)).id
    wanted = GenerateMedia(kind=MediaKind.PICTURE)
    started, cpu = time.monotonic(), used()
    maker.generate(short, wanted)
    return time.monotonic() - started, used() - cpu


def used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def timed_orders() -> Iterator[list[float]]:
    """CPU seconds of each paid call, each in the thread that makes it."""
    spent: list[float] = []
    order = Generations.order

    def timed(*values: Any, **named: Any) -> Any:
        started = time.thread_time()
        try:
            return order(*values, **named)
        finally:
            spent.append(time.thread_time() - started)

    Generations.order = timed  # type: ignore[method-assign]  # put back below
    try:
        yield spent
    finally:
        Generations.order = order  # type: ignore[method-assign]


def measured(latency: float, concurrency: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, running_fal_process("--latency", str(latency)) as fal:
        studio, models = studio_in(folder), models_at(fal.server)
        # The first call loads what all of them need.
        painted(studio, models, 1, 1, "first")
        wall, _ = painted(studio, models, 6, concurrency, "six")
        studio.close()
        models.close()
    with tempfile.TemporaryDirectory() as folder, running_fal_process() as fal:
        studio, models = studio_in(folder), models_at(fal.server)
        painted(studio, models, 1, 1, "first")
        with timed_orders() as orders:
            _, cpu = painted(studio, models, 30, 4, "thirty")
        studio.close()
        models.close()
    ideal = math.ceil(6 / concurrency) * latency
    return {
        "seconds": wall,
        "ideal_seconds": ideal,
        "ratio": wall / ideal,
        "cpu_ms_per_generation": sum(orders) / len(orders) * 1000,
        "cpu_ms_per_picture": cpu / 30 * 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=6.0, help="Seconds a job takes at the provider.")
    parser.add_argument("--concurrency", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measured(options.latency, options.concurrency)
    if options.json:
        print(json.dumps(found))
        return
    print(f"six scenes, {options.concurrency} at once, {options.latency:g} s each: {found['seconds']:.2f} s, "
          f"{found['ratio']:.3f} of the ideal {found['ideal_seconds']:g} s (bound 1.05)")  # fmt: skip
    print(f"studio's own CPU per generation, from the intent to the charge: {found['cpu_ms_per_generation']:.1f} ms "
          f"(bound 25); with looking for what stands: {found['cpu_ms_per_picture']:.1f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
