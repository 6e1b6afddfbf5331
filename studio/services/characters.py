"""Characters: people who look the same in every scene and every film. All of them are somebody's own."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, func, select

from studio.contracts.characters import CharacterData, Characters, CharacterView
from studio.db.models.character import Character
from studio.db.models.short import ShortCharacter
from studio.services.definitions import DefinitionService


class CharactersService(DefinitionService[Character, CharacterData, CharacterView], Characters):
    singular = "character"
    model = Character
    data = CharacterData
    view = CharacterView

    def _built_in(self) -> Mapping[str, CharacterData]:
        return {}

    def _count_users(self, session: Session, row: Character) -> int:
        statement = select(func.count()).where(ShortCharacter.character_id == row.id)
        return session.exec(statement).one()
