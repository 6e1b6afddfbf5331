"""Help with words: a language model improves or translates what a script says, or writes one of its scenes anew."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum

from pydantic import Field

from studio.contracts.base import Input, View
from studio.contracts.media import CostView
from studio.contracts.operations import Contract, operation
from studio.contracts.scenes import SceneView
from studio.contracts.scripts import LONGEST_INSTRUCTIONS
from studio.domain.progress import Cancelled, Progress, never, silent

LONGEST_TEXT = 50_000
"""Characters of a text of one's own."""


class Assist(StrEnum):
    """What can be done to a text."""

    IMPROVE = "improve"
    EXPAND = "expand"
    REWRITE = "rewrite"
    SUMMARIZE = "summarize"
    TRANSLATE = "translate"


class AssistScript(Input):
    """What to do with the words of a whole script, of one scene, or with a `text` that is no part of it.

    `language` is what a translation is made into. With `propose` the new words are shown and nothing is changed."""

    kind: Assist
    scene: int | None = Field(None, ge=1)
    text: str | None = Field(None, min_length=1, max_length=LONGEST_TEXT)
    language: str | None = Field(None, max_length=35)
    instructions: str = Field("", max_length=LONGEST_INSTRUCTIONS)
    propose: bool = False


class RegenerateScene(Input):
    """What an author wishes of a scene that is written anew; without a wish it is said and shown better."""

    instructions: str = Field("", max_length=LONGEST_INSTRUCTIONS)


class Change(View):
    """One text before and after. `scene` is null for the film's title and for a text of one's own."""

    scene: int | None
    field: str
    before: str
    after: str


class AssistView(View):
    """What came of it; `applied` tells whether the script now says it."""

    kind: Assist
    language: str
    model: str
    changes: list[Change]
    applied: bool
    credits_used: int


class Assists(Contract, ABC):
    noun = "assists"

    @operation("POST", "/api/shorts/{id}/script/assist", scope="shorts:write", idempotent=True)
    @abstractmethod
    def assist(
        self, id: str, data: AssistScript, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> AssistView:
        """Have a language model work on the words of a script."""

    @operation("POST", "/api/shorts/{id}/script/assist/cost", scope="shorts:read")
    @abstractmethod
    def cost(self, id: str, data: AssistScript) -> CostView:
        """What `assist` would charge now."""

    @operation("POST", "/api/shorts/{id}/scenes/{scene}/regenerate", scope="shorts:write", idempotent=True)
    @abstractmethod
    def regenerate(
        self,
        id: str,
        scene: int,
        data: RegenerateScene,
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> SceneView:
        """Have a language model write one scene anew, so that it fits between its neighbours."""

    @operation("POST", "/api/shorts/{id}/scenes/{scene}/regenerate/cost", scope="shorts:read")
    @abstractmethod
    def regeneration_cost(self, id: str, scene: int, data: RegenerateScene) -> CostView:
        """What `regenerate` would charge now."""
