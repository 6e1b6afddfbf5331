"""How the parameters of an operation travel in HTTP: the routes and the remote client are both made from this.

What the path names in braces goes there. A pydantic input is the JSON body of POST and PUT; with GET, DELETE or a file
its fields are query parameters, as plain parameters always are. A `Path` is a file: its bytes are the body.
`progress` and `cancelled` do not travel: whoever wants to watch asks for a stream of lines."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from studio.contracts.operations import Contract, Operation, operations_of
from studio.contracts.registry import contracts

STREAM = "application/x-ndjson"
"""Asked for with `Accept`: a line of JSON for each step, and a last one with the answer."""

_WATCHING = ("progress", "cancelled")
_HAS_BODY = ("POST", "PUT")
_BRACES = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation's method. `default` is `inspect.Parameter.empty` where it is required."""

    name: str
    annotation: Any
    default: Any
    is_keyword: bool

    @property
    def model(self) -> type[BaseModel] | None:
        """The pydantic input it takes, if it does."""
        candidates = (self.annotation, *get_args(self.annotation))
        return next((each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)), None)

    @property
    def is_required(self) -> bool:
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True)
class Wire:
    """One operation in HTTP."""

    operation: Operation
    path: tuple[Parameter, ...]
    query: tuple[Parameter, ...]
    body: Parameter | None
    file: Parameter | None
    result: Any
    is_watched: bool
    """Whether it tells of its progress."""

    @property
    def key(self) -> str:
        return self.operation.key


@cache
def wires() -> tuple[Wire, ...]:
    """Every operation that HTTP offers. Paths without braces come first, so that `/import` is not taken for an id."""
    found = [wire_of(contract, operation) for contract in contracts() for operation in operations_of(contract)]
    return tuple(sorted(found, key=lambda wire: wire.operation.path.count("{")))


def wire_of(contract: type[Contract], operation: Operation) -> Wire:
    """How this operation of a contract travels."""
    method = getattr(contract, operation.name)
    hints = get_type_hints(method, include_extras=True)
    parameters = [
        Parameter(each.name, hints[each.name], each.default, each.kind is inspect.Parameter.KEYWORD_ONLY)
        for each in list(inspect.signature(method).parameters.values())[1:]
    ]
    in_path = _BRACES.findall(operation.path)
    file = next((each for each in parameters if each.annotation is Path), None)
    has_json = operation.method in _HAS_BODY and file is None
    body = next((each for each in parameters if has_json and each.model is not None), None)
    rest = [
        each for each in parameters if each.name not in (*in_path, *_WATCHING) and each is not file and each is not body
    ]
    return Wire(
        operation,
        path=tuple(each for each in parameters if each.name in in_path),
        query=tuple(rest),
        body=body,
        file=file,
        result=hints.get("return"),
        is_watched=any(each.name == "progress" for each in parameters),
    )
