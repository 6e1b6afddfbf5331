"""What a person is told of a paid call that has not ended, or that another run has to do with.

Each says what is held, and that the same command again is the answer. None says "not charged" before it is known."""

from __future__ import annotations

from sqlmodel import Session

from studio.db.engine import Database
from studio.db.models.generation import Generation
from studio.domain.clock import moment
from studio.domain.errors import Conflict, Interrupted, ServiceFailed, StudioError, Uncertain
from studio.services import journal
from studio.services.holdings import held_credits, held_words, in_words

ANEW = "Nothing is charged for this one. Run the same command again to have it made anew, or choose another model."
AGAIN = "Run the same command again: it goes on where it stands, and nothing is paid twice."


def unknown(database: Database, row: Generation, known_by_milliseconds: int) -> Uncertain:
    """Nobody knows whether the order arrived."""
    known_by = moment(known_by_milliseconds)
    return Uncertain(
        f"The request may have reached {row.provider}. {held_words(database, row)} "
        f"Known by {known_by:%H:%M} UTC at the latest.",
        hint=f"Running the same command again is safe: it continues this job ({row.id}).",
        details={"generation": row.id, "known_by": known_by.isoformat()},
    )


def unknown_here(session: Session, row: Generation) -> Uncertain:
    """Nobody knows whether this machine made it, and nobody can be asked."""
    held = held_credits(session, row)
    return Uncertain(
        f"The request may have reached {row.provider}. {in_words(held)}",
        hint=f"Running the same command again is safe: it does not send this job ({row.id}) twice.",
        details={"generation": row.id, "held": held},
    )


def detached(database: Database, row: Generation) -> Interrupted:
    """The person has stopped waiting."""
    return Interrupted(
        f"Stopped waiting. {held_words(database, row)} {_goes_on(row)}",
        hint=f"Run the same command again: it continues this job ({row.id})."
        f" studio jobs show {row.id} tells where it stands.",
        details={"generation": row.id},
    )


def _goes_on(row: Generation) -> str:
    if row.state == "uncertain":
        return f"The request may have reached {row.provider}."
    return f"The job goes on at {row.provider}." if row.state in journal.UNDER_WAY else "Nothing was sent."


def cannot_ask(database: Database, row: Generation, error: StudioError) -> Uncertain:
    """The question was refused, which says nothing about the order."""
    message = f"{error.message} {held_words(database, row)}"
    return Uncertain(message, hint=error.hint or AGAIN, details={"generation": row.id})


def still_made(database: Database, row: Generation) -> Uncertain:
    """A run has waited for as long as runs wait."""
    return Uncertain(
        f"{row.provider} is still making it. {held_words(database, row)}",
        hint=f"Run the same command again later: it continues this job ({row.id}).",
        details={"generation": row.id},
    )


def not_fetched(row: Generation, error: ServiceFailed) -> ServiceFailed:
    """It is there and could not be brought here."""
    message = f"{error.message} It is made and paid for at {row.provider}."
    return ServiceFailed(message, hint=AGAIN, details=error.details)


def slept() -> Conflict:
    return Conflict("The computer slept before the request was sent; nothing was sent.", hint=AGAIN)


def ended_meanwhile() -> Conflict:
    return Conflict("Another run has ended the same call meanwhile.", hint=AGAIN)


def made_meanwhile() -> Conflict:
    return Conflict("Another run has just had the same made.", hint="Run the same command again: it goes on from here.")


def under_way() -> Conflict:
    return Conflict(
        "Another run is having the same made right now.", hint="Wait for it, then run the same command again."
    )
