"""Time is asked for through a Clock, so that tests can set it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]
"""Gives the present moment as Unix epoch milliseconds, UTC."""


def system_clock() -> int:
    return time.time_ns() // 1_000_000


def moment(milliseconds: int) -> datetime:
    """An aware UTC datetime for epoch milliseconds as the tables hold them."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
