"""All contracts and their operations: what the HTTP routes, the scopes of API keys and the tests are made from."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import studio.contracts
from studio.contracts.operations import Contract, Operation, guarded_of, operations_of


@cache
def contracts() -> tuple[type[Contract], ...]:
    """Every contract of this package, by the name of its noun."""
    modules = [
        import_module(f"studio.contracts.{found.name}") for found in pkgutil.iter_modules(studio.contracts.__path__)
    ]
    declared = {contract for module in modules for contract in _declared_in(module)}
    return tuple(sorted(declared, key=lambda contract: (contract.noun, contract.__name__)))


def contract_of(noun: str) -> type[Contract] | None:
    """The contract of this noun; the others are not imported where its file is called like it."""
    module = f"{studio.contracts.__name__}.{noun.removeprefix('admin_')}"
    near = _declared_in(import_module(module)) if find_spec(module) else ()
    found = next((each for each in near if each.noun == noun), None)
    return found or next((each for each in contracts() if each.noun == noun), None)


def _declared_in(module: ModuleType) -> list[type[Contract]]:
    members = vars(module).values()
    return [each for each in members if isinstance(each, type) and issubclass(each, Contract) and each.noun]


def operations() -> list[Operation]:
    """Every operation that HTTP offers."""
    return [operation for contract in contracts() for operation in operations_of(contract)]


def scopes() -> frozenset[str]:
    """Every scope an API key can be limited to."""
    found = {operation.scope for contract in contracts() for operation in guarded_of(contract)}
    return frozenset(found - {""})
