"""Moving a short from state to state, and into FAILED with a reason a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from studio.db.engine import Database
from studio.db.models.short import Short
from studio.domain.clock import system_clock
from studio.domain.errors import Interrupted, StudioError
from studio.domain.short import ShortStatus, check_step


def enter(session: Session, short: Short, status: ShortStatus) -> None:
    """Put the short into this state. Raises Conflict when it cannot come from where it is."""
    check_step(ShortStatus(short.status), status)
    short.status = status.value
    short.progress = status.progress
    short.error = None
    short.updated_at = system_clock()
    session.add(short)
    session.flush()


def approve_script(session: Session, short: Short) -> None:
    """Take the script that stands as approved, even if its writing was killed or it was typed scene by scene."""
    if short.status in (ShortStatus.DRAFT, ShortStatus.GENERATING_SCRIPT):
        enter(session, short, ShortStatus.GENERATING_SCRIPT)
        enter(session, short, ShortStatus.SCRIPT_READY)
    if short.status == ShortStatus.SCRIPT_READY:
        enter(session, short, ShortStatus.SCRIPT_APPROVED)


def reopen(session: Session, short: Short) -> None:
    """After a change the film of a short is no longer what the short says, so it is not completed any more."""
    if short.status not in _BEFORE_MEDIA:
        enter(session, short, ShortStatus.SCRIPT_APPROVED)


_BEFORE_MEDIA = {
    ShortStatus.DRAFT,
    ShortStatus.GENERATING_SCRIPT,
    ShortStatus.SCRIPT_READY,
    ShortStatus.SCRIPT_APPROVED,
    ShortStatus.FAILED,
}


@contextmanager
def failing(database: Database, short_id: str) -> Iterator[None]:
    """Note a failure of the work inside as the short's state; being interrupted only takes it a stage back."""
    try:
        yield
    except Interrupted:
        _step_back(database, short_id)
        raise
    except StudioError as error:
        _note(database, short_id, error.message)
        raise
    except Exception:
        _note(database, short_id, "An unexpected error; the log file has the details.")
        raise


_STAGE_BEFORE = {
    ShortStatus.GENERATING_MEDIA: ShortStatus.SCRIPT_APPROVED,
    ShortStatus.RENDERING: ShortStatus.MEDIA_READY,
}


def _step_back(database: Database, short_id: str) -> None:
    with database.write() as session:
        short = session.get(Short, short_id)
        if short is not None and (before := _STAGE_BEFORE.get(ShortStatus(short.status))):
            enter(session, short, before)


def _note(database: Database, short_id: str, message: str) -> None:
    with database.write() as session:
        short = session.get(Short, short_id)
        if short is not None:
            enter(session, short, ShortStatus.FAILED)
            short.error = message
            session.add(short)
