"""Cursors: opaque to people, a position in a newest-first list to us."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any, TypeVar

from sqlmodel import Session, col, select, tuple_

from studio.db.models.base import Record
from studio.domain.errors import Refused
from studio.domain.text import safe

_Record = TypeVar("_Record", bound=Record)

LARGEST_PAGE = 100
LARGEST_NUMBER = 2**63 - 1
"""More does not fit into a column."""


def page_size(limit: int) -> int:
    """Check a page size. Raises Refused outside 1 to 100."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refused(f"A page has 1 to {LARGEST_PAGE} entries, not {limit}.", hint="Use --limit and --cursor.")
    return limit


def cursor_of(created_at: int, id: str) -> str:
    return base64.urlsafe_b64encode(f"{created_at}:{id}".encode()).decode().rstrip("=")


def newest_page(
    session: Session, model: type[_Record], conditions: Iterable[Any], *, limit: int, cursor: str | None
) -> tuple[list[_Record], str | None]:
    """The newest rows that meet the conditions, after those the cursor has seen, and the cursor of the next page.

    Raises Refused for a wrong limit or cursor."""
    size = page_size(limit)
    statement = select(model).where(*conditions)
    if cursor is not None:
        statement = statement.where(older_than(model, cursor))
    newest_first = statement.order_by(col(model.created_at).desc(), col(model.id).desc())
    rows = list(session.exec(newest_first.limit(size + 1)).all())
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], cursor_of(last.created_at, last.id) if last else None


def older_than(table: Any, cursor: str) -> Any:
    """The condition for rows that come after the cursor. Raises Refused for a cursor studio did not make."""
    return tuple_(col(table.created_at), col(table.id)) < position_of(cursor)


def position_of(cursor: str) -> tuple[int, str]:
    """What `cursor_of` was given. Raises Refused for a cursor studio did not make."""
    try:
        number, _, id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        position = int(number), safe(id)
        if abs(position[0]) > LARGEST_NUMBER:
            raise ValueError(number)
    except (ValueError, binascii.Error) as error:
        raise Refused("This cursor is not one of studio's.", hint="Leave --cursor out to start again.") from error
    return position
