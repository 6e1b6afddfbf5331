"""Models of OpenRouter against a server on this machine that speaks its protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from studio.domain.remote import Answer, ChatRequest, Message, Order, PaintRequest, Reference, RemoteModel, Ticket
from studio.providers.catalogue import find_spec
from studio.providers.openrouter import OpenRouter, OpenRouterChat, OpenRouterImage
from tests.servers.openrouter import OpenRouterServer, running_openrouter

SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "scenes": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "items": {
                "type": "object",
                "properties": {"narration": {"type": "string"}, "shot": {"type": "string", "enum": ["wide", "close"]}},
                "required": ["narration", "shot"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["title", "scenes"],
    "additionalProperties": False,
}
MESSAGES = (Message("system", "Write in Portuguese."), Message("user", '{"topic": "Polvos: três corações"}'))
SCRIPT = ChatRequest(MESSAGES, "script", SCHEMA)
PLAIN = ChatRequest((Message("user", "Say one sentence."),))
PORTRAIT = PaintRequest("a red octopus", 1080, 1920, seed=2**40 + 7)
PHOTO = Reference("ab12.png", "image/png")


def read(reference: Reference) -> bytes:
    return f"bytes of {reference.key}".encode()


@dataclass
class Asked:
    """A model, and the tickets it gave."""

    model: RemoteModel
    tickets: list[Ticket] = field(default_factory=list)
    order: Order | None = None

    def send(self, request: ChatRequest | PaintRequest, marker: str = "call-1") -> Answer:
        self.order = self.model.prepare(request, read)
        answer = self.model.send(self.order, marker, self.tickets.append)
        assert answer is not None
        return answer

    def look(self) -> Answer | None:
        assert self.order is not None
        return self.model.look(self.order, self.tickets[0])


@pytest.fixture
def router() -> Iterator[OpenRouterServer]:
    with running_openrouter() as server:
        yield server


@pytest.fixture
def service(router: OpenRouterServer) -> OpenRouter:
    return OpenRouter(router.key, router.url)


@pytest.fixture
def chat(service: OpenRouter) -> Asked:
    return Asked(OpenRouterChat(service, find_spec("openrouter/deepseek/deepseek-v3.2"), idle_seconds=0.3))


@pytest.fixture
def seeing(service: OpenRouter) -> Asked:
    return Asked(OpenRouterChat(service, find_spec("openrouter/google/gemini-3.8-flash")))


@pytest.fixture
def painter(service: OpenRouter) -> Asked:
    return Asked(OpenRouterImage(service, find_spec("openrouter/google/gemini-2.5-flash-image"), idle_seconds=0.3))
