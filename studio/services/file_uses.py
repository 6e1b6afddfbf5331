"""Who still needs a file: the shorts whose takes, music or film it is, and the characters it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from studio.db.models.character import Character
from studio.db.models.character_image import CharacterImage
from studio.db.models.media import Media
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short


@dataclass(frozen=True, order=True)
class Use:
    """A short or a character that needs a file: `short octopus-hearts, scene 2`."""

    noun: str
    handle: str
    part: str = ""

    @property
    def words(self) -> str:
        return f"{self.noun} {self.handle}{f', {self.part}' if self.part else ''}"

    @property
    def remedy(self) -> str:
        """How the person makes the file free."""
        return f"studio {self.noun}s delete {self.handle} removes what it alone uses."


def uses_of(session: Session, asset_ids: Sequence[str]) -> Mapping[str, Sequence[Use]]:
    """Who needs each of the files; those that nobody needs are left out."""
    found: dict[str, set[Use]] = defaultdict(set)
    for look in (_takes, _films, _music, _characters):
        for asset_id, use in look(session, asset_ids):
            found[asset_id].add(use)
    return {asset_id: sorted(uses) for asset_id, uses in found.items()}


def _takes(session: Session, ids: Sequence[str]) -> Iterator[tuple[str, Use]]:
    statement = (
        select(Media.asset_id, Short.handle, ShortScene.position)
        .join(Short, col(Short.id) == Media.short_id)
        .outerjoin(ShortScene, col(ShortScene.id) == Media.scene_id)
    )
    for id, handle, scene in session.exec(statement.where(col(Media.asset_id).in_(ids))):
        yield id, Use("short", handle, f"scene {scene}" if scene is not None else "music")


def _films(session: Session, ids: Sequence[str]) -> Iterator[tuple[str, Use]]:
    statement = select(Short.film_asset_id, Short.handle).where(col(Short.film_asset_id).in_(ids))
    for id, handle in session.exec(statement):
        yield str(id), Use("short", handle, "film")


def _music(session: Session, ids: Sequence[str]) -> Iterator[tuple[str, Use]]:
    statement = select(Short.music, Short.handle).where(col(Short.music).in_(ids))
    for id, handle in session.exec(statement):
        yield str(id), Use("short", handle, "music")


def _characters(session: Session, ids: Sequence[str]) -> Iterator[tuple[str, Use]]:
    statement = select(CharacterImage.asset_id, Character.handle).join(
        Character, col(Character.id) == CharacterImage.character_id
    )
    for id, handle in session.exec(statement.where(col(CharacterImage.asset_id).in_(ids))):
        yield id, Use("character", handle)
