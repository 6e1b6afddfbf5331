"""Scenes of a short, and the takes made for them."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import Field

from studio.contracts.base import Deleted, Input, Moment, View
from studio.contracts.operations import Contract, operation
from studio.domain.script import Role, Shot

MAXIMUM_NARRATION_CHARACTERS = 2000


class MediaView(View):
    """One take: a picture, a voice, a clip or music, and whether the film uses it."""

    id: str
    kind: str
    model: str
    selected: bool
    media_type: str
    size_bytes: int
    seconds: float | None
    path: str | None
    credits_used: int
    cost_usd: str
    created_at: Moment


class SceneView(View):
    """A scene; `order` counts from 1."""

    id: str
    order: int
    narration: str
    visual: str
    image_prompt: str
    title: str | None
    shot: str
    role: str
    duration_seconds: float | None
    characters: list[str]
    media: list[MediaView]


class AddScene(Input):
    narration: str = Field(min_length=1, max_length=MAXIMUM_NARRATION_CHARACTERS)
    visual: str = Field("", max_length=MAXIMUM_NARRATION_CHARACTERS)
    image_prompt: str = Field("", max_length=MAXIMUM_NARRATION_CHARACTERS)
    title: str | None = Field(None, max_length=120)
    shot: Shot = Shot.MEDIUM
    role: Role = Role.BODY
    duration_seconds: float | None = Field(None, gt=0, le=60)
    characters: tuple[str, ...] = Field((), max_length=8)
    order: int | None = Field(None, ge=1)


class EditScene(Input):
    """Changes to a scene; what is left out stays."""

    narration: str | None = Field(None, min_length=1, max_length=MAXIMUM_NARRATION_CHARACTERS)
    visual: str | None = Field(None, max_length=MAXIMUM_NARRATION_CHARACTERS)
    image_prompt: str | None = Field(None, max_length=MAXIMUM_NARRATION_CHARACTERS)
    title: str | None = Field(None, max_length=120)
    shot: Shot | None = None
    duration_seconds: float | None = Field(None, gt=0, le=60)
    characters: tuple[str, ...] | None = Field(None, max_length=8)
    new_picture: bool = False


class MoveScene(Input):
    scene: int = Field(ge=1)
    to: int = Field(ge=1)


class SceneList(View):
    data: list[SceneView]
    next_cursor: str | None = None


class Scenes(Contract, ABC):
    noun = "scenes"

    @operation("GET", "/api/shorts/{id}/scenes", scope="shorts:read")
    @abstractmethod
    def list(self, id: str) -> SceneList:
        """All scenes of a short in order, with their takes."""

    @operation("GET", "/api/shorts/{id}/scenes/{scene}", scope="shorts:read")
    @abstractmethod
    def show(self, id: str, scene: int) -> SceneView:
        """One scene by its number."""

    @operation("POST", "/api/shorts/{id}/scenes", scope="shorts:write", created=True)
    @abstractmethod
    def add(self, id: str, data: AddScene) -> SceneView:
        """Add a scene at the end, or before the one that has this number now."""

    @operation("PUT", "/api/shorts/{id}/scenes/{scene}", scope="shorts:write")
    @abstractmethod
    def edit(self, id: str, scene: int, data: EditScene) -> SceneView:
        """Change a scene; only what the change touches is made anew."""

    @operation("POST", "/api/shorts/{id}/scenes/reorder", scope="shorts:write")
    @abstractmethod
    def move(self, id: str, data: MoveScene) -> SceneList:
        """Move a scene to another place."""

    @operation("DELETE", "/api/shorts/{id}/scenes/{scene}", scope="shorts:write")
    @abstractmethod
    def delete(self, id: str, scene: int) -> Deleted:
        """Remove a scene; a short keeps at least one."""
