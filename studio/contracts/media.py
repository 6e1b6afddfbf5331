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

    @operation("GET", "/api/shorts/{id}/media", scope="shorts:read")
    @abstractmethod
    def list(self, id: str) -> MediaList:
        """All takes of a short."""
