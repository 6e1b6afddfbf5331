"""Built-in styles and climates, and looking up either by name: one's own come before the built-in ones."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from sqlmodel import Session, col, select

from studio.contracts.characters import CharacterData
from studio.contracts.climates import ClimateData
from studio.contracts.styles import StyleData
from studio.db.models.asset import Asset
from studio.db.models.character import Character
from studio.db.models.character_image import CharacterImage
from studio.db.models.climate import Climate as ClimateRow
from studio.db.models.short import ShortCharacter
from studio.db.models.style import Style as StyleRow
from studio.domain.errors import NotFound
from studio.domain.remote import Reference
from studio.domain.style import Climate, Figure, Style
from studio.services.principal import Principal

DEFAULT_STYLE = "explainer"
DEFAULT_CLIMATE = "curiosity"


@cache
def built_in_styles() -> dict[str, StyleData]:
    return {key: StyleData(**fields) for key, fields in _data("styles.toml").items()}


@cache
def built_in_climates() -> dict[str, ClimateData]:
    return {key: ClimateData(**fields) for key, fields in _data("climates.toml").items()}


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files("studio.services") / "data" / name).read_text("utf-8"))


def find_style(session: Session, principal: Principal, key: str) -> Style:
    """The style of this name. Raises NotFound with the names there are."""
    own = session.exec(select(StyleRow).where(StyleRow.owner_id == principal.user_id, StyleRow.handle == key)).first()
    if own is not None:
        return StyleData.model_validate_json(own.definition).to_domain(key)
    if key in built_in_styles():
        return built_in_styles()[key].to_domain(key)
    raise NotFound(f"There is no style called {key}.", hint=f"Built in: {', '.join(built_in_styles())}.")


def find_climate(session: Session, principal: Principal, key: str) -> Climate:
    """The climate of this name. Raises NotFound with the names there are."""
    statement = select(ClimateRow).where(ClimateRow.owner_id == principal.user_id, ClimateRow.handle == key)
    own = session.exec(statement).first()
    if own is not None:
        return ClimateData.model_validate_json(own.definition).to_domain(key)
    if key in built_in_climates():
        return built_in_climates()[key].to_domain(key)
    raise NotFound(f"There is no climate called {key}.", hint=f"Built in: {', '.join(built_in_climates())}.")


def portraits_of(session: Session, short_id: str) -> dict[str, Reference]:
    """The newest reference picture of each character of a short that has one, by the character's name."""
    cast = select(ShortCharacter.character_id).where(ShortCharacter.short_id == short_id)
    return portraits_by_id(session, session.exec(cast).all())


def portraits_by_id(session: Session, characters: Sequence[str]) -> dict[str, Reference]:
    """The same for these characters."""
    statement = (
        select(Character, Asset)
        .join(CharacterImage, col(CharacterImage.character_id) == Character.id)
        .join(Asset, col(Asset.id) == CharacterImage.asset_id)
        .where(col(Character.id).in_(characters))
        .order_by(col(CharacterImage.created_at), col(CharacterImage.id))
    )
    found = session.exec(statement).all()
    return {_name_of(row): Reference(asset.key, asset.media_type) for row, asset in found}


def _name_of(row: Character) -> str:
    return CharacterData.model_validate_json(row.definition).to_domain().name


def figures_of(session: Session, short_id: str) -> tuple[Figure, ...]:
    """The characters of a short, in the order they were named."""
    statement = (
        select(Character)
        .join(ShortCharacter)
        .where(ShortCharacter.short_id == short_id)
        .order_by(col(ShortCharacter.position))
    )
    rows = session.exec(statement).all()
    return tuple(CharacterData.model_validate_json(row.definition).to_domain() for row in rows)
