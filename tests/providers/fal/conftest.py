"""A fal on this machine, and models of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from studio.domain.remote import Answer, Order, PaintRequest, Reference, RemoteRequest, Ticket
from studio.providers.catalogue import find_spec
from studio.providers.download import Downloads
from studio.providers.fal import Fal, FalModel
from tests.servers.fal import FalServer, running_fal
from tests.servers.fal.media import picture

FLUX = "fal-ai/flux/schnell"
MARKER = "0193f6a0-7a6e-7000-8000-000000000001"
PICTURE = picture(64, 64, (9, 90, 200), "png")

painting = PaintRequest("A red bicycle in the rain.", 1024, 576, seed=11)
face = Reference("users/1/face.png", "image/png")


def read(reference: Reference) -> bytes:
    """The bytes of any reference: a picture."""
    return PICTURE


@dataclass
class Desk:
    """One model, and short words for what is done with it."""

    model: FalModel

    def order(self, request: RemoteRequest = painting) -> Order:
        return self.model.prepare(request, read)

    def send(self, order: Order) -> Ticket:
        tickets: list[Ticket] = []
        assert self.model.send(order, MARKER, tickets.append) is None
        (ticket,) = tickets
        return ticket

    def ask(self, request: RemoteRequest = painting) -> Answer | None:
        """Send it, and look once."""
        order = self.order(request)
        return self.model.look(order, self.send(order))

    def wait(self, order: Order, ticket: Ticket) -> Answer:
        for _ in range(200):
            answer = self.model.look(order, ticket)
            if answer is not None:
                return answer
            time.sleep(0.01)
        raise AssertionError("it never ended")


@pytest.fixture
def server() -> Iterator[FalServer]:
    with running_fal() as running:
        yield running


@pytest.fixture
def fal(server: FalServer) -> Iterator[Fal]:
    with connected(server) as opened:
        yield opened


@contextmanager
def connected(server: FalServer, *, key: str | None = None, answer_seconds: float = 10.0) -> Iterator[Fal]:
    opened = Fal(
        server.key if key is None else key,
        queue_url=server.queue_url,
        rest_url=server.rest_url,
        api_url=server.api_url,
        answer_seconds=answer_seconds,
    )
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def desk(server: FalServer, fal: Fal) -> Callable[..., Desk]:
    """A model of fal by its endpoint."""

    def opened(endpoint: str = FLUX, *, through: Fal | None = None) -> Desk:
        fetch = Downloads(server.media_host).fetch
        return Desk(FalModel(find_spec(f"fal/{endpoint}"), through or fal, fetch))

    return opened
