"""Answers in JSON: the object among other words, the schema that asks for one, and faults the model can mend."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from studio.domain.text import one_line

TEXT: Mapping[str, Any] = {"type": "string"}
"""The schema of a piece of text."""

MOST_FAULTS = 8

_THOUGHTS = re.compile(r"\A\s*(?:<think(?:ing)?>)?.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[A-Za-z]*\s*\n(.*?)```", re.DOTALL)

_Model = TypeVar("_Model", bound=BaseModel)


class Faulty(Exception):
    """An answer that cannot be used. `faults` are sentences for the model."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(self.faults))


class Strict(BaseModel):
    """Types are not converted; fields nobody asked for are dropped."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


def parsed(model: type[_Model], text: str) -> _Model:
    """The answer as a model. Raises Faulty with everything that is wrong with its form."""
    try:
        return model.model_validate_json(json_within(text))
    except ValidationError as error:
        raise Faulty(_sentence(fault["loc"], fault["msg"]) for fault in error.errors()[:MOST_FAULTS]) from error


def object_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema in the subset that strict structured output allows: every field is there, and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [*properties],
        "additionalProperties": False,
    }


def choice_schema(choices: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": [*choices]}


def list_schema(items: Mapping[str, Any], count: int | None = None) -> dict[str, Any]:
    """A list, of exactly `count` items where one is given."""
    exactly = {} if count is None else {"minItems": count, "maxItems": count}
    return {"type": "array", "items": items, **exactly}


def json_within(text: str) -> str:
    """The JSON object inside a model's answer: without thoughts, code fence and the words around it."""
    rest = _THOUGHTS.sub("", text, count=1).strip()
    fenced = _FENCE.search(rest)
    if fenced and not rest.startswith("{"):
        rest = fenced[1]
    start, end = rest.find("{"), rest.rfind("}")
    return rest[start : end + 1] if 0 <= start < end else rest


def data_block(fields: Mapping[str, Any]) -> str:
    """Material as one JSON object, so that no words in it can end it and pass for an instruction. Empty fields go."""
    return json.dumps(
        {name: value for name, value in fields.items() if value not in ("", None, [], {})}, ensure_ascii=False
    )


def lines_of(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that hold words, each as one safe line."""
    return {name: line for name, value in fields.items() if (line := one_line(value))}


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    if not place:
        return "The answer is not one JSON object of the form that was asked for."
    names = [_place(place, index) for index in range(len(place)) if place[index] != "scenes"]
    return f"{', '.join(names) or 'scenes'}: {message}."


def _place(place: tuple[int | str, ...], index: int) -> str:
    part = place[index]
    if isinstance(part, str):
        return part
    return f"scene {part + 1}" if index and place[index - 1] == "scenes" else f"number {part + 1}"
