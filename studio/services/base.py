"""What every service holds: the database, who asks, and the clock. And the guard before each of its operations."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from studio.contracts.operations import Contract, Operation, guarded_of
from studio.db.engine import Database
from studio.domain.clock import Clock, system_clock
from studio.services.principal import Principal

_GUARD = "__guard__"


class Service:
    """Base of the services. Each operation of a service's contract first asks whether the principal may use it."""

    def __init__(self, database: Database, principal: Principal, clock: Clock = system_clock) -> None:
        self.database = database
        self.principal = principal
        self.clock = clock

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # Here and not in each method: an operation that somebody adds cannot be forgotten.
        for operation in _operations(cls):
            method = getattr(cls, operation.name)
            if not getattr(method, "__isabstractmethod__", False) and not is_guarded(method):
                setattr(cls, operation.name, _guarded(method, operation))


def is_guarded(method: Callable[..., Any]) -> bool:
    return hasattr(method, _GUARD)


def _operations(service: type) -> Iterator[Operation]:
    for base in service.__mro__:
        if issubclass(base, Contract):
            yield from guarded_of(base)


def _guarded(method: Callable[..., Any], operation: Operation) -> Callable[..., Any]:
    @functools.wraps(method)
    def guard(self: Service, /, *arguments: Any, **options: Any) -> Any:
        self.principal.require(operation)
        return method(self, *arguments, **options)

    setattr(guard, _GUARD, operation)
    return guard
