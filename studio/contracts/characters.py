"""Characters: people who look the same in every scene and every film."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import Field

from studio.contracts.base import Deleted, Input, Moment, Page
from studio.contracts.definitions import DefinitionView, Fields, Name
from studio.contracts.operations import Contract, operation
from studio.domain.style import Figure


class CharacterFields(Fields):
    """Traits in people's own words; what is left out is chosen once, from the name."""

    age: str = Field("", max_length=60, description="How old: 34, in her sixties.")
    gender: str = Field("", max_length=60, description="Woman, man or in other words.")
    hair_color: str = Field("", max_length=60, description="Colour of the hair.")
    hair_style: str = Field("", max_length=60, description="How the hair is worn.")
    skin_tone: str = Field("", max_length=60, description="Colour of the skin.")
    eye_color: str = Field("", max_length=60, description="Colour of the eyes.")
    clothing: str = Field("", max_length=200, description="What is worn in every film.")
    accessories: str = Field("", max_length=200, description="Glasses, a hat, a camera.")
    body_type: str = Field("", max_length=60, description="Build: tall, slim, broad.")
    distinctive_features: str = Field("", max_length=200, description="What one knows the person by.")
    description: str = Field("", max_length=1000, description="Anything else a picture must show.")


class CharacterData(CharacterFields, Input):
    """A whole character."""

    name: Name

    def to_domain(self) -> Figure:
        return Figure(**self.model_dump())


class CreateCharacter(CharacterData):
    """A new character; only the name must be given."""


class EditCharacter(CharacterFields, Input):
    """Changes to a character; what is left out stays."""

    name: Name | None = Field(None, description="What people call it.")


class CharacterView(CharacterFields, DefinitionView):
    name: str
    created_at: Moment
    updated_at: Moment


class Characters(Contract, ABC):
    noun = "characters"

    @operation("GET", "/api/characters", scope="characters:read")
    @abstractmethod
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[CharacterView]:
        """One's own characters, newest first."""

    @operation("GET", "/api/characters/{id}", scope="characters:read")
    @abstractmethod
    def show(self, id: str) -> CharacterView:
        """One character by handle, id or unique prefix of an id."""

    @operation("POST", "/api/characters", scope="characters:write", created=True)
    @abstractmethod
    def create(self, data: CreateCharacter) -> CharacterView:
        """Write down a character."""

    @operation("PUT", "/api/characters/{id}", scope="characters:write")
    @abstractmethod
    def edit(self, id: str, data: EditCharacter) -> CharacterView:
        """Change a character; pictures that are made already stay as they are."""

    @operation("DELETE", "/api/characters/{id}", scope="characters:write")
    @abstractmethod
    def delete(self, id: str) -> Deleted:
        """Remove a character that no short names."""
