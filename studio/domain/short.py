"""The life of a short: its states, and which may follow which."""

from __future__ import annotations

from enum import StrEnum

from studio.domain.errors import Conflict

SEED_STEP = 7919
"""How far apart the seeds of neighbouring scenes are: a prime, so that two shorts seldom share one."""

TURNS = 6
"""Compositions that neighbouring scenes take in turn."""


class ShortStatus(StrEnum):
    DRAFT = "DRAFT"
    GENERATING_SCRIPT = "GENERATING_SCRIPT"
    SCRIPT_READY = "SCRIPT_READY"
    SCRIPT_APPROVED = "SCRIPT_APPROVED"
    GENERATING_MEDIA = "GENERATING_MEDIA"
    MEDIA_READY = "MEDIA_READY"
    RENDERING = "RENDERING"
    COMPLETED = "COMPLETED"
    PUBLISHED = "PUBLISHED"
    FAILED = "FAILED"

    @property
    def progress(self) -> int:
        """How far a short in this state has come, in percent."""
        return _PROGRESS[self]


_PROGRESS = {
    ShortStatus.DRAFT: 0,
    ShortStatus.GENERATING_SCRIPT: 5,
    ShortStatus.SCRIPT_READY: 15,
    ShortStatus.SCRIPT_APPROVED: 20,
    ShortStatus.GENERATING_MEDIA: 30,
    ShortStatus.MEDIA_READY: 60,
    ShortStatus.RENDERING: 70,
    ShortStatus.COMPLETED: 100,
    ShortStatus.PUBLISHED: 100,
    ShortStatus.FAILED: 0,
}

_WRITING = {ShortStatus.GENERATING_SCRIPT, ShortStatus.SCRIPT_READY}
_SHOOTING = {ShortStatus.SCRIPT_APPROVED, ShortStatus.GENERATING_MEDIA}
_CUTTING = {ShortStatus.MEDIA_READY, ShortStatus.RENDERING}

# Any step can be taken again, so every state leads back to the starts of the stages before it and to FAILED.
_NEXT: dict[ShortStatus, set[ShortStatus]] = {
    ShortStatus.DRAFT: _WRITING,
    ShortStatus.GENERATING_SCRIPT: _WRITING,
    ShortStatus.SCRIPT_READY: _WRITING | {ShortStatus.SCRIPT_APPROVED},
    ShortStatus.SCRIPT_APPROVED: _WRITING | _SHOOTING,
    ShortStatus.GENERATING_MEDIA: _WRITING | _SHOOTING | {ShortStatus.MEDIA_READY},
    ShortStatus.MEDIA_READY: _WRITING | _SHOOTING | _CUTTING,
    ShortStatus.RENDERING: _WRITING | _SHOOTING | _CUTTING | {ShortStatus.COMPLETED},
    ShortStatus.COMPLETED: _WRITING | _SHOOTING | _CUTTING | {ShortStatus.PUBLISHED},
    ShortStatus.PUBLISHED: _WRITING | _SHOOTING | _CUTTING,
    ShortStatus.FAILED: _WRITING | _SHOOTING | _CUTTING,
}


def check_step(now: ShortStatus, then: ShortStatus) -> None:
    """Raise Conflict when a short in state `now` cannot go to `then`."""
    if then is ShortStatus.FAILED or then in _NEXT[now]:
        return
    raise Conflict(
        f"The short is {now.value} and cannot become {then.value}.",
        hint="studio shorts show HANDLE tells where it stands.",
    )
