"""A picture through OpenRouter's image endpoint, which answers with the picture itself."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

from studio.domain.errors import Invalid, Rejected, Uncertain
from studio.domain.progress import Cancelled, never
from studio.domain.remote import Answer, Order, PaintRequest, Reference, RemoteFile, RemoteRequest, Ticket
from studio.providers.catalogue import ModelSpec, Role
from studio.providers.openai_compatible.model import picture_part
from studio.providers.openrouter.completion import END
from studio.providers.openrouter.costs import cost_of_generation, cost_of_usage
from studio.providers.openrouter.failures import Failure, failure_in
from studio.providers.openrouter.reading import mapping, sequence, words
from studio.providers.openrouter.service import OpenRouter
from studio.providers.openrouter.tickets import Claim, unknown

ENDPOINT = "images"

ASPECTS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
"""The proportions that most vendors have; others are brought to the nearest by OpenRouter."""

IDLE_SECONDS = 240.0
"""A picture comes in one piece, after a silence that is as long as it takes to paint."""

LARGEST_SEED = 2**31


@dataclass
class _Painting:
    """What has come of a picture."""

    files: list[RemoteFile] = field(default_factory=list)
    usage: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    has_ended: bool = False

    def hear(self, data: Iterable[str]) -> None:
        for datum in data:
            if datum.strip() == END:
                self.has_ended = True
                return
            self._take(_document(datum))

    def _take(self, content: Mapping[str, Any]) -> None:
        self.failure = self.failure or failure_in(content)
        self.usage = mapping(content.get("usage")) or self.usage
        # The whole document ends with itself; a stream of events ends with the event of the finished picture.
        is_document = isinstance(content.get("data"), list)
        if is_document or content.get("type") == "image_generation.completed":
            self.has_ended = True
            entries = sequence(content.get("data")) if is_document else [content]
            found = [_file(mapping(entry)) for entry in entries]
            self.files += [file for file in found if file is not None]


class OpenRouterImage:
    """A `RemoteModel` that paints."""

    provider = "openrouter"
    may_repeat = False
    window_seconds = 900.0
    """Nothing is ever listed: after this long nobody waits for an answer that was lost before it had an id."""

    def __init__(self, service: OpenRouter, spec: ModelSpec, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._service = service
        self._idle_seconds = idle_seconds
        self.spec = spec
        self.name = spec.id

    def prepare(self, request: RemoteRequest, read: Callable[[Reference], bytes]) -> Order:
        if not isinstance(request, PaintRequest):
            raise Invalid(f"{self.name} paints pictures, and does nothing else.")
        body: dict[str, Any] = {
            "model": self.spec.endpoint,
            "prompt": _prompt(request),
            "aspect_ratio": nearest_aspect(request.width, request.height, self.spec.aspects or ASPECTS),
            "n": 1,
            **self.spec.constants,
        }
        if self.spec.takes(Role.SEED):
            body["seed"] = request.seed % LARGEST_SEED
        if request.references:
            body["input_references"] = [picture_part(picture, read) for picture in self._shown(request)]
        return Order(ENDPOINT, body)

    def quote(self, request: RemoteRequest) -> int | None:
        return None if self.spec.price is None else self.spec.price.of(Decimal(1))

    def send(
        self, order: Order, marker: str, accepted: Callable[[Ticket], None], cancelled: Cancelled = never
    ) -> Answer:
        claim, painting = Claim(accepted), _Painting()
        body = {**order.body, "session_id": marker}
        opened = self._service.events(order.endpoint, body, idle_seconds=self._idle_seconds, cancelled=cancelled)
        with opened as events:
            claim.take(events.headers.get("x-generation-id", ""))
            painting.hear(events.data)
        return self._answer(painting, claim.request_id)

    def look(self, order: Order, ticket: Ticket) -> NoReturn:
        """Raise Rejected, whose `details` hold what the picture cost: OpenRouter keeps no pictures.

        One that OpenRouter does not know, or not yet, has `is_unknown` in its `details`."""
        found = self._service.generation(ticket.request_id)
        if found is None:
            raise unknown(self._service.client.place, ticket)
        raise self._lost(
            "OpenRouter has made the picture and does not keep it.", ticket.request_id, cost_of_generation(found)
        )

    def find(self, order: Order, since: int) -> Sequence[Ticket]:
        """Nothing: OpenRouter has no list of what it was asked."""
        return ()

    def cancel(self, ticket: Ticket) -> bool:
        return False

    def fetch(self, file: RemoteFile) -> bytes:
        if not file.data:
            raise Rejected(f"{self.name} delivers its pictures at once, and not at an address.")
        return file.data

    def _shown(self, request: PaintRequest) -> Sequence[Reference]:
        if not self.spec.takes(Role.REFERENCES):
            raise Invalid(f"{self.name} takes no pictures to go by.", hint="See studio models list --medium image.")
        most = self.spec.limits.references
        return request.references[:most] if most else request.references

    def _answer(self, painting: _Painting, request_id: str) -> Answer:
        cost = cost_of_usage(painting.usage)
        if painting.failure is not None:
            raise self._service.meanings.in_answer(painting.failure, request_id, cost)
        if not painting.has_ended:
            raise Uncertain(f"{self._service.client.place} broke off before the picture was there.")
        if not painting.files:
            raise self._lost(f"{self.name} gave no picture.", request_id, cost)
        return Answer(
            files=tuple(painting.files[:1]),
            data={"usage": dict(painting.usage)} if painting.usage else {},
            model=self.spec.endpoint,
            request_id=request_id,
            cost_microusd=cost,
        )

    def _lost(self, message: str, request_id: str, cost: int | None) -> Rejected:
        details = {"request_id": request_id, "cost_microusd": cost}
        return Rejected(
            message,
            hint="Change the words, or choose another model: studio models list.",
            details={name: value for name, value in details.items() if value not in (None, "")},
        )


def nearest_aspect(width: int, height: int, aspects: Sequence[str]) -> str:
    """The proportions among `aspects`, such as 9:16, that come nearest to a size."""

    def difference(aspect: str) -> float:
        wide, high = (float(part) for part in aspect.split(":"))
        ratio = (width / height) / (wide / high)
        return max(ratio, 1 / ratio)

    return min(aspects, key=difference)


def _prompt(request: PaintRequest) -> str:
    """The endpoint has no field for what must not be seen."""
    unwanted = request.negative_prompt.strip()
    return f"{request.prompt}\nNot in the picture: {unwanted}" if unwanted else request.prompt


def _document(datum: str) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(datum))
    except (ValueError, RecursionError) as error:
        raise Uncertain("OpenRouter took the request and sent an answer that cannot be read.") from error


def _file(entry: Mapping[str, Any]) -> RemoteFile | None:
    """The picture in an entry; None where it is none."""
    text = "".join(words(entry.get("b64_json")).split())
    # Some send the whole data address.
    data = text.partition(",")[2] if text.startswith("data:") else text
    try:
        picture = base64.b64decode(data, validate=True)
    except binascii.Error:
        return None
    return RemoteFile(data=picture, media_type=words(entry.get("media_type"))) if picture else None
