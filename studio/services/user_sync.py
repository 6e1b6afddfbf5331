"""Bringing the people of this studio up to date with a directory outside, whatever messages were lost on the way.

Each page is a transaction of its own, and what is up to date already is not touched: stopped anywhere, the same
command goes on. Plans and credits stay as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from sqlmodel import Session, col, select

from studio.contracts.users import SyncReport
from studio.db.engine import Database
from studio.db.models.external_identity import ExternalIdentity
from studio.db.models.user import User
from studio.domain.errors import Conflict, Interrupted, Refused
from studio.domain.outside import Directory, OutsidePerson
from studio.domain.progress import Cancelled, Progress, Step
from studio.services.user_changes import lock_administrators
from studio.services.webhooks.following import Change, Following

STAGE = "sync"
ALWAYS_ALLOWED = 3
"""So many may be gone at once in the smallest studio; in others it is half of those who are linked."""
_BATCH = 100


class UserSync:
    """One run over a directory. A dry run does the same and keeps nothing."""

    def __init__(self, database: Database, directory: Directory, following: Following, *, dry_run: bool) -> None:
        self.database = database
        self.directory = directory
        self.following = following
        self.dry_run = dry_run
        self.changes: Counter[Change] = Counter()
        self.kept = 0

    def run(self, most_gone: int | None, progress: Progress, cancelled: Cancelled) -> SyncReport:
        """Take over everybody, then keep those out who are gone; `most_gone` is how many of them there may be.

        Raises Conflict when there are more, Interrupted when the person stops it, and what the directory raises."""
        linked = self._linked()
        seen = self._take_over_all(progress, cancelled)
        gone = [id for id in linked if id not in seen]
        self._refuse_too_many(gone, len(linked), most_gone)
        self._see_off(gone, progress, cancelled)
        return SyncReport(
            created=self.changes[Change.CREATED],
            updated=self.changes[Change.UPDATED],
            deactivated=self.changes[Change.DEACTIVATED],
            unchanged=self.changes[Change.UNCHANGED] + self.changes[Change.IGNORED],
            kept=self.kept,
            dry_run=self.dry_run,
        )

    def _linked(self) -> list[str]:
        """The ids of those whom the directory should know; whoever is linked from now on is not looked for."""
        wanted = select(ExternalIdentity.external_id).where(
            ExternalIdentity.source == self.following.source,
            ExternalIdentity.state != "gone",
            col(ExternalIdentity.user_id).is_not(None),
        )
        with self.database.read() as session:
            return list(session.exec(wanted.order_by(ExternalIdentity.external_id)))

    def _take_over_all(self, progress: Progress, cancelled: Cancelled) -> set[str]:
        seen: set[str] = set()
        total = self.directory.count()
        progress(Step(STAGE, f"{total} people at {self.directory.name.capitalize()}", 0, total))
        for page in self.directory.pages():
            for start in range(0, len(page), _BATCH):
                self._refuse_cancelled(cancelled, len(seen))
                batch = page[start : start + _BATCH]
                self._take_over(batch)
                seen.update(person.id for person in batch)
                progress(Step(STAGE, "taking people over", len(seen), max(total, len(seen))))
        return seen

    def _take_over(self, people: Sequence[OutsidePerson]) -> None:
        fresh = self._up_to_date(people)
        self.changes[Change.UNCHANGED] += len(fresh)
        if len(fresh) == len(people):
            return
        with self.database.write() as session:
            lock_administrators(session)
            for person in people:
                if person.id not in fresh:
                    self._one(session, person)
            self._end(session)

    def _one(self, session: Session, person: OutsidePerson) -> None:
        try:
            with session.begin_nested():
                self.changes[self.following.take_over(session, person).change] += 1
        except Refused:
            # The only administrator: somebody has to look after the studio.
            self.kept += 1

    def _see_off(self, gone: Sequence[str], progress: Progress, cancelled: Cancelled) -> None:
        for number, id in enumerate(gone):
            self._refuse_cancelled(cancelled, number)
            progress(Step(STAGE, "looking for who is gone", number, len(gone)))
            # They may have been missed between two pages: only the directory's own word counts.
            if not self.directory.knows(id):
                self._depart(id)
        if gone:
            progress(Step(STAGE, "looking for who is gone", len(gone), len(gone)))

    def _depart(self, id: str) -> None:
        with suppress(_Kept), self.database.write() as session:
            try:
                self.changes[self.following.depart(session, id).change] += 1
            except Refused as error:
                self.kept += 1
                raise _Kept from error
            self._end(session)

    def _end(self, session: Session) -> None:
        if self.dry_run:
            session.rollback()

    def _up_to_date(self, people: Sequence[OutsidePerson]) -> set[str]:
        """Those of whom everything is known already: one query for all."""
        wanted = (
            select(ExternalIdentity, User)
            .join(User, col(User.id) == ExternalIdentity.user_id)
            .where(
                ExternalIdentity.source == self.following.source,
                col(ExternalIdentity.external_id).in_([person.id for person in people]),
            )
        )
        with self.database.read() as session:
            known = {identity.external_id: (identity, user) for identity, user in session.exec(wanted)}
        return {person.id for person in people if person.id in known and _is_same(*known[person.id], person)}

    def _refuse_cancelled(self, cancelled: Cancelled, done: int) -> None:
        if cancelled():
            raise Interrupted(f"Stopped after {done} people; what was taken over stays.", hint="Run it again to go on.")

    def _refuse_too_many(self, gone: Sequence[str], linked: int, most_gone: int | None) -> None:
        most = max(ALWAYS_ALLOWED, linked // 2) if most_gone is None else most_gone
        if len(gone) > most:
            raise Conflict(
                f"{len(gone)} of {linked} people are not known to {self.directory.name.capitalize()} any more;"
                " nobody was deactivated.",
                hint=f"Check that the key is that of the right instance. If it is: --most-gone {len(gone)}",
            )


class _Kept(Exception):
    """The only administrator is left as they are."""


def _is_same(identity: ExternalIdentity, user: User, person: OutsidePerson) -> bool:
    return (
        identity.changed_at == person.changed_at
        and user.deleted_at is None
        and user.email == (person.email or user.email)
        and identity.state == ("barred" if person.is_barred else "present")
    )
