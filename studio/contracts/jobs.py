"""Jobs: the paid calls of a person, where each stands, what it should have cost and what it did."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import Any

from pydantic import Field

from studio.contracts.base import Input, Moment, Page, View
from studio.contracts.operations import Contract, operation


class JobState(StrEnum):
    READY = "ready"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    UNCERTAIN = "uncertain"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class JobView(View):
    """One paid call.

    `credits_quoted` is what was set aside when it was begun. `credits_held` are set aside and not spent; `credits`
    were charged. `quoted_usd` is what the provider should have charged, `cost_usd` what it said it did; null where
    it said nothing. `is_billed` tells that its bill said so, and not only its answer. `known_by` is set while it is
    uncertain."""

    id: str
    state: JobState
    feature: str
    provider: str
    model: str
    request_id: str | None
    short: str | None
    scene: int | None
    attempts: int
    credits_quoted: int
    credits_held: int
    credits: int
    quoted_usd: str | None
    cost_usd: str | None
    is_billed: bool
    error: str | None
    created_at: Moment
    sent_at: Moment | None
    known_by: Moment | None
    closed_at: Moment | None


class JobDetails(JobView):
    """The same with what was asked, as it went over the wire, and the models that really answered."""

    request: Any
    answered_by: list[str]


class JobFilter(Input):
    """Which calls are wanted. `is_open` are those that have not ended; `everyone` needs an administrator."""

    state: JobState | None = None
    is_open: bool = False
    short: str | None = Field(None, max_length=200)
    everyone: bool = False


class ResolveJob(Input):
    """How to end the waiting. Without anything the provider is asked what became of the call.

    `cancel` asks the provider to drop it. `release` is an administrator's own decision to give the credits back."""

    cancel: bool = False
    release: bool = False
    reason: str | None = Field(None, max_length=500)


ALL_JOBS = JobFilter()
ASK = ResolveJob()


class Jobs(Contract, ABC):
    noun = "jobs"

    @operation("GET", "/api/jobs", scope="shorts:read")
    @abstractmethod
    def list(self, wanted: JobFilter = ALL_JOBS, *, limit: int = 20, cursor: str | None = None) -> Page[JobView]:
        """Paid calls, newest first."""

    @operation("GET", "/api/jobs/{id}", scope="shorts:read")
    @abstractmethod
    def show(self, id: str) -> JobDetails:
        """One paid call; administrators see everybody's."""

    @operation("POST", "/api/jobs/{id}/resolve", scope="shorts:write")
    @abstractmethod
    def resolve(self, id: str, data: ResolveJob = ASK) -> JobView:
        """Find out what became of an open call, and give its credits back when nothing will come of it.

        What was delivered is fetched by running the command again that asked for it."""
