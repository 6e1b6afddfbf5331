"""Every use-case is declared, once, and every public method of a service is one that was declared."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Iterator

import pytest

import studio.contracts
import studio.services
from studio.contracts.operations import Contract, Operation, operations_of


def contracts() -> Iterator[type[Contract]]:
    for module in pkgutil.iter_modules(studio.contracts.__path__):
        loaded = importlib.import_module(f"studio.contracts.{module.name}")
        for _, found in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(found, Contract) and found.noun and found.__module__ == loaded.__name__:
                yield found


def services() -> Iterator[type[Contract]]:
    for module in pkgutil.walk_packages(studio.services.__path__, "studio.services."):
        loaded = importlib.import_module(module.name)
        for _, found in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(found, Contract) and found.__module__ == loaded.__name__ and not inspect.isabstract(found):
                yield found


CONTRACTS = list(contracts())
OPERATIONS = [operation for contract in CONTRACTS for operation in operations_of(contract)]


def test_there_are_contracts_with_operations() -> None:
    assert len(CONTRACTS) >= 8
    assert len(OPERATIONS) >= 40


def test_no_two_operations_share_a_route_or_a_name() -> None:
    routes = Counter((operation.method, operation.path) for operation in OPERATIONS)
    names = Counter(operation.key for operation in OPERATIONS)

    assert [route for route, count in routes.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.key)
def test_an_operation_says_where_it_is_and_who_may(operation: Operation) -> None:
    assert operation.method in {"GET", "POST", "PUT", "DELETE"}
    assert operation.path.startswith("/api/")
    assert operation.admin == operation.path.startswith(("/api/admin/", "/api/users"))


@pytest.mark.parametrize("service", list(services()), ids=lambda service: service.__name__)
def test_a_service_offers_what_its_contract_declares_and_nothing_else(service: type[Contract]) -> None:
    declared = {
        name
        for base in service.__mro__
        if issubclass(base, Contract)
        for name in getattr(base, "__abstractmethods__", ())
    }
    own = {name for name, member in inspect.getmembers(service, inspect.isfunction) if not name.startswith("_")}

    assert own - declared == set()
