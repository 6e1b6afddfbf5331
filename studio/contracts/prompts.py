"""System prompts: what language models are told, built in or in administrators' own words."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import Field

from studio.contracts.base import Input, Moment, View
from studio.contracts.operations import Contract, operation

LONGEST_TEXT = 20_000
"""Characters; every one of them is paid for with each question."""


class PromptView(View):
    """One prompt. `version` counts its changes and is 0 as long as nobody has changed it."""

    name: str
    description: str
    text: str
    """What is in force."""
    default: str
    is_default: bool
    placeholders: list[str]
    """What is filled in where its name stands in braces; an edited text must hold all of them and no other."""
    version: int
    updated_by: str | None
    updated_at: Moment | None


class PromptList(View):
    data: list[PromptView]
    next_cursor: str | None = None


class EditPrompt(Input):
    """Another text. `version` refuses where somebody else was faster."""

    text: str = Field(max_length=LONGEST_TEXT)
    version: int | None = Field(None, ge=0)
    reason: str | None = Field(None, max_length=500)


class ResetPrompt(Input):
    """The built-in text again."""

    version: int | None = Field(None, ge=0)
    reason: str | None = Field(None, max_length=500)


class AdminPrompts(Contract, ABC):
    noun = "admin_prompts"

    @operation("GET", "/api/admin/prompts", scope="admin:read", admin=True)
    @abstractmethod
    def list(self) -> PromptList:
        """Every system prompt, in the order of the work."""

    @operation("GET", "/api/admin/prompts/{name}", scope="admin:read", admin=True)
    @abstractmethod
    def show(self, name: str) -> PromptView:
        """One system prompt: what is in force, and what is built in."""

    @operation("PUT", "/api/admin/prompts/{name}", scope="admin:write", admin=True)
    @abstractmethod
    def edit(self, name: str, data: EditPrompt) -> PromptView:
        """Put another text in the place of a prompt."""

    @operation("POST", "/api/admin/prompts/{name}/reset", scope="admin:write", admin=True)
    @abstractmethod
    def reset(self, name: str, data: ResetPrompt) -> PromptView:
        """Give a prompt its built-in text back."""
