"""A model with a second endpoint for what there is to show: reference pictures, or the frame a clip starts with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studio.domain.progress import Cancelled, never
from studio.domain.remote import (
    Answer,
    ClipRequest,
    Order,
    PaintRequest,
    Reference,
    RemoteFile,
    RemoteModel,
    RemoteRequest,
    Ticket,
)


class SuitedModel:
    """A `RemoteModel` under the id of the plain one: each request goes to the endpoint that is made for it."""

    def __init__(self, plain: RemoteModel, showing: RemoteModel, showing_endpoint: str) -> None:
        """`showing` takes requests with references or a start; its orders are known by `showing_endpoint`."""
        self._plain = plain
        self._showing = showing
        self._showing_endpoint = showing_endpoint
        self.name = plain.name
        self.provider = plain.provider
        self.may_repeat = plain.may_repeat
        self.window_seconds = plain.window_seconds

    def prepare(self, request: RemoteRequest, read: Callable[[Reference], bytes]) -> Order:
        return self._for(request).prepare(request, read)

    def quote(self, request: RemoteRequest) -> int | None:
        return self._for(request).quote(request)

    def send(
        self, order: Order, marker: str, accepted: Callable[[Ticket], None], cancelled: Cancelled = never
    ) -> Answer | None:
        return self._of(order).send(order, marker, accepted, cancelled)

    def look(self, order: Order, ticket: Ticket) -> Answer | None:
        return self._of(order).look(order, ticket)

    def find(self, order: Order, since: int) -> Sequence[Ticket]:
        return self._of(order).find(order, since)

    def cancel(self, ticket: Ticket) -> bool:
        return self._plain.cancel(ticket)

    def fetch(self, file: RemoteFile) -> bytes:
        return self._plain.fetch(file)

    def _for(self, request: RemoteRequest) -> RemoteModel:
        shows = isinstance(request, PaintRequest) and request.references
        starts = isinstance(request, ClipRequest) and request.start
        return self._showing if shows or starts else self._plain

    def _of(self, order: Order) -> RemoteModel:
        return self._showing if order.endpoint == self._showing_endpoint else self._plain
