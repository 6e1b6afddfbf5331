"""Long work, told step by step: a line of JSON for each step, and the answer as the last one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi.responses import StreamingResponse

from studio.api.answers import Answer, written
from studio.contracts.wire import STREAM
from studio.domain.progress import Cancelled, Progress, Step, silent

BEAT_SECONDS = 5.0
"""At most this long between two lines: both sides notice then that the other one is gone."""

Work = Callable[[Progress, Cancelled], Answer]


class Streams:
    """Runs long work of one server, so many at the same time; what is under way can be asked to stop."""

    def __init__(self, at_once: int) -> None:
        self.limiter = CapacityLimiter(at_once)
        self.stopping = threading.Event()

    def response(self, work: Work) -> StreamingResponse:
        return StreamingResponse(self._lines(work), media_type=STREAM)

    async def whole(self, work: Work) -> Answer:
        """The answer alone, for whoever does not want to watch."""
        return await anyio.to_thread.run_sync(
            work, silent, self.stopping.is_set, limiter=self.limiter, abandon_on_cancel=False
        )

    async def _lines(self, work: Work) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        gone = threading.Event()
        task = asyncio.create_task(self._work(work, queue, gone))
        try:
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), BEAT_SECONDS)
                except TimeoutError:
                    line = b'{"beat":true}\n'
                if line is None:
                    break
                yield line
            yield (await task).as_line()
        finally:
            # Whoever watched is gone or has the answer: work that is still under way stops at its next look.
            gone.set()

    async def _work(self, work: Work, queue: asyncio.Queue[bytes | None], gone: threading.Event) -> Answer:
        loop = asyncio.get_running_loop()

        def tell(step: Step) -> None:
            line = written({"step": asdict(step)}) + b"\n"
            loop.call_soon_threadsafe(queue.put_nowait, line)

        def is_cancelled() -> bool:
            return gone.is_set() or self.stopping.is_set()

        try:
            return await anyio.to_thread.run_sync(work, tell, is_cancelled, limiter=self.limiter)
        finally:
            queue.put_nowait(None)
