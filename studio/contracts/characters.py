"""Characters: people who look the same in every scene and every film."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import Base64Bytes, Field

from studio.contracts.base import Deleted, Input, Moment, Page, View
from studio.contracts.definitions import DefinitionView, Fields, Name
from studio.contracts.media import CostView
from studio.contracts.operations import Contract, operation
from studio.domain.progress import Cancelled, Progress, never, silent
from studio.domain.style import Figure

LARGEST_PICTURE_BYTES = 10_000_000


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
    chosen: dict[str, str] = Field(
        default_factory=dict, description="Traits nobody gave, as the local painter draws them, chosen from the name."
    )
    reference_image: str | None = Field(None, description="The stored picture by which it is known again.")
    reference_model: str | None = Field(None, description="Who painted that picture; import for one that was brought.")
    reference_images: int = Field(0, description="How many such pictures there are; the newest counts.")
    created_at: Moment
    updated_at: Moment


class GeneratePortrait(Input):
    """A reference picture from the traits. One that fits the traits is kept unless `again` asks for another."""

    again: bool = False
    model: str | None = Field(None, max_length=120)


class AnalyzePicture(Input):
    """A picture of one character, PNG, JPEG or WebP; in JSON as base64.

    With `save` a character of this name is made from what is seen, with the picture as its reference."""

    picture: Base64Bytes = Field(max_length=LARGEST_PICTURE_BYTES)
    source: str = Field("the picture", max_length=255)
    save: Name | None = None
    model: str | None = Field(None, max_length=120)


class AnalysisView(View):
    """What was seen, trait by trait; `character` is there when it was saved."""

    traits: dict[str, str]
    model: str
    credits_used: int
    character: CharacterView | None


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

    @operation("POST", "/api/characters/{id}/generate", scope="characters:write", idempotent=True)
    @abstractmethod
    def generate(
        self, id: str, data: GeneratePortrait, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> CharacterView:
        """Paint the picture by which a character is known again in every scene."""

    @operation("POST", "/api/characters/{id}/generate/cost", scope="characters:read")
    @abstractmethod
    def generation_cost(self, id: str, data: GeneratePortrait) -> CostView:
        """What `generate` would charge now."""

    @operation("POST", "/api/characters/analyze", scope="characters:write", idempotent=True)
    @abstractmethod
    def analyze(
        self, data: AnalyzePicture, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> AnalysisView:
        """Have a vision model describe the character in a picture."""

    @operation("POST", "/api/characters/analyze/cost", scope="characters:read")
    @abstractmethod
    def analysis_cost(self, data: AnalyzePicture) -> CostView:
        """What `analyze` would charge now."""

    @operation("GET", "/api/characters/{id}/picture", scope="characters:read", produces="image/png")
    @abstractmethod
    def picture(self, id: str) -> bytes:
        """The newest reference picture of a character."""
