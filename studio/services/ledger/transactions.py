"""Running one movement of credits as a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from sqlmodel import Session

from studio.db.engine import Database
from studio.services.ledger.receipts import Receipt

_Asked = ParamSpec("_Asked")


def transact(
    database: Database,
    movement: Callable[Concatenate[Session, _Asked], Receipt],
    *args: _Asked.args,
    **kwargs: _Asked.kwargs,
) -> Receipt:
    """Call `movement(session, ...)` in its own transaction, commit, and give its receipt.

    A refusal is committed like every answer and only then raised as NotEnoughCredits. To move credits together with
    other rows, call the movement itself inside `database.write()` and `require()` the receipt after the commit."""
    with database.write() as session:
        receipt = movement(session, *args, **kwargs)
    return receipt.require()
