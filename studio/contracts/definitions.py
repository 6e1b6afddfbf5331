"""What styles, climates and characters share from outside: where each comes from, and the words for what is wrong.

A definition arrives as the options of a command, as JSON over HTTP, or as a YAML or JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from studio.contracts.base import View
from studio.contracts.script_text import load_document
from studio.domain.errors import Invalid
from studio.domain.text import safe

LONGEST_NAME = 60

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]

_Model = TypeVar("_Model", bound=BaseModel)

_WORDS = {"missing": "is missing", "string_type": "must be text", "tuple_type": "must be a list"}


class Fields(BaseModel):
    """Base of the fields themselves. `age: 34` in a file is the text `34`."""

    model_config = ConfigDict(coerce_numbers_to_str=True)


class DefinitionView(View):
    """Where a definition comes from; `id` is null for a built-in one."""

    id: str | None
    handle: str
    built_in: bool


_REFERENCE = ("reference_image", "reference_model", "reference_images")

VIEW_ONLY = frozenset({*DefinitionView.model_fields, *_REFERENCE, "chosen", "created_at", "updated_at"})
"""What a view tells beside the fields: nobody can set it."""


def checked(model: type[_Model], fields: Mapping[str, Any], noun: str, *, hint: str | None = None) -> _Model:
    """The fields as a model. Raises Invalid with a sentence for everything that is wrong."""
    try:
        return model.model_validate(dict(fields))
    except ValidationError as error:
        faults = faults_of(error, model)
        hint = hint or f"studio {noun}s create --help lists the fields."
        raise Invalid(f"This {noun} cannot be taken as it is.", faults=faults, hint=hint) from error


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """A sentence for each thing that is wrong."""
    return [_sentence(fault, model) for fault in error.errors()]


def merged(fields: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the changes; a set of fields inside, such as a palette, is merged and not replaced."""
    result = dict(fields)
    for name, value in changes.items():
        before = result.get(name)
        result[name] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    return result


def parse_definition(text: str, *, source: str, noun: str) -> dict[str, Any]:
    """The fields that a YAML or JSON file gives, so that what `show --json` wrote can be read again.

    Raises Invalid for what cannot be read, and TooLarge beyond a megabyte."""
    hint = f"studio {noun}s show HANDLE --json gives an example."
    try:
        found = load_document(text, source=source)
    except Invalid as error:
        raise Invalid(f"{source} cannot be read as a {noun}: {error.__cause__}.", hint=hint) from error
    if not isinstance(found, dict):
        raise Invalid(f"{source} is not a {noun}: it has no fields.", hint=hint)
    return {str(name): value for name, value in found.items() if name not in VIEW_ONLY}


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    # The name in a map is what is wrong, and pydantic puts a word of its own behind it.
    parts = [part for part in fault["loc"] if part != "[key]"]
    where = safe(".".join(str(part + 1 if isinstance(part, int) else part) for part in parts))
    return f"{where} {_wrong(fault, model)}"


def _wrong(fault: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return (
            f"is not a field; there are {', '.join(model.model_fields)}" if len(fault["loc"]) == 1 else "is not a field"
        )
    # An unquoted #1a2b3c is a comment to YAML and leaves nothing.
    is_lost_colour = kind == "string_type" and fault["input"] is None and len(fault["loc"]) > 1
    if kind == "string_pattern_mismatch" or is_lost_colour:
        return "must be a colour such as '#1a2b3c', in quotes"
    if kind == "enum":
        return f"must be one of {context['expected']}"
    if kind == "value_error":
        return str(context["error"])
    return _WORDS.get(kind) or fault["msg"].replace("Input should", "must").replace("String should", "must")
