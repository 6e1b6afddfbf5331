"""Films: planning, making and rendering them, and handing them over."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from pydantic import Field

from studio.contracts.base import Input, View
from studio.contracts.media import CostLine, CostView
from studio.contracts.operations import Contract, local, operation
from studio.contracts.shorts import CreateShort, ShortView
from studio.domain.progress import Cancelled, Progress, never, silent


class RenderShort(Input):
    """How to cut the film. A preview is encoded faster, and a script it still needs is written offline."""

    preview: bool = False
    max_credits: int | None = Field(None, ge=0)
    """The most that may be spent; when more is needed nothing further is begun."""


class PlanView(View):
    """What making or finishing a short would still do and cost, before anything is done."""

    topic: str
    title: str
    handle: str
    """What the short is called, or would be."""

    format: str
    aspect: str
    language: str
    duration_seconds: float
    scene_count: int
    is_outline: bool
    lines: list[CostLine]
    credits: int
    credits_held: int
    """How many of them are set aside already."""

    credits_missing: int
    """How many more than one has would be needed; 0 when it can be paid."""

    cost_usd: str
    notes: list[str]


class Films(Contract, ABC):
    noun = "films"

    @operation("POST", "/api/shorts/plan", scope="shorts:read")
    @abstractmethod
    def plan(self, data: CreateShort, *, new: bool = False, preview: bool = False) -> PlanView:
        """What making this short would take and cost; nothing is written and no model writes a script for it.

        Where the same was asked for before, that short is gone on with, and what is left of it is told."""

    @operation("GET", "/api/shorts/{id}/plan", scope="shorts:read")
    @abstractmethod
    def plan_rest(self, id: str, *, preview: bool = False) -> PlanView:
        """What finishing this short would still take and cost."""

    @operation("POST", "/api/shorts/make", scope="shorts:write", idempotent=True, created=True)
    @abstractmethod
    def make(
        self,
        data: CreateShort,
        *,
        new: bool = False,
        preview: bool = False,
        max_credits: int | None = None,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> ShortView:
        """From the request to the finished film. The same request again continues what is unfinished."""

    @operation("POST", "/api/shorts/{id}/render", scope="shorts:write", idempotent=True)
    @abstractmethod
    def render(
        self, id: str, data: RenderShort, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> ShortView:
        """Bring the film up to date, making what is missing; whatever stands is kept."""

    @operation("GET", "/api/shorts/{id}/cost", scope="shorts:read")
    @abstractmethod
    def cost(self, id: str, *, preview: bool = False) -> CostView:
        """What finishing this short would still make and charge."""

    # What is `local` hands files over to the person's own machine; the rest HTTP serves as downloads.

    @local("shorts:write")
    @abstractmethod
    def deliver(self, id: str, output: Path, *, replace: bool = False) -> ShortView:
        """Put a copy of the finished film at `output`, whole or not at all, and remember where it is."""

    @local("shorts:read")
    @abstractmethod
    def is_ours(self, output: Path) -> bool:
        """Whether the file there is one of the films studio keeps, so that replacing it loses nothing."""

    @operation("GET", "/api/shorts/{id}/film", scope="shorts:read", produces="video/mp4")
    @abstractmethod
    def open_film(self, id: str) -> Path:
        """A local file with the finished film. Raises NotFound before there is one."""

    @operation("POST", "/api/shorts/music", scope="shorts:write", created=True)
    @abstractmethod
    def import_music(self, source: Path) -> str:
        """Keep somebody's own piece of music; returns the name under which a short asks for it."""

    @operation("POST", "/api/shorts/music/check", scope="shorts:read")
    @abstractmethod
    def known_music(self, source: Path) -> str:
        """The name under which a short asks for this piece, if it is kept, or some name that is no other's.

        Nothing is written. Raises what `import_music` raises for what is no music."""

    @operation("GET", "/api/shorts/{id}/storyboard", scope="shorts:read", produces="image/png")
    @abstractmethod
    def storyboard(self, id: str) -> bytes:
        """A contact sheet of all scenes with their words, as PNG."""

    @operation("GET", "/api/shorts/{id}/subtitles", scope="shorts:read")
    @abstractmethod
    def subtitles(self, id: str, *, format: str) -> str:
        """The words with their times as `srt` or `vtt`."""

    @operation("GET", "/api/shorts/{id}/thumbnail", scope="shorts:read", produces="image/png")
    @abstractmethod
    def thumbnail(self, id: str) -> bytes:
        """A frame of the finished film that stands for it, as PNG."""
