"""Messages from outside, as administrators look after them: what came, what became of it, and asking for it again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum

from pydantic import Field

from studio.contracts.base import Input, Moment, Page, View
from studio.contracts.operations import Contract, operation


class WebhookState(StrEnum):
    """`received` waits, `ignored` had nothing new, `dead` can never take effect as it is."""

    RECEIVED = "received"
    APPLIED = "applied"
    IGNORED = "ignored"
    DEAD = "dead"


class WebhookFilter(Input):
    """Which messages are wanted; what is left out matches everything."""

    source: str | None = Field(
        None, min_length=1, max_length=40, description="Who sent them: clerk, asaas, users or fal."
    )
    state: WebhookState | None = Field(None, description="What became of them.")


ALL_WEBHOOKS = WebhookFilter()


class WebhookView(View):
    """One message. `id` is its source and the sender's own id for it; `retry_at` is null when nothing is waited for."""

    id: str
    source: str
    event_id: str
    type: str
    state: str
    attempts: int
    error: str | None
    received_at: Moment
    finished_at: Moment | None
    retry_at: Moment | None


class WebhookDetail(WebhookView):
    """The same with what was said, as text."""

    body: str
    body_sha256: str


class Webhooks(Contract, ABC):
    noun = "webhooks"

    @operation("GET", "/api/admin/webhooks", scope="admin:read", admin=True)
    @abstractmethod
    def list(
        self, wanted: WebhookFilter = ALL_WEBHOOKS, *, limit: int = 20, cursor: str | None = None
    ) -> Page[WebhookView]:
        """The messages that match, newest first."""

    @operation("GET", "/api/admin/webhooks/{id}", scope="admin:read", admin=True)
    @abstractmethod
    def show(self, id: str) -> WebhookDetail:
        """One message with what it says, by `source:id`, or the sender's id alone where only one message has it."""

    @operation("POST", "/api/admin/webhooks/{id}/replay", scope="admin:write", admin=True)
    @abstractmethod
    def replay(self, id: str) -> WebhookView:
        """Work again on a message that is dead or waits. One that has taken effect never does so twice."""
