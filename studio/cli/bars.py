"""Bars in the terminal: a line per row, drawn to an eighth of a character."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

EIGHTHS = " ▏▎▍▌▋▊▉█"
LONGEST = 60


def draw_bars(rows: Sequence[tuple[str, int]]) -> list[str]:
    """A line for each row: its name, a bar as long as its share of the largest, and the number."""
    most = max((number for _, number in rows), default=0)
    names = max((len(name) for name, _ in rows), default=0)
    numbers = len(str(most))
    width = min(LONGEST, max(10, shutil.get_terminal_size().columns - names - numbers - 4))
    return [f"{name:<{names}}  {number:>{numbers}}  {_bar(number, most, width)}".rstrip() for name, number in rows]


def share_bar(share: float, width: int = 24) -> str:
    """How much of something is taken: a bar of `width` characters that is full at 1 and never longer."""
    filled = round(min(max(share, 0.0), 1.0) * width)
    return EIGHTHS[8] * filled + "·" * (width - filled)


def _bar(number: int, most: int, width: int) -> str:
    # What was spent at all is seen, however little it is beside the most.
    eighths = 0 if not number else max(1, round(number * width * 8 / most))
    return EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8].strip()
