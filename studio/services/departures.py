"""Somebody leaves: their work and their files go; what the books need stays, under a user without name and address.

Kept are the credits ledger, the usage history, the paid calls, what was paid for and the audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, Table, delete, false, func, or_, select
from sqlmodel import Session, SQLModel

import studio.db.models  # noqa: F401 - makes every table known to the metadata
from studio.contracts.users import DeletedUser
from studio.db.models.user import User
from studio.domain.people import Role

DEFINITIONS = ("style", "climate", "character")


def belongings(session: Session, user: User) -> DeletedUser:
    """What deleting this person would remove."""
    counts = {
        table.name: session.connection().execute(select(func.count()).select_from(table).where(theirs)).scalar_one()
        for table, theirs in _owned(user)
    }
    return DeletedUser(
        id=user.id,
        deleted=False,
        shorts=counts["short"],
        definitions=sum(counts[name] for name in DEFINITIONS),
        files=counts["asset"],
        api_keys=counts["apikey"],
    )


def remove_belongings(session: Session, user: User) -> list[str]:
    """Delete every row this person owns; returns the storage keys of the files that have to go after the commit."""
    assets = SQLModel.metadata.tables["asset"]
    keys = session.connection().execute(select(assets.c.key).where(assets.c.owner_id == user.id)).scalars().all()
    for table, theirs in _owned(user):
        session.connection().execute(delete(table).where(theirs))
    return list(keys)


def make_nameless(user: User, now: int) -> None:
    """Turn the row into a tombstone: nothing in it tells who it was. `now` is in epoch milliseconds."""
    user.email = f"deleted-{user.id}@deleted.invalid"
    user.name = ""
    user.role = Role.CREATOR.value
    user.active = False
    user.plan = user.clerk_id = user.asaas_customer = None
    user.deactivated_at = user.deactivated_at or now
    user.deleted_at = user.updated_at = now
    user.version += 1


def _owned(user: User) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table with rows of this person, children first. From the metadata, so that no new table is forgotten."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "owner_id" in table.c:
            yield table, table.c.owner_id == user.id
        else:
            links = [key for key in table.foreign_keys if "owner_id" in key.column.table.c]
            parents = [key.parent.in_(_ids(key.column.table, user)) for key in links]
            if parents:
                yield table, or_(false(), *parents)


def _ids(table: Table, user: User) -> Select[tuple[str]]:
    return select(table.c.id).where(table.c.owner_id == user.id)
