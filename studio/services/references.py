"""Finding things by what people type: a handle, an id, a unique prefix of an id, or `@last`. Only one's own."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from studio.db.models.base import Row
from studio.db.models.user import User
from studio.domain.errors import NotFound, Refused
from studio.domain.text import safe, slug
from studio.services.principal import Principal

_Owned = TypeVar("_Owned", bound=Row)
_Found = TypeVar("_Found")

SHORTEST_PREFIX = 4


def find(session: Session, model: type[_Owned], principal: Principal, reference: str, noun: str) -> _Owned:
    """The principal's own row that `reference` names. Somebody else's is as absent as one that never was."""
    # What no terminal can type is no name, and NUL or a lone surrogate would upset the driver.
    reference = safe(reference)
    table: Any = model
    own = select(model).where(table.owner_id == principal.user_id)
    if reference == "@last":
        newest = session.exec(own.order_by(col(table.created_at).desc(), col(table.id).desc())).first()
        if newest is None:
            raise NotFound(f"There is no {noun} yet.", hint=f"studio {noun}s --help shows how to make one.")
        return newest
    named = slug(reference, fallback=reference)
    exact = session.exec(own.where((table.handle == reference) | (table.id == reference))).first()
    exact = exact or session.exec(own.where(table.handle == named)).first()
    exact = exact or by_prefix(session, own, table.id, reference, noun)
    if exact is None:
        raise NotFound(f"There is no {noun} called {reference}.", hint=f"studio {noun}s list shows what there is.")
    return exact


def by_prefix(session: Session, among: SelectOfScalar[_Found], id: Any, reference: str, noun: str) -> _Found | None:
    """The one row whose `id` begins so, of at least four letters. Raises Refused where there are several."""
    if len(reference) < SHORTEST_PREFIX:
        return None
    found = session.exec(among.where(col(id).startswith(reference, autoescape=True)).limit(2)).all()
    if len(found) > 1:
        raise Refused(f"More than one {noun} has an id that begins with {reference}.", hint="Type more of the id.")
    return found[0] if found else None


def lock_owner(session: Session, principal: Principal) -> None:
    """Let nobody else name this person's things until the transaction ends. SQLite has one writer at a time anyway."""
    session.exec(select(User.id).where(User.id == principal.user_id).with_for_update()).one()


def free_handle(session: Session, model: type[Row], principal: Principal, wanted: str) -> str:
    """`wanted`, or `wanted-2`, `wanted-3` … whichever the principal does not use yet, and nobody else may take now."""
    lock_owner(session, principal)
    return next_handle(session, model, principal, wanted)


def next_handle(session: Session, model: type[Row], principal: Principal, wanted: str) -> str:
    """The handle that would be free at this moment."""
    table: Any = model
    statement = select(table.handle).where(
        table.owner_id == principal.user_id, col(table.handle).startswith(wanted, autoescape=True)
    )
    taken = set(session.exec(statement).all())
    number = 1
    handle = wanted
    while handle in taken:
        number += 1
        handle = f"{wanted}-{number}"
    return handle
