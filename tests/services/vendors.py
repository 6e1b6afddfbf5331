"""A model elsewhere that says what a test wrote down, and keeps everything it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from studio.domain.progress import Cancelled, never
from studio.domain.remote import (
    Answer,
    ChatRequest,
    Order,
    Reference,
    RemoteFile,
    RemoteRequest,
    Ticket,
)


class Vendor:
    """Answers come in order; an answer that is an error is raised instead."""

    provider = "vendor"
    may_repeat = True
    window_seconds = 60.0

    def __init__(self, name: str = "vendor/writer", *answers: Answer | BaseException | str) -> None:
        self.name = name
        self.answers = list(answers)
        self.asked: list[Any] = []
        self.seen: list[bytes] = []
        self.files: dict[str, bytes] = {}

    def will(self, *answers: Answer | BaseException | str) -> None:
        self.answers.extend(answers)

    def prepare(self, request: RemoteRequest, read: Callable[[Reference], bytes]) -> Order:
        self.asked.append(request)
        self.seen += [read(picture) for picture in getattr(request, "pictures", ())]
        words = request.messages[-1].text if isinstance(request, ChatRequest) else getattr(request, "prompt", "")
        return Order(self.name, {"words": words})

    def quote(self, request: RemoteRequest) -> int | None:
        return 1_500

    def send(
        self, order: Order, marker: str, accepted: Callable[[Ticket], None], cancelled: Cancelled = never
    ) -> Answer | None:
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, str):
            return Answer(text=answer, model=self.name, cost_microusd=1_000)
        return answer

    def look(self, order: Order, ticket: Ticket) -> Answer | None:
        raise AssertionError("every answer comes at once")

    def find(self, order: Order, since: int) -> Sequence[Ticket]:
        return ()

    def cancel(self, ticket: Ticket) -> bool:
        return False

    def fetch(self, file: RemoteFile) -> bytes:
        return file.data or self.files[file.url]
