"""JSON from outside, read without the liberties Python takes: no NaN, no field twice, no bottomless nesting."""

from __future__ import annotations

import json
from typing import Any, NoReturn

DEEPEST_NESTING = 64
LONGEST_INTEGER = 400
"""Digits; reading a longer one takes time, and nothing needs it."""


def strict_object(body: bytes) -> dict[str, Any]:
    """The JSON object in UTF-8 that `body` is. Raises ValueError, with a sentence's end, for anything else."""
    try:
        text = body.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_no_number)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("is not JSON") from error
    if not isinstance(found, dict):
        raise ValueError("is not a JSON object")
    if _depth(found) > DEEPEST_NESTING:
        raise ValueError(f"is nested more than {DEEPEST_NESTING} levels deep")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("has a field twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_INTEGER:
        raise ValueError("has a number that is too large")
    return int(digits)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"has {name}, which is no number")


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, (dict, list)):
            deepest = max(deepest, depth)
            inner = found.values() if isinstance(found, dict) else found
            waiting.extend((each, depth + 1) for each in inner)
    return deepest
