"""The workers that encode the missing segments of a film, and the one thread that tells of it and can stop them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import cv2

from studio.domain.errors import Interrupted
from studio.domain.progress import Cancelled, Progress, Step
from studio.render.segment import Segment, encode_segment, is_kept
from studio.render.still import StillShelf

STAGE = "render"

_LOOK_UP_SECONDS = 0.2


@dataclass(frozen=True)
class EncodedSegment:
    """A segment's file in the cache, and whether it stood there already."""

    path: Path
    is_reused: bool


def encode_all(
    segments: Sequence[Segment], cache: Path, progress: Progress, cancelled: Cancelled, workers: int
) -> list[EncodedSegment]:
    """Encode what the cache lacks, `workers` segments at a time, and give all of them in order.

    Progress is told and cancellation looked up from the calling thread only. When it is stopped, by `cancelled` or
    by Ctrl-C, finished segments stay in the cache and Interrupted is raised."""
    kept = [is_kept(segment, cache) for segment in segments]
    missing = {segment.key: segment for segment, is_there in zip(segments, kept, strict=True) if not is_there}
    if any(kept):
        progress(Step(STAGE, f"{sum(kept)} of {len(kept)} scenes are unchanged and kept", detail=True))
    _Crew(list(missing.values()), cache).work(progress, cancelled, workers)
    return [EncodedSegment(segment.path_in(cache), kept[index]) for index, segment in enumerate(segments)]


class _Crew:
    def __init__(self, segments: list[Segment], cache: Path) -> None:
        self._segments = segments
        self._cache = cache
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._frames_done = 0
        self._frames_total = sum(segment.frames for segment in segments)

    def work(self, progress: Progress, cancelled: Cancelled, workers: int) -> None:
        if not self._segments:
            return
        # The workers are the parallelism: OpenCV's own threads under them would only wait for each other.
        cv2.setNumThreads(0)
        with ThreadPoolExecutor(workers, thread_name_prefix="segment") as pool:
            shape = self._segments[0].shape
            stills = StillShelf(shape.width, shape.height)
            jobs = [pool.submit(self._encode, segment, stills) for segment in self._segments]
            try:
                self._oversee(jobs, progress, cancelled)
            except KeyboardInterrupt:
                raise _interrupted() from None
            finally:
                self._stop.set()

    def _oversee(self, jobs: list[Future[Path]], progress: Progress, cancelled: Cancelled) -> None:
        pending = set(jobs)
        while pending:
            finished, pending = wait(pending, _LOOK_UP_SECONDS, FIRST_COMPLETED)
            for job in finished:
                job.result()
            progress(Step(STAGE, "Drawing and encoding the film", self._frames_done, self._frames_total))
            if pending and cancelled():
                raise _interrupted()

    def _encode(self, segment: Segment, stills: StillShelf) -> Path:
        return encode_segment(segment, self._cache, stills, self._before_frame)

    def _before_frame(self) -> None:
        if self._stop.is_set():
            raise _interrupted()
        with self._lock:
            self._frames_done += 1


def _interrupted() -> Interrupted:
    return Interrupted(
        "The film was stopped before it was whole; the scenes that were done are kept.",
        hint="Run the same command again to go on from there.",
    )
