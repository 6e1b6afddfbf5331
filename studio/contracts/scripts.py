"""Scripts: writing, reading, approving and exchanging them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal

from pydantic import Field

from studio.contracts.base import Input, View
from studio.contracts.media import CostView
from studio.contracts.operations import Contract, operation
from studio.contracts.shorts import ShortView
from studio.domain.progress import Cancelled, Progress, never, silent
from studio.domain.script import MAXIMUM_SOURCE_BYTES

LONGEST_INSTRUCTIONS = 2_000
"""Characters of what an author wishes of a script, a scene or a text."""


class ImportScript(Input):
    """A finished script as JSON or YAML; docs/script-format.md describes it."""

    text: str = Field(max_length=MAXIMUM_SOURCE_BYTES)
    source: str = Field("script", max_length=255)


class ScriptText(View):
    """A script as text, to be read, edited and imported again."""

    format: str
    text: str


ScriptFormat = Literal["yaml", "json", "markdown"]


class Scripts(Contract, ABC):
    noun = "scripts"

    @operation("POST", "/api/shorts/{id}/script", scope="shorts:write", idempotent=True)
    @abstractmethod
    def generate(
        self,
        id: str,
        *,
        again: bool = False,
        offline: bool = False,
        instructions: str = "",
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> ShortView:
        """Write the script of a short; one that stands is kept unless `again`, and then follows `instructions`.

        `offline` asks no language model."""

    @operation("GET", "/api/shorts/{id}/script/cost", scope="shorts:read")
    @abstractmethod
    def cost(self, id: str, *, again: bool = False, offline: bool = False, instructions: str = "") -> CostView:
        """What `generate` would charge now."""

    @operation("POST", "/api/shorts/{id}/approve-script", scope="shorts:write")
    @abstractmethod
    def approve(self, id: str) -> ShortView:
        """Say that the script is good: media may be made from it."""

    @operation("GET", "/api/shorts/{id}/script", scope="shorts:read")
    @abstractmethod
    def export(self, id: str, *, format: ScriptFormat = "yaml") -> ScriptText:
        """The script as YAML, JSON or Markdown."""

    @operation("PUT", "/api/shorts/{id}/script", scope="shorts:write")
    @abstractmethod
    def import_(self, id: str, data: ImportScript) -> ShortView:
        """Replace the script; scenes whose words and picture stay equal keep their takes."""
