"""Asking people: on standard error, so that a redirected result stays clean; Ctrl-C leaves everything as it was."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any


def ask_text(question: str, *, must: bool = False) -> str:
    """A line of text; `must` asks until there is one."""
    import questionary

    def is_enough(text: str) -> bool | str:
        return bool(text.strip()) or not must or "Please write something."

    answer: str = questionary.text(question, validate=is_enough, output=_output()).unsafe_ask()
    return answer.strip()


def ask_secret(question: str) -> str:
    """A line that is not shown while it is typed."""
    import questionary

    answer: str = questionary.password(question, output=_output()).unsafe_ask()
    return answer.strip()


def ask_choice(question: str, choices: Iterable[tuple[str, str]]) -> str:
    """One of the choices, each a value and the words shown for it."""
    import questionary

    shown = [questionary.Choice(title=words, value=value) for value, words in choices]
    answer: str = questionary.select(question, choices=shown, output=_output()).unsafe_ask()
    return answer


def _output() -> Any:
    from prompt_toolkit.output import create_output

    return create_output(stdout=sys.stderr)
