"""Scenes: reading, adding, changing, moving and removing them, by their number from 1."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, select

from studio.contracts.base import Deleted
from studio.contracts.scenes import AddScene, EditScene, MediaView, MoveScene, SceneList, Scenes, SceneView
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.errors import Invalid, NotFound, Refused
from studio.domain.script import MAXIMUM_SCENES
from studio.domain.text import one_line, safe
from studio.services.base import Service
from studio.services.references import find
from studio.services.states import reopen
from studio.services.views import media_view, names_of, scene_view, scenes_of, takes_of


class ScenesService(Service, Scenes):
    def list(self, id: str) -> SceneList:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            return SceneList(data=_views(session, short))

    def show(self, id: str, scene: int) -> SceneView:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            return view_of_scene(session, short, find_scene(session, short, scene))

    def add(self, id: str, data: AddScene) -> SceneView:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            rows = list(scenes_of(session, short.id))
            if len(rows) >= MAXIMUM_SCENES:
                raise Refused(f"A short has at most {MAXIMUM_SCENES} scenes.", hint="Delete one first.")
            _check_cast(session, short, data.characters)
            fields = _cleaned(data.model_dump(mode="json", exclude={"order", "characters"}))
            row = ShortScene(short_id=short.id, position=len(rows) + 1, seed=secrets.randbelow(2**31), **fields)
            row.characters = json.dumps(list(data.characters), ensure_ascii=False)
            rows.insert(min(data.order or len(rows) + 1, len(rows) + 1) - 1, row)
            self._renumber(session, short, rows)
            return view_of_scene(session, short, row)

    def edit(self, id: str, scene: int, data: EditScene) -> SceneView:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            row = find_scene(session, short, scene)
            _check_cast(session, short, data.characters or ())
            changes = data.model_dump(mode="json", exclude_unset=True, exclude={"characters", "new_picture"})
            for name, value in _cleaned(changes).items():
                setattr(row, name, value)
            if data.characters is not None:
                row.characters = json.dumps(list(data.characters), ensure_ascii=False)
            if data.new_picture:
                row.seed = secrets.randbelow(2**31)
            self._touch(session, short, row)
            return view_of_scene(session, short, row)

    def move(self, id: str, data: MoveScene) -> SceneList:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            row = find_scene(session, short, data.scene)
            find_scene(session, short, data.to)
            rows = [other for other in scenes_of(session, short.id) if other.id != row.id]
            rows.insert(data.to - 1, row)
            self._renumber(session, short, rows)
            return SceneList(data=_views(session, short))

    def delete(self, id: str, scene: int) -> Deleted:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            row = find_scene(session, short, scene)
            rows = [other for other in scenes_of(session, short.id) if other.id != row.id]
            if not rows:
                raise Refused("A short keeps at least one scene.", hint=f"studio shorts delete {short.handle}")
            remove_scene(session, row)
            self._renumber(session, short, rows)
            return Deleted(id=row.id)

    def _renumber(self, session: Session, short: Short, rows: Sequence[ShortScene]) -> None:
        for position, row in enumerate(rows, start=1):
            row.position = position
        self._touch(session, short, *rows)

    def _touch(self, session: Session, short: Short, *rows: ShortScene) -> None:
        change_scenes(session, short, self.clock(), *rows)


def change_scenes(session: Session, short: Short, now: int, *rows: ShortScene) -> None:
    """Note that these scenes changed, so that the film of the short is no longer what it says."""
    reopen(session, short)
    short.updated_at = now
    for row in rows:
        row.updated_at = now
        session.add(row)
    session.add(short)
    session.flush()


def remove_scene(session: Session, row: ShortScene) -> None:
    """Delete a scene with its takes; their files stay for the sweep, since other shorts may share them."""
    for take in session.exec(select(Media).where(Media.scene_id == row.id)):
        session.delete(take)
    session.flush()
    session.delete(row)
    session.flush()


def find_scene(session: Session, short: Short, number: int) -> ShortScene:
    """The scene of this number, from 1. Raises NotFound."""
    rows = scenes_of(session, short.id)
    if not 1 <= number <= len(rows):
        raise NotFound(
            f"{short.handle} has no scene {number}; it has {len(rows)}.",
            hint=f"studio shorts scene list {short.handle}",
        )
    return rows[number - 1]


def _check_cast(session: Session, short: Short, names: Sequence[str]) -> None:
    """Raise Invalid, naming each, when somebody appears who is no character of the short."""
    cast = names_of(session, short.id)
    known = f"it has {', '.join(cast)}" if cast else "it was begun without --character"
    faults = [f"characters: {one_line(name)!r} is not a character of {short.handle}; {known}" for name in names]
    strangers = [fault for fault, name in zip(faults, names, strict=True) if name not in cast]
    if strangers:
        hint = f"studio shorts show {short.handle} tells who is in it; studio shorts make --character chooses them."
        raise Invalid("The scene shows somebody who is not in the short.", faults=strangers, hint=hint)


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    cleaned = {name: safe(value) if isinstance(value, str) else value for name, value in fields.items()}
    title = cleaned.get("title")
    return {**cleaned, "title": one_line(title)} if isinstance(title, str) else cleaned


def view_of_scene(session: Session, short: Short, row: ShortScene) -> SceneView:
    """The scene with its takes."""
    takes = [media_view(media, asset) for media, asset in takes_of(session, short.id) if media.scene_id == row.id]
    return scene_view(row, takes)


def _views(session: Session, short: Short) -> list[SceneView]:
    takes: dict[str | None, list[MediaView]] = defaultdict(list)
    for media, asset in takes_of(session, short.id):
        takes[media.scene_id].append(media_view(media, asset))
    return [scene_view(row, takes[row.id]) for row in scenes_of(session, short.id)]
