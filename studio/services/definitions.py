"""What styles, climates and characters have in common: fields kept as JSON under a handle, built in or one's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel import Session, col, select

from studio.contracts.base import Deleted, Input, Page
from studio.contracts.characters import CharacterData, CharacterView
from studio.contracts.climates import ClimateData, ClimateView
from studio.contracts.definitions import LONGEST_NAME, checked, merged
from studio.contracts.styles import StyleData, StyleView
from studio.db.models.character import Character
from studio.db.models.climate import Climate
from studio.db.models.style import Style
from studio.domain.clock import moment
from studio.domain.errors import Conflict, NotFound, Refused
from studio.domain.text import one_line, safe, slug
from studio.services.base import Service
from studio.services.pages import cursor_of, older_than, page_size
from studio.services.references import find, free_handle

_Row = TypeVar("_Row", Style, Climate, Character)
_Data = TypeVar("_Data", StyleData, ClimateData, CharacterData)
_View = TypeVar("_View", StyleView, ClimateView, CharacterView)

_LATER_THAN_EVERY_ROW = 2**62
"""The moment of the first built-in one, in milliseconds: newest first puts the built-in ones at the top."""


@dataclass(frozen=True)
class _Entry(Generic[_Row, _Data]):
    """One definition, wherever it comes from; `row` is None for a built-in one."""

    handle: str
    data: _Data
    cursor: str
    row: _Row | None = None


class DefinitionService(Service, ABC, Generic[_Row, _Data, _View]):
    """The five use-cases. A noun adds its table, its fields, what is built in, and who uses a row."""

    singular: str
    model: type[_Row]
    data: type[_Data]
    view: type[_View]

    @abstractmethod
    def _built_in(self) -> Mapping[str, _Data]:
        """What every studio has, by handle."""

    @abstractmethod
    def _count_users(self, session: Session, row: _Row) -> int:
        """How many shorts use the row."""

    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[_View]:
        size = page_size(limit)
        built_in = self._built_in_after(cursor)
        with self.database.read() as session:
            own = self._own_after(session, cursor, max(0, size + 1 - len(built_in)))
            entries = built_in + own
            views = [self._shown(entry) for entry in entries[:size]]
        return Page(data=views, next_cursor=entries[size - 1].cursor if len(entries) > size else None)

    def show(self, id: str) -> _View:
        with self.database.read() as session:
            return self._shown(self._find(session, id))

    def create(self, data: Input) -> _View:
        with self.database.write() as session:
            return self._shown(self._entry(self._made(session, data)))

    def _made(self, session: Session, data: Input) -> _Row:
        """A new row with these fields."""
        changes = data.model_dump(mode="json", exclude_unset=True)
        like = changes.pop("like", None)
        whole = self._whole(merged(self._start(session, like), changes))
        row = self.model(
            owner_id=self.principal.user_id,
            handle=self._new_handle(session, whole.name),
            name=whole.name,
            definition=whole.model_dump_json(),
        )
        row.created_at = row.updated_at = self.clock()
        session.add(row)
        session.flush()
        return row

    def edit(self, id: str, data: Input) -> _View:
        changes = data.model_dump(mode="json", exclude_unset=True)
        with self.database.write() as session:
            entry = self._find(session, id)
            row = self._own(entry)
            whole = self._whole(merged(entry.data.model_dump(mode="json"), changes))
            if whole.name != row.name:
                self._refuse_built_in_name(whole.name)
            row.name, row.definition, row.updated_at = whole.name, whole.model_dump_json(), self.clock()
            session.add(row)
            session.flush()
            return self._shown(self._entry(row))

    def delete(self, id: str) -> Deleted:
        with self.database.write() as session:
            row = self._own(self._find(session, id))
            self._refuse_used(session, row)
            session.delete(row)
            return Deleted(id=row.id)

    def _refuse_used(self, session: Session, row: _Row) -> None:
        count = self._count_users(session, row)
        if count:
            raise Conflict(
                f"{count} {'short uses' if count == 1 else 'shorts use'} the {self.singular} {row.handle}; "
                "nothing was changed.",
                hint="studio shorts list shows yours; change or delete those that use it first.",
            )

    def _whole(self, fields: Mapping[str, Any]) -> _Data:
        """The fields as a definition. Raises Invalid naming everything that is missing or wrong."""
        return checked(self.data, _cleaned(fields), self.singular)

    def _find(self, session: Session, reference: str) -> _Entry[_Row, _Data]:
        try:
            return self._entry(find(session, self.model, self.principal, reference, self.singular))
        except NotFound:
            found = next((entry for entry in self._built_in_after(None) if entry.handle == reference), None)
            if found is None:
                raise
            return found

    def _start(self, session: Session, like: str | None) -> dict[str, Any]:
        if like is None:
            return {}
        fields = self._find(session, like).data.model_dump(mode="json")
        return {**fields, "name": f"{fields['name'][: LONGEST_NAME - 5]} copy"}

    def _new_handle(self, session: Session, name: str) -> str:
        self._refuse_built_in_name(name)
        return free_handle(session, self.model, self.principal, slug(name, fallback=self.singular))

    def _refuse_built_in_name(self, name: str) -> None:
        if slug(name, fallback=self.singular) in self._built_in():
            raise Conflict(
                f"There is a built-in {self.singular} called {slug(name)} already.", hint="Choose another --name."
            )

    def _own(self, entry: _Entry[_Row, _Data]) -> _Row:
        if entry.row is None:
            raise Refused(
                f"{entry.handle} is built in and stays as it is.",
                hint=f"studio {self.singular}s create --like {entry.handle}",
            )
        return entry.row

    def _entry(self, row: _Row) -> _Entry[_Row, _Data]:
        data = self.data.model_validate_json(row.definition)
        return _Entry(row.handle, data, cursor_of(row.created_at, row.id), row)

    def _built_in_after(self, cursor: str | None) -> tuple[_Entry[_Row, _Data], ...]:
        entries = tuple(
            _Entry[_Row, _Data](handle, data, cursor_of(_LATER_THAN_EVERY_ROW - place, handle))
            for place, (handle, data) in enumerate(self._built_in().items())
        )
        if cursor is None:
            return entries
        places = {entry.cursor: place for place, entry in enumerate(entries)}
        return entries[places.get(cursor, len(entries)) + 1 :]

    def _own_after(self, session: Session, cursor: str | None, limit: int) -> tuple[_Entry[_Row, _Data], ...]:
        table: Any = self.model
        statement = select(self.model).where(table.owner_id == self.principal.user_id)
        if cursor is not None:
            statement = statement.where(older_than(table, cursor))
        newest_first = statement.order_by(col(table.created_at).desc(), col(table.id).desc())
        return tuple(self._entry(row) for row in session.exec(newest_first.limit(limit)))

    def _shown(self, entry: _Entry[_Row, _Data]) -> _View:
        row = entry.row
        return self.view(
            id=row.id if row else None,
            handle=entry.handle,
            built_in=row is None,
            created_at=moment(row.created_at) if row else None,
            updated_at=moment(row.updated_at) if row else None,
            **entry.data.model_dump(),
        )


def _cleaned(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return one_line(value) if name == "name" else safe(value).strip()
    if isinstance(value, Mapping):
        return {key: _cleaned(inner, key) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list) else value
