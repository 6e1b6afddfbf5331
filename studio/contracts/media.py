"""Media: making the takes of a short and choosing among them."""

from __future__ import annotations

from abc import ABC, abstractmethod

from studio.contracts.base import View
from studio.contracts.operations import Contract, operation
from studio.contracts.scenes import MediaView
from studio.domain.progress import Cancelled, Progress, never, silent


class MediaList(View):
    data: list[MediaView]
    next_cursor: str | None = None


class CostLine(View):
    """One kind of work that is still to be done, and what it will cost in credits."""

    work: str
    model: str
    quantity: int
    credits: int


class CostView(View):
    """What is still to be made for a short. `credits` is the price, of which `credits_held` are set aside already."""

    lines: list[CostLine]
    credits: int
    credits_held: int


class MediaService(Contract, ABC):
    noun = "media"

    @operation("POST", "/api/shorts/{id}/media", scope="shorts:write", idempotent=True)
    @abstractmethod
    def generate(
        self,
        id: str,
        *,
        scene: int | None = None,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> MediaList:
        """Make the pictures, voices and music that are missing; what stands is kept."""

    @operation("GET", "/api/shorts/{id}/media/cost", scope="shorts:read")
    @abstractmethod
    def cost(self, id: str, *, scene: int | None = None) -> CostView:
        """What `generate` would make and charge now."""

    @operation("GET", "/api/shorts/{id}/media", scope="shorts:read")
    @abstractmethod
    def list(self, id: str) -> MediaList:
        """All takes of a short."""
