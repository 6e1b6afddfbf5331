"""Shorts: what can be asked for, and how one looks from outside."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import Field

from studio.contracts.base import Deleted, Input, Moment, Page, View
from studio.contracts.operations import Contract, operation
from studio.contracts.scenes import SceneView
from studio.domain.formats import Aspect, ShortFormat

MAXIMUM_TOPIC_CHARACTERS = 300


class CreateShort(Input):
    """Everything a short is made from. `source_text` is the author's own text or a finished script."""

    topic: str = Field("", max_length=MAXIMUM_TOPIC_CHARACTERS)
    source_text: str | None = None
    source_name: str | None = Field(None, max_length=255)
    format: ShortFormat | None = None
    aspect: Aspect | None = None
    duration_seconds: float | None = Field(None, gt=0, le=600)
    language: str | None = Field(None, max_length=35)
    style: str | None = Field(None, max_length=64)
    climate: str | None = Field(None, max_length=64)
    characters: tuple[str, ...] = Field((), max_length=8)
    voice: str | None = Field(None, max_length=120)
    music: str | None = Field(None, max_length=1024)
    captions: bool = True
    text_model: str | None = Field(None, max_length=120)
    image_model: str | None = Field(None, max_length=120)
    video_model: str | None = Field(None, max_length=120)
    seed: int | None = Field(None, ge=0, lt=2**31)


class EditShort(Input):
    """Changes to a short; what is left out stays."""

    title: str | None = Field(None, min_length=1, max_length=200)
    handle: str | None = Field(None, min_length=1, max_length=48)
    style: str | None = Field(None, max_length=64)
    climate: str | None = Field(None, max_length=64)
    aspect: Aspect | None = None
    language: str | None = Field(None, max_length=35)
    voice: str | None = Field(None, max_length=120)
    music: str | None = Field(None, max_length=1024)
    captions: bool | None = None
    text_model: str | None = Field(None, max_length=200)
    image_model: str | None = Field(None, max_length=200)
    video_model: str | None = Field(None, max_length=200)


class RenderReport(View):
    """What the last render did, scene by scene."""

    scenes_encoded: int
    scenes_reused: int
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    notes: list[str]


class ShortView(View):
    """The record of a short."""

    id: str
    handle: str
    title: str
    topic: str
    status: str
    progress: int
    error: str | None
    format: str
    aspect: str
    language: str | None
    target_seconds: float
    duration_seconds: float | None
    style: str
    climate: str
    characters: list[str]
    voice: str | None
    music: str | None
    captions: bool
    is_outline: bool
    scenes: list[SceneView]
    credits_used: int
    cost_usd: str
    credits_quoted: int = 0
    """What the calls it was charged for were to cost when they were begun."""

    quoted_usd: str = "0.00"
    """The same in US dollars by the providers' list prices; `cost_usd` is what they charged."""

    video_path: str | None
    video_url: str | None = None
    size_bytes: int | None
    render: RenderReport | None = None
    created_at: Moment
    updated_at: Moment


class ShortLine(View):
    """A short in a list: everything but its scenes."""

    id: str
    handle: str
    title: str
    topic: str
    status: str
    progress: int
    format: str
    aspect: str
    language: str | None
    duration_seconds: float | None
    style: str
    scene_count: int
    credits_used: int
    cost_usd: str
    video_path: str | None
    created_at: Moment
    updated_at: Moment


class Shorts(Contract, ABC):
    noun = "shorts"

    @operation("POST", "/api/shorts", scope="shorts:write", created=True)
    @abstractmethod
    def create(self, data: CreateShort) -> ShortView:
        """Note down a short without making anything yet."""

    @operation("GET", "/api/shorts", scope="shorts:read")
    @abstractmethod
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[ShortLine]:
        """One's own shorts, newest first."""

    @operation("GET", "/api/shorts/{id}", scope="shorts:read")
    @abstractmethod
    def show(self, id: str) -> ShortView:
        """One short by handle, id or unique prefix of an id."""

    @operation("PUT", "/api/shorts/{id}", scope="shorts:write")
    @abstractmethod
    def edit(self, id: str, data: EditShort) -> ShortView:
        """Change what a short is; what is affected is made anew at the next render."""

    @operation("DELETE", "/api/shorts/{id}", scope="shorts:write")
    @abstractmethod
    def delete(self, id: str) -> Deleted:
        """Remove a short with its scenes and takes, and the files that nothing else uses."""

    @operation("POST", "/api/shorts/{id}/duplicate", scope="shorts:write", created=True)
    @abstractmethod
    def duplicate(self, id: str) -> ShortView:
        """A second short with the same scenes and takes; no file is copied."""
