"""Work: what is to be made by models elsewhere, and the two ways it can be over without being made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from studio.domain.errors import StudioError
from studio.domain.remote import Answer, Reference, RemoteFile, RemoteRequest

Read = Callable[[Reference], bytes]
_Made = TypeVar("_Made", covariant=True)


class Work(Protocol[_Made]):
    """What is to be made. All of it follows from the answers alone, so that a crash can replay them."""

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        """What to ask after these answers; None when all is there."""

    def stands(self, answers: Sequence[Answer]) -> bool:
        """Whether these answers are of use already, so that a later question which fails is no reason to lose them."""

    def result(self, answers: Sequence[Answer], fetch: Callable[[RemoteFile], bytes]) -> _Made:
        """What the answers give. Raises Rejected or Refused when nothing can be made of what was delivered."""


class Verdict(Exception):
    """It is over: nothing will come, nobody has to wait, and `error` says why."""

    def __init__(self, error: StudioError) -> None:
        super().__init__(error.message)
        self.error = error

    @property
    def cost_microusd(self) -> int | None:
        """What the provider charges nevertheless; not the person's to pay."""
        return self.error.details.get("cost_microusd")


class NeverArrived(Exception):
    """An order that was uncertain is known not to have arrived."""
