"""The settings as YAML: written for a person to edit, and read again with every fault told at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import yaml

from studio.contracts.script_text import MAXIMUM_BYTES, load_document
from studio.contracts.settings import SECTIONS, SettingView
from studio.domain.errors import Invalid, TooLarge
from studio.domain.text import safe

_HEAD = """\
# The settings of this studio. What is commented out has its default; studio admin settings import reads this.
"""
_HINT = "studio admin settings export gives an example."


def settings_text(settings: Sequence[SettingView]) -> str:
    """The settings as YAML, section by section, those with their default commented out."""
    sections = [_section(name, list(group)) for name, group in groupby(settings, lambda setting: _split(setting)[0])]
    return "\n".join([_HEAD, *sections])


def _section(name: str, settings: list[SettingView]) -> str:
    return "\n".join([f"{name}:", *(_line(setting) for setting in settings), ""])


def _line(setting: SettingView) -> str:
    written = yaml.safe_dump({_split(setting)[1]: setting.value}, allow_unicode=True, width=1000).strip()
    return f"  {'# ' if setting.is_default else ''}{written}  # {setting.description}"


def _split(setting: SettingView) -> tuple[str, str]:
    section, _, name = setting.key.partition(".")
    return section, name


def parse_settings(text: str, *, source: str) -> dict[str, Any]:
    """The values of a settings file by key. Raises Invalid for what cannot be read, TooLarge beyond a megabyte.

    Whether there are such settings, and whether they may have such values, is not looked at here."""
    values: dict[str, Any] = {}
    for section, content in _document(text, source).items():
        if isinstance(content, dict):
            values |= {f"{_key(section)}.{_key(name)}": value for name, value in content.items()}
        # A section whose lines are all comments is empty; anything else that holds no names is no section.
        elif content is not None or section not in SECTIONS:
            values[_key(section)] = content
    return values


def _document(text: str, source: str) -> dict[Any, Any]:
    if len(text.encode("utf-8", "replace")) > MAXIMUM_BYTES:
        raise TooLarge(f"{source} is larger than 1 MB; settings are not.", hint=_HINT)
    try:
        document = load_document(text, source=source)
    except Invalid as error:
        raise Invalid(f"{source} cannot be read as settings: {error.__cause__}.", hint=_HINT) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise Invalid(f"{source} holds no settings.", hint=_HINT)
    return document


def _key(name: object) -> str:
    return safe(str(name))[:200]
