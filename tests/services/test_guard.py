"""The guard before each operation: who may use it is asked before anything else happens."""

from __future__ import annotations

import traceback
from abc import ABC, abstractmethod
from collections.abc import Iterator
from importlib import import_module
from inspect import isabstract
from pkgutil import walk_packages
from typing import Any

import pytest

import studio.services
from studio.contracts.operations import Contract, guarded_of, local, operation, operations_of
from studio.contracts.registry import contracts, operations, scopes
from studio.domain.errors import NotAllowed, NotLoggedIn
from studio.services.base import Service, is_guarded
from studio.services.principal import NOBODY, Principal

CREATOR = Principal("1", "ana@example.com")
ADMIN = Principal("2", "rui@example.com", "admin")


class Things(Contract, ABC):
    noun = "things"

    @operation("GET", "/api/things", scope="things:read")
    @abstractmethod
    def list(self) -> str: ...

    @operation("DELETE", "/api/things", scope="things:write", admin=True)
    @abstractmethod
    def clear(self) -> str: ...

    @operation("GET", "/api/things/mine", scope="")
    @abstractmethod
    def mine(self) -> str: ...

    @local("things:read")
    @abstractmethod
    def export(self) -> str: ...


class HalfService(Service):
    def list(self) -> str:
        """Everything there is."""
        return "list"


class ThingsService(HalfService, Things):
    def clear(self) -> str:
        return "clear"

    def mine(self) -> str:
        return "mine"

    def export(self) -> str:
        return "export"


class BetterThings(ThingsService):
    def list(self) -> str:
        return "better " + super().list()


def things(principal: Principal, kind: type[ThingsService] = ThingsService) -> ThingsService:
    return kind(None, principal)  # type: ignore[arg-type]  # the guard needs no database


def test_who_may_gets_the_answer() -> None:
    assert things(CREATOR).list() == "list"
    assert things(ADMIN).clear() == "clear"
    assert things(CREATOR, BetterThings).list() == "better list"


def test_nobody_is_told_to_log_in() -> None:
    for method in ("list", "clear", "mine", "export"):
        with pytest.raises(NotLoggedIn) as caught:
            getattr(things(NOBODY), method)()
        assert caught.value.hint == "studio login"


def test_creators_are_refused_what_is_for_administrators() -> None:
    with pytest.raises(NotAllowed, match="for administrators"):
        things(CREATOR).clear()


def test_a_limited_key_is_refused_what_it_is_not_for() -> None:
    limited = Principal("2", "rui@example.com", "admin", frozenset({"things:read"}))

    assert things(limited).list() == things(limited, ThingsService).list()
    assert things(limited).export() == "export"
    with pytest.raises(NotAllowed, match="not for things:write") as caught:
        things(limited).clear()
    assert caught.value.hint == "studio keys create --name NAME --scope things:write"


def test_every_key_may_what_needs_no_scope() -> None:
    assert things(Principal("1", "ana@example.com", scopes=frozenset())).mine() == "mine"


def test_a_subclass_is_guarded_by_itself() -> None:
    with pytest.raises(NotAllowed):
        things(Principal("1", "ana@example.com", scopes=frozenset()), BetterThings).list()


def test_the_guard_looks_like_what_it_guards() -> None:
    assert ThingsService.list.__doc__ == "Everything there is."
    assert ThingsService.list.__qualname__ == "HalfService.list"


def test_a_traceback_gains_one_line_that_says_what_it_is() -> None:
    class Failing(ThingsService):
        def list(self) -> str:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        things(CREATOR, Failing).list()

    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[1:] == ["guard", "list"]


def test_what_is_local_is_guarded_and_not_in_http() -> None:
    assert [operation.name for operation in operations_of(Things)] == ["list", "clear", "mine"]
    assert [operation.name for operation in guarded_of(Things)] == ["list", "clear", "mine", "export"]
    assert guarded_of(Things)[0].key == "things.list"


def all_services(base: type[Service] = Service) -> Iterator[type[Service]]:
    for service in base.__subclasses__():
        if service.__module__.startswith("studio."):
            yield service
            yield from all_services(service)


def test_every_promise_of_a_contract_asks_who_is_there() -> None:
    undeclared = [
        f"{contract.__name__}.{name}"
        for contract in contracts()
        for name, member in vars(contract).items()
        if getattr(member, "__isabstractmethod__", False) and name not in {each.name for each in guarded_of(contract)}
    ]

    assert undeclared == []


def test_every_operation_of_every_service_is_guarded() -> None:
    for found in walk_packages(studio.services.__path__, "studio.services."):
        import_module(found.name)
    found_services: list[Any] = [service for service in all_services() if not isabstract(service)]

    kept = {contract for service in found_services for contract in service.__mro__ if contract in contracts()}
    open_doors = [
        f"{service.__name__}.{each.name}"
        for service in found_services
        for contract in service.__mro__
        if contract in contracts()
        for each in guarded_of(contract)
        if not is_guarded(getattr(service, each.name))
    ]
    assert kept == set(contracts())
    assert open_doors == []


def test_no_two_operations_have_the_same_place() -> None:
    places = [(each.method, each.path) for each in operations()]

    assert len(places) == len(set(places))


def test_what_is_for_administrators_has_a_scope_of_its_own() -> None:
    everyday = {each.scope for each in operations() if not each.admin}

    assert {each.scope for each in operations() if each.admin} == {"admin:read", "admin:write"}
    assert everyday.isdisjoint({"admin:read", "admin:write"})
    assert "" not in scopes()
