"""Months as they are paid for. Days are those of Brasília, which has kept UTC-3 all year since 2019."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone

BRASILIA = timezone(timedelta(hours=-3))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one: a month after 31 January is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of(day: date) -> int:
    """The first moment of a day, in epoch milliseconds."""
    return int(datetime.combine(day, time(), BRASILIA).timestamp() * 1000)


def day_of(milliseconds: int) -> date:
    """The day that a moment, in epoch milliseconds, belongs to."""
    return datetime.fromtimestamp(milliseconds / 1000, BRASILIA).date()
