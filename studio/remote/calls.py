"""An operation as a request, and its answer as what the operation's method gives back."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel, TypeAdapter

from studio.contracts.operations import Contract, Operation
from studio.contracts.wire import Parameter, Wire
from studio.domain.errors import NotFound, ServiceFailed
from studio.remote.http import Request

JSON = "application/json"
BYTES = "application/octet-stream"

_WITH_SLASHES = ("model",)
"""Path parameters whose values may hold slashes, such as `fal/fal-ai/flux/dev`."""


def bound_to(contract: type[Contract], operation: Operation, arguments: Sequence[Any], named: Any) -> dict[str, Any]:
    """The arguments of a call by the names of its parameters; what was not given is left to the server."""
    signature = inspect.signature(getattr(contract, operation.name))
    given = dict(signature.bind(None, *arguments, **named).arguments)
    return {name: value for name, value in given.items() if name != "self"}


def request_for(wire: Wire, given: Mapping[str, Any]) -> Request:
    """The request that asks for the operation with these arguments."""
    query = urlencode([pair for each in wire.query for pair in _pairs(each, given.get(each.name))])
    path = _path(wire, given)
    body, headers = _body(wire, given)
    if wire.operation.idempotent:
        headers["Idempotency-Key"] = str(uuid.uuid4())
    return Request(wire.operation.method, f"{path}?{query}" if query else path, headers, body)


def _path(wire: Wire, given: Mapping[str, Any]) -> str:
    values = {each.name: _segment(each, str(given[each.name])) for each in wire.path}
    return wire.operation.path.format(**values)


def _segment(parameter: Parameter, value: str) -> str:
    parts = value.split("/") if parameter.name in _WITH_SLASHES else [value]
    if any(part in ("", ".", "..") or "/" in part for part in parts):
        # Those change where a path leads before anybody compares them with names.
        raise NotFound(f"There is nothing called {value!r}.", hint="Give a handle, an id or the start of one.")
    return "/".join(quote(part, safe="") for part in parts)


def _pairs(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        for name, each in value.model_dump(mode="json", exclude_unset=True).items():
            yield from _of_one(name, each)
    else:
        yield from _of_one(parameter.name, value)


def _of_one(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    many = value if isinstance(value, list | tuple | set | frozenset) else [value]
    for each in many:
        yield name, _word(each)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.value if isinstance(value, Enum) else value)


def _body(wire: Wire, given: Mapping[str, Any]) -> tuple[bytes | Path | None, dict[str, str]]:
    if wire.file is not None:
        source: Path = given[wire.file.name]
        return source, {"Content-Type": BYTES}
    data = given.get(wire.body.name) if wire.body else None
    if not isinstance(data, BaseModel):
        return None, {}
    return data.model_dump_json(exclude_unset=True).encode(), {"Content-Type": JSON}


def result_of(wire: Wire, data: Any) -> Any:
    """The data of an answer as the method's result. Raises ServiceFailed for what is none."""
    try:
        if isinstance(wire.result, type) and issubclass(wire.result, BaseModel):
            return wire.result.model_validate(data)
        return TypeAdapter(wire.result).validate_python(data)
    except ValueError as error:
        raise ServiceFailed(
            f"The server's answer to {wire.key} cannot be read.",
            hint="Is it of another version? GET /api/health and studio --version tell.",
        ) from error
