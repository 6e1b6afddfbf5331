"""The studio of a server: each service is made from its contract when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.contracts.operations import Contract, Operation, guarded_of
from studio.contracts.registry import contract_of
from studio.contracts.wire import wire_of
from studio.domain.errors import Refused
from studio.remote.caller import Caller, Tokens
from studio.remote.calls import bound_to
from studio.remote.deliveries import Deliveries
from studio.remote.films import FilmsByHand
from studio.remote.http import Transport

_BY_HAND = {"films": FilmsByHand}
"""What of a contract is done on this machine, by the noun."""


class RemoteStudio:
    """Everything one person can ask of a studio, as `app.Studio` has it. Raises AttributeError for other nouns."""

    def __init__(self, server: str, transport: Transport, tokens: Tokens, state_folder: Path) -> None:
        self.server = server
        self.caller = Caller(transport, tokens)
        self.deliveries = Deliveries(state_folder / "deliveries.json", server)

    def __getattr__(self, noun: str) -> Any:
        contract = None if noun.startswith("_") else contract_of(noun)
        if contract is None:
            raise AttributeError(noun)
        service = _service_of(contract)(self)
        setattr(self, noun, service)
        return service

    def close(self) -> None:
        self.caller.close()


class RemoteService:
    """Base of what is made from a contract."""

    def __init__(self, studio: RemoteStudio) -> None:
        self.studio = studio


def _service_of(contract: type[Contract]) -> Callable[[RemoteStudio], Any]:
    by_hand = _BY_HAND.get(contract.noun, object)
    methods = {each.name: _method(contract, each) for each in guarded_of(contract) if not hasattr(by_hand, each.name)}
    bases = (RemoteService, by_hand, contract) if by_hand is not object else (RemoteService, contract)
    return type(f"Remote{contract.__name__}", bases, methods)


def _method(contract: type[Contract], operation: Operation) -> Callable[..., Any]:
    """A method that asks the server. What it takes is read from the contract when it is called."""

    def ask(self: RemoteService, *arguments: Any, **named: Any) -> Any:
        if not operation.method:
            raise Refused(
                f"{operation.key} works on the database itself.", hint="Run it on the machine where the studio is."
            )
        wire = wire_of(contract, operation)
        given = bound_to(contract, operation, arguments, named)
        return self.studio.deliveries.as_here(self.studio.caller.call(wire, given))

    ask.__name__ = operation.name
    return ask
