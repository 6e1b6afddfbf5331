"""What a check-up found. It is made where the studio is; only the words for it are shared."""

from __future__ import annotations

from typing import Literal

from studio.contracts.base import View

Level = Literal["ok", "warning", "error"]


class Finding(View):
    """One thing that was looked at."""

    check: str
    level: Level
    message: str
    hint: str | None = None


class CheckUp(View):
    """Everything that was looked at; `healthy` is False when any of it is an error."""

    healthy: bool
    findings: list[Finding]
