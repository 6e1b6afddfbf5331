"""A provider in memory: it takes orders as told, remembers what it was paid for, and can be asked again later."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from studio.domain.errors import NotSent, ServiceFailed, Uncertain
from studio.domain.progress import Cancelled, never
from studio.domain.remote import Answer, Order, Reference, RemoteFile, RemoteRequest, Ticket


@dataclass
class ScriptedModel:
    """A `RemoteModel`. `sends` and `looks` are taken one by one; a class of error is raised, an answer is given.

    `paid` holds every order the provider took, by the id it gave: that is what it charges for."""

    name: str = "vendor/paint"
    may_repeat: bool = False
    window_seconds: float = 8100.0
    sends: deque[Any] = field(default_factory=deque)
    looks: deque[Any] = field(default_factory=deque)
    paid: dict[str, Order] = field(default_factory=dict)
    listed: bool = True
    """Whether `find` tells of the orders that were taken."""
    cancelled: list[str] = field(default_factory=list)
    posts: int = 0
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def provider(self) -> str:
        return self.name.partition("/")[0]

    def prepare(self, request: RemoteRequest, read: Callable[[Reference], bytes]) -> Order:
        return Order("paint", asdict(request))

    def quote(self, request: RemoteRequest) -> int | None:
        return 40_000

    def send(
        self, order: Order, marker: str, accepted: Callable[[Ticket], None], cancelled: Cancelled = never
    ) -> Answer | None:
        self.posts += 1
        step = self.sends.popleft() if self.sends else "taken"
        if step is NotSent:
            raise NotSent("vendor cannot be reached.")
        if isinstance(step, Exception):
            raise step
        ticket = Ticket(f"r-{next(self._ids)}")
        self.paid[ticket.request_id] = order
        if step == "lost":
            raise Uncertain("vendor broke off before its answer was complete.")
        if step == "lost after the id":
            accepted(ticket)
            raise Uncertain("vendor broke off before its answer was complete.")
        if isinstance(step, Answer):
            return step
        accepted(ticket)
        return None

    def look(self, order: Order, ticket: Ticket) -> Answer | None:
        step = self.looks.popleft() if self.looks else "done"
        if step is None:
            return None
        if isinstance(step, Exception):
            raise step
        return done(ticket.request_id)

    def find(self, order: Order, since: int) -> Sequence[Ticket]:
        if not self.listed:
            raise ServiceFailed("vendor lists nothing now.")
        return [Ticket(id) for id, taken in self.paid.items() if _json(taken) == _json(order)]

    def cancel(self, ticket: Ticket) -> bool:
        self.cancelled.append(ticket.request_id)
        return True

    def fetch(self, file: RemoteFile) -> bytes:
        return file.url.encode()


def done(request_id: str = "r", cost_microusd: int | None = 40_000) -> Answer:
    """What the provider delivers."""
    file = RemoteFile(f"https://vendor.example/{request_id}.png", media_type="image/png")
    return Answer(text="words", files=(file,), model="paint-2", request_id=request_id, cost_microusd=cost_microusd)


def _json(order: Order) -> str:
    return json.dumps(order.body, sort_keys=True)
