"""JSON and YAML as plain data, with what could harm or mislead refused: repeated keys, aliases, depth, NaN, size."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any, NoReturn

import yaml

from studio.domain.errors import Invalid, TooLarge

MAXIMUM_BYTES = 1024 * 1024
MAXIMUM_DEPTH = 20

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EXAMPLE = "see docs/script-format.md for an example"


def load_document(text: str, *, source: str) -> Any:
    """The data the text stands for: JSON where it starts with a brace, YAML otherwise.

    Raises TooLarge beyond a megabyte and Invalid for everything else that is wrong with the text itself."""
    if len(text.encode("utf-8", "replace")) > MAXIMUM_BYTES:
        raise TooLarge(f"{source} is larger than 1 MB; a script is not.", hint="give the script alone")
    body = text.lstrip("\ufeff")
    try:
        return _json(body) if body.lstrip().startswith("{") else _yaml(body)
    except _Refusal as refusal:
        raise Invalid(f"{source} cannot be read as a script: {refusal}.", hint=_EXAMPLE) from refusal
    except RecursionError as error:
        raise Invalid(f"{source} cannot be read as a script: it is nested too deeply.", hint=_EXAMPLE) from error


class _Refusal(ValueError):
    """What is wrong, as the end of a sentence."""


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique_pairs, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _Refusal(f"line {error.lineno}, column {error.colno}: {error.msg.lower()}") from error
    except _Refusal:
        raise
    except ValueError as error:
        raise _Refusal("a number in it has too many digits") from error


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in pairs:
        if key in fields:
            raise _Refusal(f"the field {key[:60]!r} is given twice")
        fields[key] = value
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise _Refusal(f"{name} is not a number")


def _yaml(text: str) -> Any:
    try:
        _check_events(text)
        return yaml.load(text, Loader=_UniqueKeyLoader)  # a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        where: Any = error.problem_mark
        place = f"line {where.line + 1}, column {where.column + 1}: " if where else ""
        raise _Refusal(f"{place}{error.problem or error.context or 'not valid YAML'}") from error
    except yaml.YAMLError as error:
        raise _Refusal(str(error).splitlines()[0]) from error
    except _Refusal:
        raise
    except ValueError as error:
        raise _Refusal(f"a value in it is not possible ({error})") from error


def _check_events(text: str) -> None:
    """Refuse aliases and depth before anything is built, so that a small file cannot become a large object."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            raise _Refusal(f"line {_line(event.start_mark)}: aliases (*{event.anchor}) are not possible in a script")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAXIMUM_DEPTH:
            raise _Refusal("it is nested too deeply")


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


class _UniqueKeyLoader(_Loader):  # type: ignore[misc]  # the C loader where PyYAML has it; typed as Any
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                raise _Refusal(f"line {_line(key.start_mark)}: the field {key.value[:60]!r} is given twice")
            if isinstance(key.value, str):
                seen.add(key.value)
        fields: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return fields
