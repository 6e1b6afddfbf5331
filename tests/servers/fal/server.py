"""The state of the server: its jobs, its files, what it is told to do wrong, and everything it was asked."""

from __future__ import annotations

import hashlib
import heapq
import json
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.servers.fal.fields import faults_of
from tests.servers.fal.outcomes import GOOD, Outcome, detail, outcome
from tests.servers.fal.prices import unit_of
from tests.servers.fal.work import Made, Unreadable, Works
from tests.servers.running import serving

KEY = "test-key-id:test-key-secret"
_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = None


@dataclass
class Job:
    """One request that was taken. Times are seconds of the monotonic clock, `sent_at` is wall clock time."""

    request_id: str
    endpoint: str
    body: dict[str, Any]
    sent_at: float
    starts: float
    ends: float
    outcome: Outcome
    faults: list[dict[str, Any]]
    webhook: str = ""
    tags: str = ""
    made: Made | None = None
    passing: deque[int] = field(default_factory=deque)

    @property
    def app(self) -> str:
        """The owner and the alias, which is all of the endpoint that the addresses of a request hold."""
        return "/".join(self.endpoint.split("/")[:2])

    @property
    def is_billed(self) -> bool:
        return self.outcome.is_billed and not self.faults

    @property
    def state(self) -> str:
        now = time.monotonic()
        if now >= self.ends:
            return "COMPLETED"
        return "IN_PROGRESS" if now >= self.starts else "IN_QUEUE"


@dataclass(frozen=True)
class File:
    data: bytes
    media_type: str
    behaviour: str = ""


@dataclass
class FalServer:
    """A fal. What it does wrong is named beforehand: `will` for coming jobs, `answers` for coming orders."""

    port: int
    key: str = KEY
    latency: float = 0.0
    concurrency: int = 40
    listing_delay: float = 0.0
    """Seconds until the platform lists a request."""
    is_admin_key: bool = False
    validates_at_once: bool = False
    """Whether wrong input is refused with the order itself; otherwise its result is the refusal."""
    knows_nothing: bool = False
    """Whether every request is answered as one that is not known."""
    foreign_urls: str = ""
    """A base address that leads away from here, put into the answers to orders."""
    prices_change: dict[str, str] = field(default_factory=dict)
    percent_discount: int = 0
    """By how much bills are lower than the units in the answers say."""
    unbilled: set[str] = field(default_factory=set)
    """Requests whose bill is not written yet."""
    platform_status: int = 0
    retry_after: str = "1"
    outcomes: deque[Outcome] = field(default_factory=deque)
    answers: deque[str] = field(default_factory=deque)
    news: deque[str] = field(default_factory=deque)
    """What becomes of the coming questions about the status of a request: those of NO_NEWS, or `well`."""
    results: deque[str] = field(default_factory=deque)
    """The same for the coming questions about the result of a completed one."""
    requests: list[Request] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    paid: list[dict[str, Any]] = field(default_factory=list)
    """Each job that is charged, once: its endpoint, body and request id, in the order they were taken."""
    leaks: list[str] = field(default_factory=list)
    """Requests to storage and delivery that carried the key."""
    files: dict[str, File] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    closing: threading.Event = field(default_factory=threading.Event)
    _free: list[float] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def queue_url(self) -> str:
        return f"{self.base}/queue"

    @property
    def rest_url(self) -> str:
        return f"{self.base}/rest"

    @property
    def api_url(self) -> str:
        return f"{self.base}/api/v1"

    @property
    def media_host(self) -> str:
        """What STUDIO_MEDIA_HOSTS has to name."""
        return f"127.0.0.1:{self.port}"

    @property
    def posts(self) -> list[Request]:
        """The orders that came in, whether they were taken or not."""
        return [request for request in self.requests if request.method == "POST" and request.path.startswith("/queue")]

    @property
    def polls(self) -> list[str]:
        return [request.path for request in self.requests if request.method == "GET" and "/requests/" in request.path]

    @cached_property
    def works(self) -> Works:
        return Works(self.publish, self.uploaded)

    def will(self, *names: str | Outcome) -> None:
        """How the coming jobs end, one name each; after them all is well."""
        self.outcomes.extend(outcome(name) if isinstance(name, str) else name for name in names)

    def loses(self, *names: str) -> None:
        """What becomes of the coming orders, one name each: those of LOST_ANSWERS or REFUSALS, or `well`."""
        self.answers.extend(names)

    def withholds(self, *names: str) -> None:
        """What becomes of the coming questions about a request, one name each."""
        self.news.extend(names)

    def accept(self, endpoint: str, body: dict[str, Any], *, webhook: str, tags: str) -> Job:
        """Take an order. It waits for one of the slots, and for the jobs before it."""
        with self.lock:
            now = time.monotonic()
            while len(self._free) < self.concurrency:
                heapq.heappush(self._free, 0.0)
            starts = max(now, heapq.heappop(self._free))
            heapq.heappush(self._free, starts + self.latency)
            end = self.outcomes.popleft() if self.outcomes else GOOD
            job = Job(
                str(uuid.uuid4()), endpoint, body, time.time(), starts, starts + self.latency, end,
                faults_of(endpoint, body), webhook, tags, passing=deque(end.passing),
            )  # fmt: skip
            self.jobs[job.request_id] = job
            if job.is_billed:
                self.paid.append({"endpoint": endpoint, "body": body, "request_id": job.request_id})
            return job

    def cancel(self, job: Job) -> bool:
        """Drop a job that waits. One that is being worked on is finished, and charged."""
        with self.lock:
            if job.state == "COMPLETED":
                return False
            if job.state == "IN_QUEUE":
                job.outcome, job.starts, job.ends = Outcome(error=("Cancelled", "client_cancelled")), 0.0, 0.0
                self.paid = [paid for paid in self.paid if paid["request_id"] != job.request_id]
            return True

    def result_of(self, job: Job) -> tuple[int, Any, dict[str, str]]:
        """The status, the body and the headers of a completed job's result."""
        headers = {"x-fal-request-id": job.request_id}
        if job.faults:
            return 422, {"detail": job.faults}, headers
        if job.outcome.status != 200:
            units = {"x-fal-billable-units": "1"} if job.outcome.is_billed else {}
            return job.outcome.status, job.outcome.body, headers | dict(job.outcome.headers) | units
        try:
            made = self._made(job)
        except Unreadable as error:
            return 422, detail(error.kind, "Failed to load the file.", name=error.name), headers
        units = {"x-fal-billable-units": _short(made.units)}
        return 200, _changed(made.result, job.outcome.change), headers | units

    def publish(self, data: bytes, name: str, media_type: str, behaviour: str = "") -> dict[str, Any]:
        """Put a file on the delivery host, and say where it is as a result does."""
        digest = hashlib.sha256(data + behaviour.encode()).hexdigest()[:24]
        path = f"/media/files/{digest}/{name}"
        self.files[path] = File(data, media_type, behaviour)
        return {"url": self.base + path, "content_type": media_type, "file_name": name, "file_size": len(data)}

    def uploaded(self, address: str) -> bytes | None:
        file = self.files.get(address.removeprefix(self.base))
        return file.data if file else None

    def cost_usd(self, request_id: str) -> Decimal:
        """What a request is charged; nothing for one that is not."""
        job = self.jobs[request_id]
        if not job.is_billed:
            return Decimal(0)
        units = self._made(job).units if job.outcome.status == 200 else Decimal(1)
        return units * self.unit_price(job.endpoint)[1]

    @property
    def total_usd(self) -> Decimal:
        """What all paid jobs together are charged."""
        return sum((self.cost_usd(paid["request_id"]) for paid in self.paid), Decimal(0))

    def unit_price(self, endpoint: str) -> tuple[str, Decimal]:
        unit, price = unit_of(endpoint)
        return unit, Decimal(self.prices_change.get(endpoint, price))

    def _made(self, job: Job) -> Made:
        with self.lock:
            if job.made is None:
                publish = self.publish
                self.works.publish = lambda data, name, kind: publish(data, name, kind, job.outcome.media)
                job.made = self.works.make(job.endpoint, job.body)
            return job.made


def _changed(result: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(result) | {name: value for name, value in change.items() if name in result}
    if "sizes" in change:
        for file in [*changed.get("images", []), changed.get("video"), changed.get("audio")]:
            if file:
                file |= {"width": None, "height": None, "file_size": None, "content_type": None}
    return changed


def _short(units: Decimal) -> str:
    return f"{float(units):g}" if units == units.to_integral_value() else str(units.normalize())


@contextmanager
def running_fal(port: int = 0) -> Iterator[FalServer]:
    """A server on a port of this machine that is gone when the test ends."""
    from tests.servers.fal.handler import Handler

    with serving(Handler, "fal", FalServer, port=port) as server:
        yield server


@dataclass(frozen=True)
class FalProcess:
    """The server in a process of its own, which outlives studio's being killed."""

    port: int

    @property
    def server(self) -> FalServer:
        """Its addresses; the state in it is not that of the process."""
        return FalServer(self.port)

    def state(self) -> dict[str, Any]:
        """`paid`, `posts` (their number), `leaks` and `total_usd` as they stand."""
        with urllib.request.urlopen(f"{self.server.base}/control", timeout=10) as response:
            return dict(json.load(response))

    def set(self, **switches: Any) -> None:
        """Set `latency`, `concurrency` and the like, or append to `outcomes`, `answers` and `news` by name."""
        body = json.dumps(switches).encode()
        urllib.request.urlopen(f"{self.server.base}/control", body, timeout=10).close()


@contextmanager
def running_fal_process(*options: str) -> Iterator[FalProcess]:
    """The server as `python -m tests.servers.fal` starts it."""
    command = [sys.executable, "-m", "tests.servers.fal", *options]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield FalProcess(int(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(10)
