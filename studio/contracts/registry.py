"""All contracts and their operations: what the HTTP routes, the scopes of API keys and the tests are made from."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

import studio.contracts
from studio.contracts.operations import Contract, Operation, guarded_of, operations_of


@cache
def contracts() -> tuple[type[Contract], ...]:
    """Every contract of this package, by the name of its noun."""
    modules = [
        import_module(f"studio.contracts.{found.name}") for found in pkgutil.iter_modules(studio.contracts.__path__)
    ]
    declared = {
        member
        for module in modules
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, Contract) and member.noun
    }
    return tuple(sorted(declared, key=lambda contract: (contract.noun, contract.__name__)))


def operations() -> list[Operation]:
    """Every operation that HTTP offers."""
    return [operation for contract in contracts() for operation in operations_of(contract)]


def scopes() -> frozenset[str]:
    """Every scope an API key can be limited to."""
    found = {operation.scope for contract in contracts() for operation in guarded_of(contract)}
    return frozenset(found - {""})
