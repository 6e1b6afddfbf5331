"""Which way each character of a line runs, and in which order its runs stand on the line.

This is Unicode's bidirectional algorithm (UAX 9) for one line of plain text: its explicit controls are removed before
(see `script_runs.clean`), and paired brackets follow the text around them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

RIGHT_TO_LEFT_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})

_NEUTRAL = frozenset({"B", "S", "WS", "ON"})


def reads_right_to_left(text: str, language: str) -> bool:
    """Whether a line of this text starts at the right: it has such letters, and its language or first one says so."""
    strong = [kind for kind in map(unicodedata.bidirectional, text) if kind in {"L", "R", "AL"}]
    if not any(kind != "L" for kind in strong):
        return False
    return language.lower().split("-")[0] in RIGHT_TO_LEFT_LANGUAGES or strong[0] != "L"


def levels(text: str, *, right_to_left: bool) -> list[int]:
    """The embedding level of every character: odd levels run from right to left."""
    base = int(right_to_left)
    edge = "R" if right_to_left else "L"
    kinds = _without_marks([unicodedata.bidirectional(character) or "L" for character in text], edge)
    kinds = _resolved_numbers(kinds, edge)
    kinds = _resolved_neutrals(kinds, edge)
    found = [_level(kind, base) for kind in kinds]
    trailing = len(text) - len(text.rstrip())
    return found[: len(found) - trailing] + [base] * trailing


def visual_order(items: Sequence[Item], level_of: Callable[[Item], int]) -> list[Item]:
    """Rearrange items that follow each other in reading order to how they stand from left to right (rule L2)."""
    ordered = list(items)
    highest = max(map(level_of, ordered), default=0)
    for level in range(highest, 0, -1):
        ordered = _reversed_from(level, ordered, level_of)
    return ordered


def _reversed_from(level: int, items: list[Item], level_of: Callable[[Item], int]) -> list[Item]:
    """Turn round every stretch of items of this level or higher."""
    result: list[Item] = []
    stretch: list[Item] = []
    for item in items:
        if level_of(item) >= level:
            stretch.insert(0, item)
        else:
            result += [*stretch, item]
            stretch = []
    return result + stretch


def _without_marks(kinds: list[str], edge: str) -> list[str]:
    """W1: a combining mark goes with the letter it sits on. Boundary neutrals are treated the same way."""
    resolved: list[str] = []
    for kind in kinds:
        resolved.append((resolved[-1] if resolved else edge) if kind in {"NSM", "BN"} else kind)
    return resolved


def _resolved_numbers(kinds: list[str], edge: str) -> list[str]:
    """W2 to W7: digits, their separators and their signs."""
    kinds = _arabic_digits(kinds)
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    kinds = _joined_separators(kinds)
    kinds = _joined_terminators(kinds)
    kinds = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in kinds]
    return _digits_after_latin(kinds, edge)


def _arabic_digits(kinds: list[str]) -> list[str]:
    last_letter, resolved = "", []
    for kind in kinds:
        last_letter = kind if kind in {"L", "R", "AL"} else last_letter
        resolved.append("AN" if kind == "EN" and last_letter == "AL" else kind)
    return resolved


def _joined_separators(kinds: list[str]) -> list[str]:
    """W4: the point in 3.14 and the comma in 1,000 belong to the number."""
    resolved = list(kinds)
    for i in range(1, len(kinds) - 1):
        before, after = resolved[i - 1], kinds[i + 1]
        single = kinds[i] == "CS" or (kinds[i] == "ES" and before == "EN")
        if single and before == after and before in {"EN", "AN"}:
            resolved[i] = before
    return resolved


def _joined_terminators(kinds: list[str]) -> list[str]:
    """W5: percent and currency signs next to a number belong to it."""
    resolved = list(kinds)
    for positions in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        previous = ""
        for i in positions:
            if resolved[i] == "ET" and previous == "EN":
                resolved[i] = "EN"
            previous = resolved[i]
    return resolved


def _digits_after_latin(kinds: list[str], edge: str) -> list[str]:
    last_letter, resolved = edge, []
    for kind in kinds:
        last_letter = kind if kind in {"L", "R"} else last_letter
        resolved.append("L" if kind == "EN" and last_letter == "L" else kind)
    return resolved


def _resolved_neutrals(kinds: list[str], edge: str) -> list[str]:
    """N1 and N2: what stands between two letters of one direction takes it, anything else the line's."""
    resolved, start = list(kinds), 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        before = _side(kinds[start - 1]) if start else edge
        after = _side(kinds[end]) if end < len(kinds) else edge
        resolved[start:end] = [before if before == after else edge] * (end - start)
        start = end + 1
    return resolved


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"


def _level(kind: str, base: int) -> int:
    if base % 2:
        return base if kind == "R" else base + 1
    return base + {"L": 0, "R": 1}.get(kind, 2)
