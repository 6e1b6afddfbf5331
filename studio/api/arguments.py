"""Reading the parameters of an operation from a request, strictly: what is unknown or wrong is a fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, get_origin

from pydantic import BaseModel, ConfigDict, create_model
from pydantic_core import from_json

from studio.contracts.wire import Parameter, Wire
from studio.domain.errors import Invalid, Refused

_STRICT = ConfigDict(extra="forbid")


@cache
def arguments_of(wire: Wire) -> Arguments:
    """The one for this operation: its models are built once in a process."""
    return Arguments(wire)


class Arguments:
    """Turns the path, the query and the body of requests for one operation into what its method takes."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.words = _words_model(wire)
        """Path and query parameters as one model."""
        self.body = wire.body.model if wire.body else None
        self._lists = frozenset(name for name, field in self.words.model_fields.items() if _is_list(field.annotation))
        # Built before the first request: two threads must not build the same schema at once.
        for model in (self.words, self.body):
            if model is not None:
                model.model_rebuild()

    def read(
        self, path: Mapping[str, str], query: Iterable[tuple[str, str]], content_type: str, body: bytes
    ) -> dict[str, Any]:
        """The arguments by name, without a file's. Raises Refused, Invalid and pydantic's ValidationError."""
        words = self.words.model_validate_strings(self._collected(path, query))
        values = {each.name: _value_of(each, words) for each in (*self.wire.path, *self.wire.query)}
        if self.wire.body is not None:
            values[self.wire.body.name] = self._body(content_type, body)
        elif body and self.wire.file is None:
            raise Refused("This request takes no body.", hint="Send its parameters in the address.")
        return values

    def _collected(self, path: Mapping[str, str], query: Iterable[tuple[str, str]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in query:
            if name in path or (name in found and name not in self._lists):
                raise Invalid("Some of the data is wrong.", faults=[f"{name}: is given twice"])
            found[name] = [*found.get(name, []), value] if name in self._lists else value
        return {**found, **path}

    def _body(self, content_type: str, body: bytes) -> BaseModel | None:
        parameter = self.wire.body
        assert parameter is not None
        assert self.body is not None
        if not body and not parameter.is_required:
            return parameter.default  # type: ignore[no-any-return]  # what the contract declares as its default
        if content_type.partition(";")[0].strip().lower() != "application/json":
            raise Refused("The body has to be JSON.", hint="Send it with Content-Type: application/json.")
        refuse_no_numbers(body)
        return self.body.model_validate_json(body)


def refuse_no_numbers(body: bytes) -> None:
    """Raise Invalid for JSON with NaN or Infinity in it, which pydantic would take."""
    try:
        from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise Invalid("The body is not JSON.", faults=[f"body: {error}"]) from None


def _words_model(wire: Wire) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for parameter in (*wire.path, *wire.query):
        if parameter.model is not None:
            fields.update({name: (field.annotation, field) for name, field in parameter.model.model_fields.items()})
        else:
            default = ... if parameter.is_required else parameter.default
            fields[parameter.name] = (parameter.annotation, default)
    return create_model(f"{wire.key} words", __config__=_STRICT, **fields)


def _value_of(parameter: Parameter, words: BaseModel) -> Any:
    if parameter.model is None:
        return getattr(words, parameter.name)
    given = {name: getattr(words, name) for name in words.model_fields_set if name in parameter.model.model_fields}
    if not given and not parameter.is_required:
        return parameter.default
    return parameter.model.model_validate(given)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in (list, tuple, set, frozenset)
