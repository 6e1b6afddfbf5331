"""By what an order is asked about later: the id of its generation."""

from __future__ import annotations

from collections.abc import Callable

from studio.domain.errors import Rejected
from studio.domain.remote import Ticket
from studio.domain.text import one_line

LONGEST_ID = 200


class Claim:
    """Tells of a request id once, by whichever sign it comes first: the header, or the first chunk."""

    def __init__(self, accepted: Callable[[Ticket], None]) -> None:
        self._accepted = accepted
        self.request_id = ""

    def take(self, request_id: str) -> None:
        if self.request_id or not request_id or one_line(request_id) != request_id or len(request_id) > LONGEST_ID:
            return
        self.request_id = request_id
        self._accepted(Ticket(request_id))


def unknown(place: str, ticket: Ticket) -> Rejected:
    """That nothing is known of an order: for a while after it was sent this means nothing."""
    message = f"{place} knows nothing of the request {one_line(ticket.request_id)}."
    return Rejected(message, details={"is_unknown": True, "request_id": ticket.request_id})
