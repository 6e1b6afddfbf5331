"""The registry of operations: every use-case that a face may call, declared once.

A contract is an abstract class per noun whose methods carry `@operation`. A service implements it, the HTTP
routes and the remote client are made from it, and the tests walk it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_Method = TypeVar("_Method", bound=Callable[..., Any])


@dataclass(frozen=True)
class Operation:
    """One use-case: its place in HTTP, the scope an API key needs, and whether a repetition must be harmless.

    `idempotent` operations spend or grant and take an Idempotency-Key; `admin` ones need the admin role. What is
    for the person's own machine only has no method and no path; what every key may do has an empty scope."""

    noun: str
    name: str
    method: str
    path: str
    scope: str
    idempotent: bool = False
    admin: bool = False
    created: bool = False
    produces: str = ""
    """The media type of what is answered instead of JSON, such as `image/png`."""

    @property
    def key(self) -> str:
        return f"{self.noun}.{self.name}"


class Contract:
    """Base of the contracts. `noun` is the attribute of `Studio` under which the service is found."""

    noun = ""


_ATTRIBUTE = "__operation__"


def operation(
    method: str,
    path: str,
    *,
    scope: str,
    idempotent: bool = False,
    admin: bool = False,
    created: bool = False,
    produces: str = "",
) -> Callable[[_Method], _Method]:
    """Declare an abstract method as an operation at `method path`; `created` answers 201, `produces` not JSON.

    `contracts.wire` says how its parameters travel."""

    def declare(function: _Method) -> _Method:
        noun = path.removeprefix("/api/").split("/")[0]
        declared = Operation(noun, function.__name__, method, path, scope, idempotent, admin, created, produces)
        setattr(function, _ATTRIBUTE, declared)
        return function

    return declare


def local(scope: str) -> Callable[[_Method], _Method]:
    """Declare an abstract method that works on the person's own machine: it needs the scope and is not in HTTP."""

    def declare(function: _Method) -> _Method:
        setattr(function, _ATTRIBUTE, Operation("", function.__name__, "", "", scope))
        return function

    return declare


def operations_of(contract: type[Contract]) -> list[Operation]:
    """The operations a contract declares for HTTP, in the order they are written."""
    return [operation for operation in guarded_of(contract) if operation.method]


def guarded_of(contract: type[Contract]) -> list[Operation]:
    """Everything a contract declares that asks who is there, also what is for the person's own machine only."""
    declared = [getattr(member, _ATTRIBUTE, None) for member in vars(contract).values()]
    return [Operation(**{**item.__dict__, "noun": contract.noun}) for item in declared if isinstance(item, Operation)]
