"""Media: making the takes of a short, choosing among them and bringing one's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from studio.contracts.base import Input, View
from studio.contracts.operations import Contract, operation
from studio.contracts.scenes import MediaView
from studio.domain.progress import Cancelled, Progress, never, silent


class MediaKind(StrEnum):
    PICTURE = "picture"
    VIDEO = "video"
    SPEECH = "speech"
    MUSIC = "music"


class GenerateMedia(Input):
    """What to make: all that is missing, or only one scene's, or only one kind.

    `again` asks for another picture or clip although one stands; `offline` for free work on this machine."""

    scene: int | None = Field(None, ge=1)
    kind: MediaKind | None = None
    again: bool = False
    offline: bool = False

    @property
    def is_everything(self) -> bool:
        return self.scene is None and self.kind is None


class ImportMedia(Input):
    """The scene that a file of one's own is for."""

    scene: int = Field(ge=1)


class MediaList(View):
    data: list[MediaView]
    next_cursor: str | None = None


class CostLine(View):
    """One kind of work that is still to be done, and what it will cost in credits.

    `cost_usd` is what the providers' list prices say; null where they say nothing."""

    work: str
    model: str
    quantity: int
    credits: int
    cost_usd: str | None = None


class CostView(View):
    """What is still to be made and what it will be charged. Of these `credits` some are set aside already
    (`credits_held`), and one may have too few for the rest (`credits_missing`)."""

    lines: list[CostLine]
    credits: int
    credits_held: int
    credits_missing: int = 0
    cost_usd: str | None = None


NOTHING_TO_PAY = CostView.model_construct(lines=[], credits=0, credits_held=0)


class MediaService(Contract, ABC):
    noun = "media"

    @operation("POST", "/api/shorts/{id}/media", scope="shorts:write", idempotent=True)
    @abstractmethod
    def generate(
        self,
        id: str,
        data: GenerateMedia | None = None,
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> MediaList:
        """Make the pictures, clips, voices and music that are missing; what stands is kept."""

    @operation("GET", "/api/shorts/{id}/media/cost", scope="shorts:read")
    @abstractmethod
    def cost(self, id: str, data: GenerateMedia | None = None) -> CostView:
        """What `generate` would make and charge now."""

    @operation("GET", "/api/shorts/{id}/media", scope="shorts:read")
    @abstractmethod
    def list(self, id: str) -> MediaList:
        """All takes of a short."""

    @operation("POST", "/api/shorts/{id}/media/{take}/select", scope="shorts:write")
    @abstractmethod
    def select(self, id: str, take: str) -> MediaList:
        """Have the film use this take; no other is made in its place until `generate` is asked for another."""

    @operation("POST", "/api/shorts/{id}/media/import", scope="shorts:write", created=True)
    @abstractmethod
    def import_(self, id: str, data: ImportMedia, source: Path) -> MediaList:
        """Give a scene a picture, a clip or a voice of one's own, which then stands whatever the script says."""
