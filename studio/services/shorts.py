"""Shorts: noting them down, looking at them, changing and removing them. Making the film is films.py's part."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy import select as core_select
from sqlmodel import Session, select

from studio.contracts.base import Deleted, Page
from studio.contracts.shorts import CreateShort, EditShort, ShortLine, Shorts, ShortView
from studio.db.engine import Database
from studio.db.models.asset import Asset
from studio.db.models.base import table_of
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short, ShortCharacter
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Conflict, Invalid
from studio.domain.ids import new_id
from studio.domain.language import language_tag
from studio.domain.short import ShortStatus
from studio.domain.text import one_line, slug
from studio.services.assets import AssetStore, unused
from studio.services.base import Service
from studio.services.pages import cursor_of, older_than, page_size
from studio.services.principal import Principal
from studio.services.references import find, free_handle
from studio.services.states import reopen
from studio.services.views import scenes_of, short_line, short_view


class ShortsService(Service, Shorts):
    def __init__(
        self, database: Database, principal: Principal, assets: AssetStore, clock: Clock = system_clock
    ) -> None:
        super().__init__(database, principal, clock)
        self.assets = assets

    def create(self, data: CreateShort) -> ShortView:
        # Late: reading and checking scripts and styles must not weigh on a mere list (docs/decisions/0004).
        from studio.services.creation import create_short

        with self.database.write() as session:
            short = create_short(session, self.principal, data)
            return short_view(session, short)

    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[ShortLine]:
        columns = table_of(Short).c
        statement = core_select(table_of(Short)).where(columns.owner_id == self.principal.user_id)
        if cursor:
            statement = statement.where(older_than(columns, cursor))
        newest_first = statement.order_by(columns.created_at.desc(), columns.id.desc())
        with self.database.read() as session:
            rows = session.connection().execute(newest_first.limit(page_size(limit) + 1)).all()
            counts = _scene_counts(session, [row.id for row in rows[:limit]])
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(
            data=[short_line(row, counts.get(row.id, 0)) for row in rows[:limit]],
            next_cursor=cursor_of(last.created_at, last.id) if last else None,
        )

    def show(self, id: str) -> ShortView:
        with self.database.read() as session:
            return short_view(session, find(session, Short, self.principal, id, "short"))

    def edit(self, id: str, data: EditShort) -> ShortView:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            self._apply(session, short, data)
            if data.model_fields_set - {"title", "handle"}:
                reopen(session, short)
            short.updated_at = self.clock()
            session.add(short)
            session.flush()
            return short_view(session, short)

    def _apply(self, session: Session, short: Short, data: EditShort) -> None:
        from studio.services.creation import check_names

        changes = data.model_dump(exclude_none=True, mode="json")
        if data.title is not None:
            changes["title"] = one_line(data.title)
        if data.handle is not None:
            changes["handle"] = self._renamed(session, short, data.handle)
        check_names(session, self.principal, data)
        if data.language is not None:
            changes["language"] = language_tag(data.language)
        for name, value in changes.items():
            setattr(short, name, value)

    def _renamed(self, session: Session, short: Short, wanted: str) -> str:
        handle = slug(wanted, fallback="")
        if handle != wanted:
            raise Invalid(
                f"{one_line(wanted)} cannot be a handle.", hint="A handle is like octopus-hearts: a-z, 0-9 and hyphens."
            )
        if handle != short.handle and free_handle(session, Short, self.principal, handle) != handle:
            raise Conflict(f"There is a short called {handle} already.", hint="Choose another handle.")
        return handle

    def delete(self, id: str) -> Deleted:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            short_id = short.id
            gone = _remove(session, short)
        # The rows are gone for certain before their files go: a crash leaves a file too many, never one too few.
        for asset in gone:
            self.assets.storage.delete(asset.key)
        return Deleted(id=short_id)

    def duplicate(self, id: str) -> ShortView:
        with self.database.write() as session:
            original = find(session, Short, self.principal, id, "short")
            copy = Short(
                **original.model_dump(exclude={"id", "handle", "created_at", "updated_at", "video_path"}),
                handle=free_handle(session, Short, self.principal, original.handle),
            )
            copy.brief_key = f"copy:{copy.id}"
            session.add(copy)
            session.flush()
            _copy_children(session, original, copy)
            return short_view(session, copy)


def _scene_counts(session: Session, short_ids: list[str]) -> dict[str, int]:
    short_id = table_of(ShortScene).c.short_id
    statement = core_select(short_id, func.count()).where(short_id.in_(short_ids)).group_by(short_id)
    return {id: count for id, count in session.connection().execute(statement)}


def _remove(session: Session, short: Short) -> list[Asset]:
    takes = session.exec(select(Media).where(Media.short_id == short.id)).all()
    candidates = {take.asset_id for take in takes} | ({short.film_asset_id} if short.film_asset_id else set())
    for take in takes:
        session.delete(take)
    session.flush()
    for scene in scenes_of(session, short.id):
        session.delete(scene)
    for link in session.exec(select(ShortCharacter).where(ShortCharacter.short_id == short.id)):
        session.delete(link)
    session.flush()
    session.delete(short)
    session.flush()
    gone = unused(session, candidates)
    for asset in gone:
        session.delete(asset)
    return gone


def _copy_children(session: Session, original: Short, copy: Short) -> None:
    new_ids: dict[str | None, str | None] = {None: None}
    for scene in scenes_of(session, original.id):
        twin = ShortScene(**scene.model_dump(exclude={"id", "short_id"}), id=new_id(), short_id=copy.id)
        new_ids[scene.id] = twin.id
        session.add(twin)
    session.flush()
    for take in session.exec(select(Media).where(Media.short_id == original.id)):
        fields = take.model_dump(exclude={"id", "short_id", "scene_id", "credits_used", "cost_microusd"})
        session.add(Media(**fields, id=new_id(), short_id=copy.id, scene_id=new_ids[take.scene_id]))
    for link in session.exec(select(ShortCharacter).where(ShortCharacter.short_id == original.id)):
        session.add(ShortCharacter(short_id=copy.id, character_id=link.character_id, position=link.position))
    copy.credits_used = 0
    copy.cost_microusd = 0
    copy.status = ShortStatus.COMPLETED if copy.film_asset_id else copy.status
    session.flush()
