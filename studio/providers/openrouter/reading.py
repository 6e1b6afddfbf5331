"""Lenient reading of OpenRouter's JSON: unknown words, nulls and missing fields are ordinary there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

_NOTHING: Mapping[str, Any] = {}


def mapping(value: Any) -> Mapping[str, Any]:
    """The object, or an empty one for anything else."""
    return value if isinstance(value, dict) else _NOTHING


def sequence(value: Any) -> Sequence[Any]:
    """The list, or an empty one for anything else."""
    return value if isinstance(value, list) else ()


def words(value: Any) -> str:
    """The text, or an empty one for anything else."""
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """A number that is not negative; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def amount(value: Any) -> Decimal | None:
    """An amount of money as it is written, number or text; None for what is none, or negative, which means unknown."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        # By its text: the shortest decimal of a float is what the server wrote.
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None
